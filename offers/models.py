"""What structures offer: one activity = sectors × type of provision × range."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import ASin, Cast, Cos, Lower, Radians, Sin, Sqrt
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import folded, stem, telling_words
from core.uploads import ImageField
from members.models import Commune
from members.rights import rights_of
from memberships.models import Term
from offers.enums import OfferStatus, Provision, Range
from offers.places import Place

EARTH_DIAMETER_KM = 12_742.0
# Further than from one end of metropolitan France to the other is « the whole country ».
MAX_RANGE_KM = 500


class OfferQuerySet(models.QuerySet):
    def showcased(self, today, club=None):
        """Published offers of organisations that are members (of `club`, or of any) on the date `today`."""
        terms = Term.objects.current(today).filter(organisation=OuterRef("organisation"))
        if club is not None:
            terms = terms.filter(club=club)
        return self.filter(Exists(terms), status=OfferStatus.PUBLISHED)

    def visible_to(self, person, today):
        """The showcase for everybody; one's own organisations' offers in any state; those of the clubs one runs."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        showcased = Q(pk__in=OfferQuerySet(self.model).showcased(today).values("pk"))
        return self.filter(
            showcased
            | Q(organisation__in=rights.organisation_ids)
            | Q(organisation__in=Term.objects.filter(club__in=rights.coordinated_club_ids).values("organisation"))
        )

    def published(self):
        return self.filter(status=OfferStatus.PUBLISHED)

    def matching(self, text: str):
        """Every telling word begins a word of the offer (title, text, references, sectors, labels) or of its
        structure's name and town, or has its stem in the offer; whatever the accents."""
        found = self
        for word in telling_words(text):
            structure = Q(organisation__search_text__startswith=word)
            structure |= Q(organisation__search_text__contains=f" {word}")
            offer = Q(search_text__contains=f" {word}") | Q(search_text__contains=f" {stem(word)} ")
            found = found.filter(offer | structure)
        return found

    def with_distance_to(self, latitude: float, longitude: float):
        """Annotate `distance_km`: from the structure to the point (None for a structure without a point)."""
        lat, lon = F("organisation__latitude"), F("organisation__longitude")
        half_lat = Sin(Radians(lat - latitude) / 2)
        half_lon = Sin(Radians(lon - longitude) / 2)
        haversine = half_lat * half_lat + Cos(Radians(lat)) * Cos(Radians(Value(latitude))) * half_lon * half_lon
        return self.annotate(distance_km=Value(EARTH_DIAMETER_KM) * ASin(Sqrt(haversine)))

    def serving(self, place: Place):
        """Offers whose structure can work at the place: it works in the whole country, or in a listed territory that
        holds the place (or lies in it), or near enough. Near a point: at most as far as the offer says. In a
        territory: seated in it, or one of its communes is near enough."""
        listed = self.model.territories.through.objects.filter(offer=OuterRef("pk"), territory__in=place.territory_ids)
        anywhere = Q(range=Range.COUNTRY) | Q(Exists(listed), range=Range.TERRITORIES)
        if place.is_point:
            near = Q(range=Range.AROUND, distance_km__lte=F("range_km"))
            return self.with_distance_to(place.latitude, place.longitude).filter(anywhere | near)
        seated = Q(organisation__commune__department__in=place.department_ids)
        reaching = _stands_near(place) & Q(_reaches(place))
        return self.filter(anywhere | Q(seated | reaching, range=Range.AROUND))

    def nearest_first(self):
        """After `with_distance_to`: those without a point come last."""
        return self.order_by(F("distance_km").asc(nulls_last=True), "-published_at", "-pk")

    def newest_first(self):
        return self.order_by("-published_at", "-pk")

    def for_list(self):
        return self.for_cards().newest_first()

    def for_cards(self):
        """What a card shows, read with it, in the order the offers have."""
        return self.select_related("organisation__commune__department").prefetch_related(
            "sectors", "territories", "labels", "pictures"
        )

    def for_page(self):
        """Everything an offer's page shows, read with it."""
        return self.select_related("organisation__commune__department").prefetch_related(
            "sectors__group", "territories", "labels", "pictures", "organisation__labels", "organisation__networks"
        )


def _stands_near(place: Place) -> Q:
    """Cheap, and true of more than needed: the structure stands in the box around the place, widened by its range."""
    north = F("range_km") / place.km_per_latitude * 1.1
    east = F("range_km") / place.km_per_longitude * 1.1
    return Q(
        organisation__latitude__gte=Value(place.bounds.south) - north,
        organisation__latitude__lte=Value(place.bounds.north) + north,
        organisation__longitude__gte=Value(place.bounds.west) - east,
        organisation__longitude__lte=Value(place.bounds.east) + east,
    )


def _reaches(place: Place) -> Exists:
    """A commune of the place lies within the offer's kilometres around its structure.

    On the scale of a département the earth is flat: plain arithmetic, which the databases do at once for thousands of
    pairs, is right to a few hundred metres.
    """
    latitude, longitude, range_km = (
        Cast(OuterRef(path), models.FloatField())
        for path in ("organisation__latitude", "organisation__longitude", "range_km")
    )
    north = (F("latitude") - latitude) * place.km_per_latitude
    east = (F("longitude") - longitude) * place.km_per_longitude
    communes = Commune.objects.filter(department__in=place.department_ids)
    return Exists(communes.annotate(square=north * north + east * east).filter(square__lte=range_km * range_km))


class Offer(models.Model):
    MAX_PICTURES = 6

    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="offers", verbose_name=_("structure")
    )
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"))
    provision = models.CharField(_("type of provision"), max_length=10, choices=Provision.choices)
    sectors = models.ManyToManyField("members.Sector", related_name="offers", verbose_name=_("sectors"))
    range = models.CharField(_("range"), max_length=12, choices=Range.choices, default=Range.AROUND)
    range_km = models.PositiveSmallIntegerField(_("kilometres around"), null=True, blank=True)
    territories = models.ManyToManyField(
        "members.Territory", blank=True, related_name="offers", verbose_name=_("territories")
    )
    labels = models.ManyToManyField("members.Label", blank=True, related_name="offers", verbose_name=_("labels"))
    references = models.TextField(_("references"), blank=True, help_text=_("Customers and work done, one a line."))
    status = models.CharField(_("status"), max_length=10, choices=OfferStatus.choices, default=OfferStatus.DRAFT)
    published_at = models.DateTimeField(_("first published"), null=True, blank=True)
    withdrawal_reason = models.TextField(
        _("why the coordination withdrew it"), blank=True, help_text=_("Empty when the structure withdrew it itself.")
    )
    search_text = models.TextField(editable=False, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["status", "-published_at"], name="offers_offer_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(range=Range.AROUND) | Q(range_km__isnull=False, range_km__range=(1, MAX_RANGE_KM)),
                name="offers_offer_around_has_km",
                violation_error_message=_("Say how many kilometres around your address you work."),
            ),
            models.CheckConstraint(
                condition=~Q(status=OfferStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="offers_offer_published_since",
            ),
            models.UniqueConstraint(
                "organisation", Lower("title"), name="offers_offer_title_once",
                violation_error_message=_("Your structure already has an offer with this title."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    @property
    def state(self) -> OfferStatus:
        return OfferStatus(self.status)

    @property
    def structure_and_town(self) -> str:
        return f"{self.organisation}, {self.organisation.city}" if self.organisation.city else str(self.organisation)

    @property
    def is_published(self) -> bool:
        return self.status == OfferStatus.PUBLISHED

    @property
    def is_draft(self) -> bool:
        return self.status == OfferStatus.DRAFT

    def range_in_words(self) -> str:
        """How far the structure works, as a phrase. Reads the territories: prefetch them for a list."""
        if self.range == Range.COUNTRY:
            return gettext("The whole of France")
        if self.range == Range.TERRITORIES:
            return ", ".join(str(territory) for territory in self.territories.all())
        if town := self.organisation.city:
            return gettext("%(km)d km around %(town)s") % {"km": self.range_km, "town": town}
        return gettext("%(km)d km around its address") % {"km": self.range_km}

    def distance_in_words(self) -> str:
        """How far the structure is from the place asked for; empty when none was, or the structure has no point."""
        distance = getattr(self, "distance_km", None)
        if distance is None:
            return ""
        if distance < 1:
            return gettext("less than 1 km away")
        return gettext("%(km)s km away") % {"km": number_format(round(distance), use_l10n=True, force_grouping=True)}

    def searchable_text(self) -> str:
        """The folded words of the offer, then their stems, each between spaces. Reads sectors and labels."""
        sectors = " ".join(f"{sector.name} {sector.group.name}" for sector in self.sectors.select_related("group"))
        labels = " ".join(label.name for label in self.labels.all())
        text = f"{self.title} {self.description} {self.references} {sectors} {labels}"
        stems = dict.fromkeys(stem(word) for word in telling_words(text))
        return f" {folded(text)} {' '.join(stems)} "

    def get_absolute_url(self):
        return reverse("offers:offer_page", args=[self.pk])


class Picture(models.Model):
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("offer"))
    image = ImageField(_("picture"), upload_to="offers/")
    caption = models.CharField(
        _("what it shows"), max_length=160, help_text=_("Read out to people who do not see the picture.")
    )

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["pk"]

    def __str__(self):
        return self.caption
