"""Moving by the clock of the place: what begins at 08:45 begins at 08:45 again, whatever the clocks did in between."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.errors import RuleBroken


def wall_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """What a clock at the place shows at that moment."""
    return moment.astimezone(zone).replace(tzinfo=None)


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment at which a clock at the place shows `wall`: the first one where it comes twice, None where it never does."""
    moment = wall.replace(tzinfo=zone, fold=0)
    return moment if wall_of(moment.astimezone(UTC), zone) == wall else None


@dataclass(frozen=True)
class Move:
    """From one start to another, each by the clock of its place."""

    before: datetime
    zone_before: ZoneInfo
    after: datetime
    zone_after: ZoneInfo

    @property
    def is_none(self) -> bool:
        """The clocks show the same; a stored moment is not touched then."""
        return self.before == self.after and self.zone_before == self.zone_after

    def of(self, moment: datetime) -> datetime:
        """Where a moment goes that belongs to what is moved. Raises RuleBroken for an hour that is left out that night."""
        if self.is_none:
            return moment
        distance = wall_of(moment, self.zone_before) - wall_of(self.before, self.zone_before)
        wall = wall_of(self.after, self.zone_after) + distance
        found = moment_of(wall, self.zone_after)
        if found is None:
            sentence = _(
                "At %(hour)s the clocks go forward that night, and this hour does not exist: choose other hours."
            )
            raise RuleBroken(sentence % {"hour": wall.strftime("%H:%M")}, field="starts_at")
        return found
