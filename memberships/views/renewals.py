"""Renewals and memberships of a club: who joins, renews, is late, has lapsed, has left and why; many renewed at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import page_of
from core.spreadsheets import table_response
from members.clubs import current_club
from members.models import Club, Role
from memberships import actions, permissions
from memberships.enums import CallKind
from memberships.fees import costs_something
from memberships.forms import StandingFilter
from memberships.models import DuesCall, Plan, Term, with_fee_paid, with_since
from memberships.statistics import pace_of

FOR_COORDINATORS = gettext_lazy("Renewals are looked after by the club’s coordination.")
ROWS_PER_PAGE = 50
MOST_AT_ONCE = 500
LEFT_WITHIN = timedelta(days=365)


@dataclass(frozen=True)
class Tab:
    """One way to look at a club's members: of terms, or of calls for dues."""

    name: str
    label: str
    rows: Callable[[Club, date], QuerySet]
    of_calls: bool = False


def _members(club: Club, today: date) -> QuerySet:
    return Term.objects.current(today).filter(club=club)


def _suspended(club: Club, today: date) -> QuerySet:
    return Term.objects.suspended().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), club=club)


def _left(club: Club, today: date) -> QuerySet:
    """Resigned or ended by the club, within a year; who came back is not among them."""
    gone = Term.objects.filter(club=club, ended_at__isnull=False, ends_on__gte=today - LEFT_WITHIN).unfollowed()
    return gone.order_by("-ends_on", "pk")


def _calls(club: Club) -> QuerySet:
    return DuesCall.objects.open().filter(club=club).annotate(
        counted=Greatest("follows__ends_on", "follows__grace_until")
    )  # fmt: skip


def _joining(club: Club, today: date) -> QuerySet:
    return _calls(club).filter(kind=CallKind.JOINING)


def _renewing(club: Club, today: date) -> QuerySet:
    return _calls(club).renewals().filter(follows__ends_on__gte=today)


def _late(club: Club, today: date) -> QuerySet:
    return _calls(club).renewals().filter(follows__ends_on__lt=today, counted__gte=today)


def _lapsed(club: Club, today: date) -> QuerySet:
    return _calls(club).renewals().filter(counted__lt=today)


TABS = [
    Tab("members", gettext_lazy("Members"), _members),
    Tab("joining", gettext_lazy("Joining"), _joining, of_calls=True),
    Tab("renewing", gettext_lazy("To renew"), _renewing, of_calls=True),
    Tab("late", gettext_lazy("Late, in grace"), _late, of_calls=True),
    Tab("lapsed", pgettext_lazy("members", "Lapsed"), _lapsed, of_calls=True),
    Tab("suspended", pgettext_lazy("members", "Suspended"), _suspended),
    Tab("left", gettext_lazy("Left"), _left),
]


def renewal_list(request: HttpRequest) -> HttpResponse:
    require(permissions.can_run_desk(request.user), FOR_COORDINATORS)
    club, today = desk_club(request), timezone.localdate()
    charges = _charges(club)
    tabs = [tab for tab in TABS if charges or not tab.of_calls]
    shown = next((tab for tab in tabs if tab.name == request.GET.get("show")), tabs[0])
    found = StandingFilter(request.GET or None, queryset=_listed(shown, club, today), club=club)
    page = page_of(request, found.qs, ROWS_PER_PAGE)
    clubs = Club.objects.coordinated_by(request.user).order_by("name")
    context = {
        "desk_club": club,
        "club_tabs": [(other.name, f"?club={other.slug}", other == club) for other in clubs],
        "tabs": [
            (tab.label, f"?club={club.slug}&show={tab.name}", tab == shown, tab.rows(club, today).count()) for tab in tabs
        ],
        "shown": shown,
        "form": found.form,
        "page": page,
        "rows": _rows(page, shown, today),
        "pace": pace_of(club, today),
        "charges": charges,
        "stuck": _stuck(club, today) if charges else [],
    }  # fmt: skip
    return render(request, "memberships/renewal_list.html", context)


def _listed(tab: Tab, club: Club, today: date) -> QuerySet:
    rows = tab.rows(club, today)
    if tab.of_calls:
        return rows.for_list()
    listed = with_fee_paid(with_since(rows.for_list()))
    return listed.order_by("-ends_on", "pk") if tab.name == "left" else listed


def _rows(page, tab: Tab, today: date) -> list[tuple]:
    """(thing, its state, its price or next letter) of each row, without a query."""
    if not tab.of_calls:
        return [(term, term.state(today), None, None) for term in page]
    return [
        (
            call, call.state(today, is_awaited=call.is_awaited),
            actions.price_or_none(call, today, is_first=call.is_first), actions.next_letter_on(call, today),
        )
        for call in page
    ]  # fmt: skip


def _stuck(club: Club, today: date) -> list[actions.Renewal]:
    """Terms that run out and whose next one cannot be called for, with the reason."""
    return [
        renewal
        for renewal in actions.preview_renewals(actions.terms_to_call(today).filter(club=club))
        if renewal.refusal
    ]


def _charges(club: Club) -> bool:
    """This club asks for money, or did: a free one sees nothing of it."""
    plans = Plan.objects.filter(club=club).prefetch_related("fees")
    return any(costs_something(plan) for plan in plans) or DuesCall.objects.filter(club=club).exists()


# --- Many at once -----------------------------------------------------------------------------------------------------


def preview_renewals(request: HttpRequest) -> HttpResponse:
    """What renewing the chosen ones would cost each, and what cannot be; nothing is written."""
    require(permissions.can_run_desk(request.user), FOR_COORDINATORS)
    club = desk_club(request)
    previews = actions.preview_renewals(_chosen(request.GET.getlist("terms"), club))
    context = {
        "desk_club": club,
        "renewals": [renewal for renewal in previews if not renewal.refusal],
        "refused": [renewal for renewal in previews if renewal.refusal],
        "charges": _charges(club),
    }
    return render(request, "memberships/renewal_preview.html", context)


@require_POST
def renew_terms(request: HttpRequest) -> HttpResponse:
    """Renew or call, and say what became of each."""
    require(permissions.can_run_desk(request.user), FOR_COORDINATORS)
    club = desk_club(request)
    done = actions.renew_terms(_chosen(request.POST.getlist("terms"), club), by=request.user)
    context = {
        "desk_club": club,
        "renewed": [renewal for renewal in done if renewal.follower],
        "called": [renewal for renewal in done if renewal.call],
        "refused": [renewal for renewal in done if renewal.refusal],
    }
    return render(request, "memberships/renewal_result.html", context)


def _chosen(ids: list[str], club: Club) -> list[Term]:
    pks = [int(pk) for pk in ids[:MOST_AT_ONCE] if pk.isdecimal() and len(pk) < 15]
    terms = Term.objects.filter(club=club, pk__in=pks)
    return list(
        terms.select_related("organisation", "club", "plan__club", "plan__sponsor")
        .prefetch_related("plan__fees")
        .order_by("organisation__sort_name", "pk")
    )


# --- Taking it away ---------------------------------------------------------------------------------------------------


def export_members(request: HttpRequest) -> HttpResponse:
    """The members of today as a spreadsheet, as the filters leave them."""
    require(permissions.can_run_desk(request.user), FOR_COORDINATORS)
    club, today = desk_club(request), timezone.localdate()
    terms = with_fee_paid(with_since(_members(club, today).for_list()))
    found = StandingFilter(request.GET or None, queryset=terms, club=club).qs
    managers = Role.objects.managers().filter(person__is_active=True).select_related("person").order_by("pk")
    found = found.prefetch_related(Prefetch("organisation__roles", queryset=managers, to_attr="managers"))
    header = [
        _("Legal name"), _("Trade name"), _("SIRET"), _("Kind"), _("Plan"), _("First day"), _("Last day"), _("State"),
        _("Fee paid (excl. VAT)"), _("Paid by a sponsor"), _("Member since"), _("Contact"), _("E-mail"), _("Phone"),
    ]  # fmt: skip
    rows = (_row(term, today) for term in found.iterator(chunk_size=500))
    name = f"{pgettext('file name', 'members')}-{club.slug}-{today}"
    return table_response(request.GET.get("format", ""), name, header, rows)


def _row(term: Term, today: date) -> list:
    organisation = term.organisation
    manager = organisation.managers[0].person if organisation.managers else None
    return [
        organisation.name, organisation.trade_name, organisation.siret, organisation.kind_short, term.plan.name,
        term.starts_on, term.ends_on, term.state(today).label, term.fee_paid, term.sponsored_amount or None,
        term.member_since, manager.get_full_name() if manager else "",
        manager.email if manager else organisation.email, organisation.phone,
    ]  # fmt: skip


def desk_club(request: HttpRequest) -> Club:
    """The current club if the person coordinates it, else the first one that she does."""
    clubs = list(Club.objects.coordinated_by(request.user).order_by("name"))
    if not clubs:
        raise Http404("no club yet")
    current = current_club(request)
    return current if current in clubs else clubs[0]
