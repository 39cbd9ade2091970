"""How many people a membership includes."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import RuleBroken
from core.templatetags.kit import euros
from members.models import Organisation
from memberships.actions.calls import extra_people_of
from memberships.models import Term


@dataclass(frozen=True)
class Seats:
    """The people of an organisation, and how many it may have: `allowed` is None where nobody counts them.

    `term` is the membership that says so.
    """

    people: int
    allowed: int | None
    term: Term | None

    @property
    def are_taken(self) -> bool:
        return self.allowed is not None and self.people >= self.allowed


def seats_of(organisation: Organisation) -> Seats:
    """Of several memberships the most generous one counts; without any, nobody counts."""
    people = organisation.roles.count()
    terms = Term.objects.current(timezone.localdate()).filter(organisation=organisation).select_related("plan", "club")
    best: tuple[int, Term] | None = None
    for term in terms.order_by("pk"):
        if term.plan.people_included is None:
            return Seats(people, None, None)
        allowed = term.plan.people_included + extra_people_of(term)
        if best is None or allowed > best[0]:
            best = allowed, term
    return Seats(people, best[0], best[1]) if best else Seats(people, None, None)


def require_seat(organisation: Organisation) -> None:
    """Raise RuleBroken when one more person would be too many (see `members.team_size`)."""
    seats = seats_of(organisation)
    if not seats.are_taken or seats.term is None or seats.allowed is None:
        return
    plan = seats.term.plan
    included = ngettext(
        "The membership of %(club)s is for %(n)s person, and that is how many there are.",
        "The membership of %(club)s is for %(n)s people, and that is how many there are.",
        seats.allowed,
    ) % {"club": seats.term.club, "n": seats.allowed}
    if plan.price_per_person:
        more = _("A manager can add one on the page of the membership, for %(price)s a year.")
        raise RuleBroken(f"{included} {more % {'price': euros(plan.price_per_person)}}")
    raise RuleBroken(f"{included} {_('Ask the club’s coordination for more.')}")
