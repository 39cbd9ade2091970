"""What figures speak of: which club, which year, which sector, which territory. Every app's statistics take one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from members.models import Club, Organisation, Sector, Territory

# Years a date can hold; anything else in an address is no year.
FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass(frozen=True)
class Scope:
    """None means all: `Scope()` is everything the installation knows."""

    club: Club | None = None
    year: int | None = None
    sector: Sector | None = None
    territory: Territory | None = None

    @property
    def starts_on(self) -> date | None:
        """The first day of the year."""
        return date(self.year, 1, 1) if self.year else None

    @property
    def ends_on(self) -> date | None:
        """The last day of the year (included)."""
        return date(self.year, 12, 31) if self.year else None

    @property
    def starts_at(self) -> datetime | None:
        """The first moment of the year, on the site's clock."""
        return timezone.make_aware(datetime.combine(self.starts_on, time.min)) if self.year else None

    @property
    def ends_before(self) -> datetime | None:
        """The first moment that no longer belongs to the year."""
        return replace(self, year=self.year + 1).starts_at if self.year else None

    @property
    def is_about_some(self) -> bool:
        """Only a sector's or a territory's organisations count."""
        return self.sector is not None or self.territory is not None

    @property
    def year_before(self) -> "Scope":
        """The same, a year earlier; without a year the same scope."""
        return replace(self, year=self.year - 1) if self.year else self

    def within(self, field: str) -> Q:
        """A filter on a datetime column: its moment lies in the year."""
        return Q(**{f"{field}__gte": self.starts_at, f"{field}__lt": self.ends_before}) if self.year else Q()

    def within_days(self, field: str) -> Q:
        """A filter on a date column: its day lies in the year."""
        return Q(**{f"{field}__gte": self.starts_on, f"{field}__lte": self.ends_on}) if self.year else Q()

    def organisations(self, organisations=None):
        """Those of `organisations` (all by default) that are of the sector and seated in the territory.

        The club is left aside: who is a member of it, and when, is known one storey up (memberships).
        """
        found = Organisation.objects.all() if organisations is None else organisations
        if self.sector is not None:
            found = found.filter(sectors=self.sector)
        if self.territory is not None:
            found = found.in_territories([self.territory])
        return found

    def parameters(self) -> dict[str, str]:
        """The query parameters that name this scope on any page; `scope_of` reads them back."""
        values = {
            "club": self.club and self.club.slug,
            "year": self.year,
            "sector": self.sector and self.sector.pk,
            "territory": self.territory and self.territory.pk,
        }
        return {name: str(value) for name, value in values.items() if value}


def scope_of(values: Mapping) -> Scope:
    """The scope that query parameters name (a `request.GET` or any mapping); what is unknown is left out."""
    year, sector, territory = (_whole(values.get(name)) for name in ("year", "sector", "territory"))
    slug = values.get("club")
    return Scope(
        club=Club.objects.filter(slug=slug).first() if slug and "\0" not in slug else None,
        year=year if year and FIRST_YEAR <= year <= LAST_YEAR else None,
        sector=Sector.objects.select_related("group").filter(pk=sector).first() if sector else None,
        territory=Territory.objects.filter(pk=territory).first() if territory else None,
    )


def _whole(text) -> int | None:
    """A whole number a database column can hold, or None."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
