"""Memberships among what is sold: one organisation may join, another one's term runs out and may be renewed."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from billing.actions import add_to_basket
from billing.models import OrderLine
from members.models import Club, Organisation
from memberships.actions import FeeRow, call_joining, call_renewal, set_prices
from memberships.enums import Period
from memberships.models import DUES, DuesCall, Plan, Term
from tests.chaos.scene import NothingToDo
from tests.memberships.factories import PlanFactory, TermFactory

ENDS_IN = timedelta(days=25)
JOINS, RENEWS = "joins", "renews"


class Memberships:
    code = DUES

    def set_up(self, club: Club, organisations: Sequence[Organisation]) -> None:
        plan = PlanFactory(club=club, period=Period.TWELVE_MONTHS)
        set_prices(plan, by=None, fees=[FeeRow(Decimal(120))])
        last = timezone.localdate() + ENDS_IN
        TermFactory(
            club=club, plan=plan, organisation=organisations[0], starts_on=last - timedelta(days=364), ends_on=last
        )

    def choose(self, dice: random.Random, organisation: Organisation) -> list[str]:
        """Whoever is, or was, a member renews; the others join. Nobody does both, or twice."""
        if DuesCall.objects.filter(organisation=organisation, granted_at__isnull=False).exists():
            raise NothingToDo
        return [RENEWS if Term.objects.filter(organisation=organisation).exists() else JOINS]

    def put_into_basket(self, club: Club, organisation: Organisation, chosen: list[str], *, by) -> None:
        if chosen == [RENEWS]:
            call = call_renewal(Term.objects.filter(organisation=organisation).latest("starts_on"), by=by)
        else:
            call = call_joining(organisation, Plan.objects.get(club=club), by=by)
        add_to_basket(club, organisation, code=self.code, target_id=call.pk, by=by)

    # --- What must hold ------------------------------------------------------------------------------------------------

    def complaints(self) -> Iterator[str]:
        """A firm line has its one term, withheld where the line is; a line that is no longer bought has none that runs."""
        for term in Term.objects.all():
            others = Term.objects.filter(organisation=term.organisation_id, club=term.club_id).exclude(pk=term.pk)
            if others.overlapping(term.starts_on, term.ends_on).exists():
                yield f"{term} overlaps another one"
        for call in DuesCall.objects.all():
            lines = OrderLine.objects.live().of_target(DUES, call.pk).exclude(granted_at=None)
            if lines.count() != (call.granted_at is not None):
                yield f"call {call.pk} was settled {call.granted_at}, and {lines.count()} orders paid for it"
            for line in lines:
                yield from self._of_line(line, call)
        paid = DuesCall.objects.exclude(term=None).values("term")
        for term in Term.objects.filter(ended_at=None).exclude(pk__in=paid):
            if DuesCall.objects.filter(organisation=term.organisation_id, term=None, granted_at__isnull=False).exists():
                yield f"{term} was begun by nobody's payment"

    def _of_line(self, line: OrderLine, call: DuesCall) -> Iterator[str]:
        if call.term is None or call.term.is_ended:
            yield f"line {line.pk} of {line.order.reference} is paid for, and has no membership"
        elif (call.term.withheld_at is None) != line.is_granted:
            yield f"line {line.pk} of {line.order.reference}: the membership was withheld {call.term.withheld_at}"
        if Term.objects.filter(organisation=call.organisation_id, starts_on=call.term.starts_on).count() != 1:
            yield f"the term of call {call.pk} was begun twice"
