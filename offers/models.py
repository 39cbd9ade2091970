"""What structures offer: one activity = sectors × type of provision × range."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.text import folded
from core.uploads import ImageField
from members.rights import rights_of
from memberships.models import Term
from offers.enums import OfferStatus, Provision, Range


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

    def matching(self, text: str):
        """Every word stands in the title, the text, the sectors or the structure's name, whatever the accents."""
        found = self
        for word in folded(text).split():
            found = found.filter(Q(search_text__contains=word) | Q(organisation__search_text__contains=word))
        return found

    def for_list(self):
        return (
            self.select_related("organisation__commune__department")
            .prefetch_related("sectors", "territories", "labels", "pictures")
            .order_by("-published_at", "-pk")
        )


class Offer(models.Model):
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
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    search_text = models.TextField(editable=False, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(range=Range.AROUND) | Q(range_km__gte=1), name="offers_offer_around_has_km",
                violation_error_message=_("Say how many kilometres around your address you work."),
            ),
            models.CheckConstraint(
                condition=~Q(status=OfferStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="offers_offer_published_since",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

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
