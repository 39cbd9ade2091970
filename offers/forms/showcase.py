"""What one may ask of the showcase. An address with a wrong value shows the showcase all the same."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.enums import OrganisationKind
from members.models import Club, Label, Organisation, Sector
from offers.enums import Provision
from offers.forms.choices import ChoiceGroup, LenientChoices, sector_groups
from offers.models import Offer, OfferQuerySet
from offers.places import Place, find_places

NEWEST = "newest"
ALL_CLUBS = "all"  # no club's address


@dataclass(frozen=True)
class ActiveFilter:
    """A filter that is on: its words, and the query string without it."""

    label: str
    query: str


class ShowcaseForm(forms.Form):
    """Filters over the offers given as `offers` (the showcase of a club or of all): only choices that lead somewhere."""

    q = forms.CharField(
        label=gettext_lazy("What are you looking for?"), required=False, max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Cleaning, joinery, buffet…")}),
    )  # fmt: skip
    place = forms.CharField(
        label=gettext_lazy("Where is the work?"), required=False, max_length=80,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("Town, post code or département"), "list": "places", "autocomplete": "off"}
        ),
    )  # fmt: skip
    provision = LenientChoices(label=gettext_lazy("Type of provision"))
    sector = LenientChoices(label=gettext_lazy("Sector"))
    kind = LenientChoices(label=gettext_lazy("Kind of structure"))
    label = LenientChoices(label=gettext_lazy("Label"))
    club = forms.ChoiceField(label=gettext_lazy("Club"), required=False)
    sort = forms.ChoiceField(required=False, choices=[(NEWEST, NEWEST)], widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict, *, today: date, clubs: list[Club], club: Club | None, organisation: Organisation | None
    ):
        self.all_offers = Offer.objects.showcased(today)
        self.offers = Offer.objects.showcased(today, club) if club else self.all_offers
        self.club, self.organisation = club, organisation
        data = data.copy()
        if len(clubs) > 1:
            data["club"] = (
                club.slug if club else ALL_CLUBS
            )  # so that the address one copies says of which club it speaks
        super().__init__(data)
        if len(clubs) > 1:
            self.fields["club"].choices = [(ALL_CLUBS, _("All clubs")), *((one.slug, one.name) for one in clubs)]
        else:
            del self.fields["club"]
        self._offer_choices()
        self.is_valid()  # cleans; what is wrong is left out

    def _offer_choices(self) -> None:
        """Only choices that lead somewhere, each with how many offers it leads to."""
        counted = Count("offers", distinct=True)
        self.sectors = list(Sector.objects.for_list().filter(offers__in=self.offers).annotate(offer_count=counted))
        labels = Label.objects.filter(offers__in=self.offers).annotate(offer_count=counted)
        kinds, provisions = _counts(self.offers, "organisation__kind"), _counts(self.offers, "provision")
        self.fields["sector"].choices = [(str(sector.pk), sector.name) for sector in self.sectors]
        self.fields["label"].choices = [(str(one.pk), _counted(one.name, one.offer_count)) for one in labels]
        self.fields["kind"].choices = [
            (kind.value, _counted(kind.label, kinds[kind])) for kind in OrganisationKind if kind in kinds
        ]
        self.fields["provision"].choices = [
            (one.value, _counted(one.label, provisions[one])) for one in Provision if one in provisions
        ]

    # --- What is asked ------------------------------------------------------------------------------------------------

    def asked(self, name: str):
        """What is asked of one filter: words, or a list of values; empty when it is off or makes no sense."""
        return self.cleaned_data.get(name) or ("" if name in TEXTS else [])

    @cached_property
    def places(self) -> list[Place]:
        return find_places(self.asked("place"))

    @property
    def likely_place(self) -> Place | None:
        """The likeliest of the places the typed one may mean."""
        return self.places[0] if self.places else None

    @property
    def other_places(self) -> list[Place]:
        """The other places the typed one may mean."""
        return self.places[1:]

    @property
    def is_place_unknown(self) -> bool:
        return bool(self.asked("place")) and self.likely_place is None

    @property
    def sort_asked(self) -> str:
        return self.asked("sort")

    @property
    def is_nearest_first(self) -> bool:
        """A buyer who says where wants the near ones first, unless the newest are asked for."""
        return self.likely_place is not None and self.likely_place.is_point and self.asked("sort") != NEWEST

    def found(self) -> OfferQuerySet:
        """The offers that fit, in their order."""
        return self.ordered(self.filtered())

    def filtered(self, without: str = "") -> OfferQuerySet:
        """The offers that fit every filter but `without`."""
        asked = {name: self.asked(name) for name in FILTERS if name != without}
        found = self.all_offers if without == "club" else self.offers
        if self.organisation is not None and without != "organisation":
            found = found.filter(organisation=self.organisation)
        if asked.get("q"):
            found = found.matching(asked["q"])
        if asked.get("place"):
            found = found.serving(self.likely_place) if self.likely_place else found.none()
        if asked.get("provision"):
            found = found.filter(provision__in=asked["provision"])
        if asked.get("kind"):
            found = found.filter(organisation__kind__in=asked["kind"])
        if asked.get("sector"):
            through = found.model.sectors.through.objects.filter(sector__in=asked["sector"])
            found = found.filter(pk__in=through.values("offer"))
        if asked.get("label"):
            through = found.model.labels.through.objects.filter(label__in=asked["label"])
            found = found.filter(pk__in=through.values("offer"))
        return found

    def ordered(self, offers: OfferQuerySet) -> OfferQuerySet:
        return offers.nearest_first() if self.is_nearest_first else offers.newest_first()

    # --- What is shown ------------------------------------------------------------------------------------------------

    def sector_groups(self) -> list[ChoiceGroup]:
        return sector_groups(self.sectors, set(self.asked("sector")))

    @property
    def folded_count(self) -> int:
        """How many filters are on among those folded away."""
        return sum(len(self.asked(name)) for name in ("provision", "sector", "kind", "label"))

    def active(self) -> list[ActiveFilter]:
        """The filters that are on, each with the address that drops it."""
        filters = []
        if self.organisation is not None:
            filters.append(ActiveFilter(str(self.organisation), self._query_without("organisation")))
        if self.asked("q"):
            filters.append(ActiveFilter(_("“%(words)s”") % {"words": self.asked("q")}, self._query_without("q")))
        if self.asked("place"):
            name = self.likely_place.name if self.likely_place else self.asked("place")
            filters.append(ActiveFilter(_("work at %(place)s") % {"place": name}, self._query_without("place")))
        for name in ("provision", "sector", "kind", "label"):
            words = self._words(name)
            filters += [ActiveFilter(words[value], self._query_without(name, value)) for value in self.asked(name)]
        return filters

    def ways_out(self) -> list[tuple[ActiveFilter, int]]:
        """When nothing fits: each filter that hides something, with how many offers its absence would show."""
        names = {name: self.fields[name].label for name in ("provision", "sector", "kind", "label")}
        names |= {"q": _("words"), "place": _("place of work"), "organisation": _("structure"), "club": _("club")}
        ways = []
        for name, words in names.items():
            is_on = getattr(self, name) is not None if name in ("organisation", "club") else bool(self.asked(name))
            if is_on and (count := self.filtered(without=name).count()):
                ways.append((ActiveFilter(str(words), self._query_without(name)), count))
        return sorted(ways, key=lambda way: -way[1])

    def _words(self, name: str) -> dict[str, str]:
        """The words of a choice, without its count."""
        if name == "kind":
            return {value: OrganisationKind(value).short for value in self.asked(name)}
        if name == "provision":
            return {value: str(Provision(value).label) for value in self.asked(name)}
        if name == "sector":
            return {str(sector.pk): sector.name for sector in self.sectors}
        return {value: label.rsplit(" (", 1)[0] for value, label in self.fields[name].choices}

    def _query_without(self, name: str, value: str | None = None) -> str:
        values = self.data.copy()
        values.pop("page", None)
        left = [one for one in values.getlist(name) if value is not None and one != value]
        if left or name == "club":
            values.setlist(name, left or [ALL_CLUBS])
        else:
            values.pop(name, None)
        return f"?{values.urlencode()}"


TEXTS = ("q", "place", "sort")
FILTERS = ("q", "place", "provision", "sector", "kind", "label")


def _counts(offers: QuerySet, field: str) -> dict[str, int]:
    return dict(offers.order_by().values_list(field).annotate(Count("pk")))


def _counted(label, count: int) -> str:
    return f"{label} ({count})"
