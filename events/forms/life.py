"""More dates of an event, and another one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from events.actions import MOST_DATES
from events.clocks import moment_of, wall_of
from events.forms.events import PlaceTimeMixin
from events.forms.fields import WallTimeField, wall_time
from events.holidays import holiday_on
from events.models import Event
from members.forms.fields import PostCodeField

WEEKS = 12  # between two dates; more is no rhythm


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", _("Every week, or every few weeks")
    MONTHLY = "monthly", _("Every month, on the same weekday")
    LISTED = "listed", _("On dates that I give")


@dataclass(frozen=True)
class SeriesDate:
    """One date as it is shown before anything is made. `obstacle` says why it cannot be chosen."""

    day: date
    starts_at: datetime | None
    holiday: str = ""
    obstacle: str = ""

    @property
    def value(self) -> str:
        return self.day.isoformat()

    @property
    def is_chosen(self) -> bool:
        """At first: a public holiday is for somebody to decide about."""
        return not self.obstacle and not self.holiday


class SeriesForm(forms.Form):
    """A rhythm, read from the address: it only shows dates (`dates()`), and makes nothing."""

    rhythm = forms.ChoiceField(
        label=_("When"), choices=Rhythm.choices, initial=Rhythm.MONTHLY, widget=forms.RadioSelect
    )
    every = forms.IntegerField(
        label=_("Weeks from one date to the next"), min_value=1, max_value=WEEKS, required=False, initial=1
    )
    times = forms.IntegerField(
        label=_("Number of dates"), min_value=1, max_value=MOST_DATES, required=False, initial=6,
        help_text=_("Besides this one."),
    )  # fmt: skip
    days = forms.CharField(
        label=_("Dates"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Day, month and year, for example 14/10/2027: one a line, or with commas between."),
    )  # fmt: skip

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event

    def clean_days(self) -> list[date]:
        """What is typed, as days. Wrong ones are named."""
        typed = [text for text in re.split(r"[\s,;]+", self.cleaned_data["days"]) if text]
        found, wrong = [], []
        for text in typed:
            try:
                found.append(forms.DateField().clean(text))
            except ValidationError:
                wrong.append(text)
        if wrong:
            raise ValidationError(_("These are no dates: %(dates)s.") % {"dates": ", ".join(wrong)[:200]})
        if len(found) > MOST_DATES:
            raise ValidationError(_("At most %(most)s dates at a time.") % {"most": MOST_DATES})
        return found

    def clean(self):
        values = super().clean()
        needed = {Rhythm.WEEKLY: ("every", "times"), Rhythm.MONTHLY: ("times",), Rhythm.LISTED: ("days",)}
        for name in needed.get(values.get("rhythm"), ()):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("This field is required."))
        return values

    def dates(self) -> list[SeriesDate]:
        """The dates of a valid form, in order, each with what speaks against it."""
        start = self.event.local_start.replace(tzinfo=None)
        standing = _days_of(self.event)
        return [self._date(day, start, standing) for day in sorted(set(self._days(start)))]

    def _days(self, start: datetime) -> list[date]:
        values = self.cleaned_data
        if values["rhythm"] == Rhythm.LISTED:
            return values["days"]
        if values["rhythm"] == Rhythm.WEEKLY:
            found = rrule(WEEKLY, interval=values["every"], dtstart=start, count=values["times"] + 1)
        else:
            found = rrule(MONTHLY, byweekday=_weekday_in_month(start), dtstart=start, count=values["times"] + 1)
        return [moment.date() for moment in found if moment != start][: values["times"]]

    def _date(self, day: date, start: datetime, standing: set[date]) -> SeriesDate:
        starts_at = moment_of(datetime.combine(day, start.time()), self.event.zone)
        obstacle = ""
        if day in standing:
            obstacle = _("stands already")
        elif starts_at is None:
            obstacle = _("this hour does not exist: the clocks go forward that night")
        elif starts_at <= timezone.now():
            obstacle = _("past")
        return SeriesDate(day, starts_at, holiday_on(day, self.event.time_zone), obstacle)


def _weekday_in_month(start: datetime) -> weekday:
    """The first Thursday, the third… ; a fifth one is the last, which every month has."""
    number = (start.day - 1) // 7 + 1
    return weekday(start.weekday())(number if number < 5 else -1)


def _days_of(event: Event) -> set[date]:
    """The days on which the event and its series stand."""
    others = event.series.events.all() if event.series_id else [event]
    return {wall_of(one.starts_at, event.zone).date() for one in others}


class SeriesDatesForm(forms.Form):
    """Which of the dates that were shown are made."""

    dates = forms.MultipleChoiceField(
        label=_("Dates"), error_messages={"required": _("Choose at least one new date.")}
    )  # fmt: skip

    def __init__(self, *args, dates: Sequence[SeriesDate], **kwargs):
        super().__init__(*args, **kwargs)
        self.possible = {one.value: one for one in dates if not one.obstacle}
        self.fields["dates"].choices = [(value, date_format(one.day)) for value, one in self.possible.items()]

    def starts(self) -> list[datetime]:
        return [self.possible[value].starts_at for value in self.cleaned_data["dates"]]


class PostponeForm(PlaceTimeMixin, forms.Form):
    """A new date, or none yet. `for_action()` gives the arguments of `postpone_event`."""

    WALL_TIMES = ("starts_at", "ends_at")
    PLACE = ("venue", "street", "post_code", "city")

    is_open = forms.ChoiceField(
        label=_("New date"), widget=forms.RadioSelect,
        choices=[("no", _("The new date is known")), ("yes", _("The new date is still open"))],
    )  # fmt: skip
    starts_at = WallTimeField(label=_("Starts"), required=False)
    ends_at = WallTimeField(label=_("Ends"), required=False)
    venue = forms.CharField(label=_("Venue"), required=False, max_length=160)
    street = forms.CharField(label=_("Street address"), required=False, max_length=200)
    post_code = PostCodeField(
        label=_("Post code"), required=False, max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    city = forms.CharField(label=_("Town"), required=False, max_length=80)
    refund_days = forms.IntegerField(
        label=_("Money back until so many days before the new date"), min_value=0, max_value=365,
        help_text=_("Until then whoever paid may give the place back for its money."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=250, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the letter to everybody who is registered, and on the event’s page."),
    )  # fmt: skip

    def __init__(self, *args, event: Event, is_priced: bool, **kwargs):
        days = 7 if event.refund_days is None else event.refund_days
        initial = {name: getattr(event, name) for name in self.PLACE} | {"refund_days": days, "is_open": "no"}
        if not event.is_postponed:
            initial |= {name: wall_time(getattr(event, name), event.zone) for name in self.WALL_TIMES}
        super().__init__(*args, initial=initial, **kwargs)
        self.event = event
        if event.is_postponed:  # only its date is missing
            del self.fields["is_open"], self.fields["reason"]
            self.fields["starts_at"].required = self.fields["ends_at"].required = True
        if not is_priced:
            del self.fields["refund_days"]

    def clean(self):
        values = super().clean()
        if values.get("is_open") == "yes":
            return values
        self.set_moments(values, self.event.zone)
        for name in self.WALL_TIMES:
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("This field is required."))
        return values

    def for_action(self) -> dict:
        values = dict(self.cleaned_data)
        if values.pop("is_open", "no") == "yes":
            return {name: values[name] for name in ("reason", "refund_days") if name in values}
        return values
