"""What coordinators are asked about an event and its programme."""

from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.money import MOST as MOST_PAID
from events.actions.pricing import price_field
from events.enums import EventTimeZone, Refunding
from events.forms.fields import WallTimeField, at_place, wall_time
from events.models import Event, Session, prices_of
from members.enums import Audience
from members.forms.fields import PostCodeField, SectorsField
from members.models import Club, Person

MOST = 10_000  # places; more is a slip of the hand


class PlaceTimeMixin:
    """Turns the wall times of a form into moments at the event's place."""

    WALL_TIMES: tuple[str, ...] = ()

    def set_moments(self, values: dict, zone: ZoneInfo) -> None:
        for name in self.WALL_TIMES:
            if values.get(name):
                try:
                    values[name] = at_place(values[name], zone)
                except ValidationError as error:
                    self.add_error(name, error)


class PriceField(forms.DecimalField):
    """One cell of the table of prices; empty: the line for all audiences counts, or else it is free."""

    def __init__(self, label: str):
        widget = forms.TextInput(attrs={"aria-label": label, "class": "form-control", "inputmode": "decimal"})
        super().__init__(
            label=label, required=False, min_value=0, max_value=MOST_PAID, max_digits=9, decimal_places=2,
            widget=widget, localize=True,
        )  # fmt: skip


# The lines of the table of prices: (audience or "" for all, what it is called).
PRICE_LINES = [("", _("All")), *Audience.choices]


def _price_fields() -> dict[str, PriceField]:
    sides = ((True, _("Members")), (False, _("Others")))
    return {
        price_field(audience, side): PriceField(format_lazy("{} – {}", line, column))
        for audience, line in PRICE_LINES
        for side, column in sides
    }


class EventForm(PlaceTimeMixin, forms.ModelForm):
    """An event with its quotas. `for_action()` gives the arguments of `create_event` and `update_event`."""

    WALL_TIMES = ("starts_at", "ends_at", "registration_closes_at")

    club = forms.ModelChoiceField(Club.objects.none(), label=_("Club"), empty_label=None)
    starts_at = WallTimeField(label=_("Starts"))
    ends_at = WallTimeField(label=_("Ends"))
    registration_closes_at = WallTimeField(
        label=_("Registration closes"), required=False, help_text=_("Empty: when the event starts.")
    )
    post_code = PostCodeField(
        label=_("Post code"), required=False, max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    sectors = SectorsField(label=_("Sectors"), required=False)
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=MOST)
    organisation_cap = forms.IntegerField(
        label=_("Places per organisation"), initial=5, min_value=1, max_value=MOST,
        help_text=_("How many people one organisation may register."),
    )  # fmt: skip
    quota_buyers = forms.IntegerField(label=Audience.BUYERS.label, required=False, min_value=0, max_value=MOST)
    quota_structures = forms.IntegerField(label=Audience.STRUCTURES.label, required=False, min_value=0, max_value=MOST)
    quota_partners = forms.IntegerField(label=Audience.PARTNERS.label, required=False, min_value=0, max_value=MOST)
    with_programme = forms.BooleanField(
        label=_("Begin with the ready programme of this kind of event"), required=False,
        help_text=_("Welcome, plenary, workshop, pitches, one-to-one meetings, networking: change it as you like."),
    )  # fmt: skip

    class Meta:
        model = Event
        fields = [
            "kind", "title", "summary", "description", "sectors", "starts_at", "ends_at", "time_zone", "venue", "street",
            "post_code", "city", "access", "latitude", "longitude", "capacity", "organisation_cap", "visibility",
            "admission", "registration_closes_at", "vat", "needs_approval", "asks_needs",
        ]  # fmt: skip
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "access": forms.Textarea(attrs={"rows": 2}),
            "latitude": forms.NumberInput(attrs={"step": "any"}),
            "longitude": forms.NumberInput(attrs={"step": "any"}),
        }
        help_texts = {
            "summary": _("Stands in the list of events and in calendars."),
            "access": _("Public transport, parking, entrance, lift…"),
            "latitude": _("Empty: the centre of the town."),
        }

    def __init__(self, *args, person, has_preset: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        event = self.instance
        self.fields |= _price_fields()
        self.fields["vat"].required = False  # where nothing costs anything, nobody is asked
        if event.pk:
            del self.fields["club"]
            for name in self.WALL_TIMES:
                self.initial[name] = wall_time(getattr(event, name), event.zone)
            self.initial |= {f"quota_{quota.audience}": quota.places for quota in event.quotas.all()}
            self.initial |= {price_field(*row): amount for row, amount in prices_of(event).amounts.items()}
        else:
            self.fields["club"].queryset = Club.objects.coordinated_by(person).order_by("name")
        if event.pk or not has_preset:
            del self.fields["with_programme"]

    def clean(self):
        values = super().clean()
        zone = values.get("time_zone")
        if zone in EventTimeZone.values:
            self.set_moments(values, ZoneInfo(zone))
        if (values.get("latitude") is None) != (values.get("longitude") is None):
            self.add_error("longitude", _("Give both latitude and longitude, or neither."))
        for name, limit in (("latitude", 90), ("longitude", 180)):
            if values.get(name) is not None and abs(values[name]) > limit:
                self.add_error(name, _("This lies nowhere on earth."))
        return values

    def clean_vat(self):
        return self.cleaned_data["vat"] or self.instance.vat

    def _post_clean(self):
        """What is wrong with the event as a whole, the action says, at the field."""

    def price_table(self) -> list[tuple]:
        """(line, members' cell, others' cell), as it is shown."""
        return [
            (line, self[price_field(audience, True)], self[price_field(audience, False)])
            for audience, line in PRICE_LINES
        ]

    @property
    def is_priced(self) -> bool:
        """Something stands in the table, or is wrong with it: it is shown open."""
        cells = [cell for _line, *pair in self.price_table() for cell in pair]
        return any(cell.value() not in (None, "") or cell.errors for cell in [*cells]) or bool(self["vat"].errors)

    def for_action(self) -> dict:
        values = dict(self.cleaned_data)
        rows = [(audience, side) for audience, _line in PRICE_LINES for side in (True, False)]
        values["prices"] = {row: values.pop(price_field(*row)) for row in rows}
        values["quotas"] = {audience: values.pop(f"quota_{audience}") for audience in Audience.values}
        return values


class SessionForm(PlaceTimeMixin, forms.ModelForm):
    WALL_TIMES = ("starts_at", "ends_at")

    starts_at = WallTimeField(label=_("Starts"))
    ends_at = WallTimeField(label=_("Ends"))
    capacity = forms.IntegerField(
        label=_("Seats"), required=False, min_value=1, max_value=MOST, help_text=_("Empty: as many as sign up.")
    )

    class Meta:
        model = Session
        fields = [
            "kind", "title", "starts_at", "ends_at", "room", "speakers", "moderators", "description", "has_sign_up",
            "capacity",
        ]  # fmt: skip
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "has_sign_up": _("Each person then chooses it by name; without a tick, all participants may come."),
        }

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event
        if self.instance.pk:
            for name in self.WALL_TIMES:
                self.initial[name] = wall_time(getattr(self.instance, name), event.zone)

    def clean(self):
        values = super().clean()
        self.set_moments(values, self.event.zone)
        return values

    def _post_clean(self):
        """What is wrong with the session as a whole, the action says, at the field."""


class CopyForm(PlaceTimeMixin, forms.Form):
    WALL_TIMES = ("starts_at",)

    title = forms.CharField(label=_("Title"), max_length=160)
    starts_at = WallTimeField(label=_("The copy starts"))

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, initial={"title": event.title}, **kwargs)
        self.event = event

    def clean(self):
        values = super().clean()
        self.set_moments(values, self.event.zone)
        return values


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=250, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the letter to everybody who is registered, and on the event’s page."),
    )  # fmt: skip
    refunding = forms.ChoiceField(
        label=_("What was paid"), choices=Refunding.choices, widget=forms.RadioSelect,
        help_text=_("Stands in the letter as well. Orders that are not paid are taken back in any case."),
    )  # fmt: skip

    def __init__(self, *args, has_orders: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_orders:
            del self.fields["refunding"]


class ReceptionForm(forms.Form):
    """Somebody with an account, by their e-mail."""

    email = forms.EmailField(label=_("E-mail of the person’s account"))

    def clean_email(self):
        person = Person.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if person is None:
            raise ValidationError(_("There is no account with this e-mail: ask the person to create one first."))
        return person
