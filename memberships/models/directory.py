"""Who is a member, of which club, on which day."""

from django.db.models import Case, Exists, F, OuterRef, Subquery, Sum, When

from billing.enums import OrderStatus
from billing.models import OrderLine
from core.money import MoneyField
from members.models import Club, Organisation
from memberships.models.applications import Application
from memberships.models.calls import DUES, DuesCall
from memberships.models.plans import Plan
from memberships.models.terms import Term


def members_of(club: Club | None, on, organisations=None):
    """Organisations that are members of `club` (None: of any club) on the date `on`."""
    terms = Term.objects.current(on).filter(organisation=OuterRef("pk"))
    if club is not None:
        terms = terms.filter(club=club)
    base = Organisation.objects.all() if organisations is None else organisations
    return base.filter(Exists(terms))


def clubs_open_to(organisation: Organisation, today):
    """Clubs the organisation could apply to: they take applications, it is no member, has not applied, and no dues of it
    are called for.

    A club whose plans were never set up takes applications on the default plan.
    """
    is_member = Term.objects.filter(organisation=organisation, club=OuterRef("pk")).overlapping(today, None)
    has_applied = Application.objects.to_decide().filter(organisation=organisation, club=OuterRef("pk"))
    is_called = (
        DuesCall.objects.open().for_terms().filter(organisation=organisation, club=OuterRef("pk"), ends_on__gte=today)
    )
    plans = Plan.objects.filter(club=OuterRef("pk"))
    takes_members = Exists(plans.open()) | ~Exists(plans)
    clubs = Club.objects.filter(takes_members).exclude(Exists(is_member)).exclude(Exists(has_applied))
    return clubs.exclude(Exists(is_called)).order_by("name")


def with_term(organisations, club: Club, on):
    """`organisations`, each with `term_id` and `member_since`: its term in `club` on the date `on`, if it is a member."""
    terms = Term.objects.current(on).filter(organisation=OuterRef("pk"), club=club)
    first = Term.objects.filter(organisation=OuterRef("pk"), club=club).order_by("starts_on")
    return organisations.annotate(
        term_id=Subquery(terms.order_by("-starts_on").values("pk")[:1]),
        member_since=Case(When(Exists(terms), then=Subquery(first.values("starts_on")[:1]))),
    )


def with_fee_paid(terms):
    """`terms`, each with `fee_paid`: what was bought for it and is firm, VAT not included; None for nothing."""
    calls = DuesCall.objects.filter(term=OuterRef(OuterRef("pk")))
    lines = OrderLine.objects.granted().filter(payable=DUES, target_id__in=calls.values("pk"))
    lines = lines.filter(order__status=OrderStatus.FIRM).order_by().values("payable")
    total = lines.annotate(total=Sum(F("unit_price") * F("quantity"), output_field=MoneyField())).values("total")
    return terms.annotate(fee_paid=Subquery(total, output_field=MoneyField()))


def with_since(terms):
    """`terms`, each with `member_since`: the first day of the first term of its organisation in its club."""
    first = Term.objects.filter(organisation=OuterRef("organisation"), club=OuterRef("club")).order_by("starts_on")
    return terms.annotate(member_since=Subquery(first.values("starts_on")[:1]))
