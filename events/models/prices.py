"""What a place costs, and why: plain values, no clock, no writing.

The rule. A price is for members or for others, and for one audience or for all. Of those for one's own side the most
specific counts: the one for one's audience, else the one for all audiences, else the place is free. A member is an
organisation whose membership of the event's club covers the **day of the event**; a membership that lies in the same
basket and covers that day counts as well.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import Order
from core.money import ZERO, MoneyField
from core.prepared import prepared
from events.models.events import Event
from members.enums import Audience
from members.models import Organisation
from memberships.models import Term

# What memberships call their dues in a basket (`memberships.payables`).
DUES = "memberships.dues"


class Price(models.Model):
    """What a place at one event costs one side: members or others, of one audience or (empty) of all."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="prices", verbose_name=_("event"))
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices, blank=True)
    is_for_members = models.BooleanField(_("for members"))
    amount = MoneyField(_("price excl. VAT"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "audience", "is_for_members"], name="events_price_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="events_price_not_negative"),
        ]

    def __str__(self):
        return f"{self.get_audience_display()} {self.amount}".strip()


@dataclass(frozen=True)
class PriceList:
    """The prices of one event: (audience or "" for all, for members?) → amount."""

    amounts: dict[tuple[str, bool], Decimal]

    def __bool__(self):
        """Whether anybody pays anything."""
        return any(self.amounts.values())

    def row(self, audience: str, *, is_member: bool) -> tuple[str, bool] | None:
        """The row that counts (see the rule above); None where there is none: free."""
        return next((row for row in ((audience, is_member), ("", is_member)) if row in self.amounts), None)

    def amount(self, audience: str, *, is_member: bool) -> Decimal:
        row = self.row(audience, is_member=is_member)
        return ZERO if row is None else self.amounts[row]


def prices_of(event: Event) -> PriceList:
    """The prices of `event` (one query)."""
    return PriceList({(audience, is_for_members): amount for audience, is_for_members, amount in _amounts(event.pk)})


@prepared
def _amounts(event_id: int):
    return Price.objects.filter(event=event_id).values_list("audience", "is_for_members", "amount")


@dataclass(frozen=True)
class Charge:
    """What one place costs an organisation, excluding VAT, and why, in a sentence."""

    amount: Decimal
    reason: str = ""


def charge_for(
    event: Event, organisation: Organisation, *, basket: Order | None = None, prices: PriceList | None = None
) -> Charge:
    """What a place costs `organisation`, given what lies in `basket` (up to three queries, one where all is free).

    `prices`: those of the event, where they are known already.
    """
    prices = prices_of(event) if prices is None else prices
    if not prices:
        return Charge(ZERO)
    audience = organisation.audience
    is_member = organisation.pk in members_on_the_day(event, [organisation.pk])
    joins = not is_member and basket is not None and _membership_lies_in(basket, event)
    row = prices.row(audience, is_member=is_member or joins)
    amount = prices.amount(audience, is_member=is_member or joins)
    if row is None:
        return Charge(amount)
    reason = _reason(event, is_member=is_member, joins=joins)
    return Charge(amount, f"{reason} ({Audience(row[0]).label})" if row[0] else reason)


def _reason(event: Event, *, is_member: bool, joins: bool) -> str:
    day = {"day": date_format(event.day, "DATE_FORMAT"), "club": event.club}
    if joins:
        return gettext("member price: with the membership in your basket")
    if is_member:
        return gettext("member price: you are a member on %(day)s") % day
    return gettext("price for non-members: you are not a member of %(club)s on %(day)s") % day


def members_on_the_day(event: Event, organisation_ids: Collection[int]) -> set[int]:
    """Which of these organisations are members of the event's club on its day (one query)."""
    terms = Term.objects.current(event.day).filter(club=event.club_id, organisation__in=organisation_ids)
    return set(terms.values_list("organisation_id", flat=True))


def _membership_lies_in(basket: Order, event: Event) -> bool:
    """Dues in the basket of the event's own club whose days, as they stand on the line, cover the event's day."""
    if basket.club_id != event.club_id:
        return False
    covering = Q(ends_on__isnull=True) | Q(ends_on__gte=event.day)
    return basket.lines.live().filter(covering, payable=DUES, starts_on__lte=event.day).exists()


def payers_among(event: Event, organisations: Iterable[Organisation]) -> set[int]:
    """Ids of those of `organisations` for whom a place costs something (two queries, one where all is free)."""
    prices, organisations = prices_of(event), list(organisations)
    if not prices:
        return set()
    members = members_on_the_day(event, [one.pk for one in organisations])
    return {one.pk for one in organisations if prices.amount(one.audience, is_member=one.pk in members)}
