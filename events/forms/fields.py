"""Hours are typed by the clock of the event's place, whatever the clock of who types them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FORMAT = "%Y-%m-%dT%H:%M"


class WallTimeField(forms.DateTimeField):
    """A day and an hour without a time zone; `at_place` gives it the one of the event."""

    def __init__(self, **kwargs):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT)
        super().__init__(**{"widget": widget, **kwargs})

    def to_python(self, value):
        with timezone.override(UTC):  # a clock that leaves no hour out
            found = super().to_python(value)
        return found.replace(tzinfo=None) if found else found

    def prepare_value(self, value):
        """Moments are given to the form as wall time already (see `wall_time`)."""
        return value


def wall_time(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment as a clock at the place shows it."""
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


def at_place(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which a clock at the place shows `wall`.

    In the autumn night when an hour comes twice it is the first one. Raises ValidationError for the hour that is
    left out in spring.
    """
    moment = wall.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise ValidationError(_("This hour does not exist: the clocks go forward that night."), code="no_such_hour")
    return moment
