"""The club's bank: its files are imported, their lines assigned to orders; what fits exactly finds its order by itself."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from billing import permissions
from billing.actions import bank as actions
from billing.enums import BankLineState
from billing.forms import AsideForm, FindOrderForm, StatementForm
from billing.models import BankLine, BankStatement, Order
from billing.views.clubs import FOR_COORDINATORS, accounts_club, club_tabs
from billing.views.standing import OrderRow
from core.errors import RuleBroken
from core.guards import require
from core.pages import act, attempt, history_of, page_of
from members.models import Club

MOST_FOUND = 10


def bank(request: HttpRequest) -> HttpResponse:
    """The lines to assign, with what they may be for; POST imports a file."""
    club = accounts_club(request)
    if request.method == "POST":
        return _import(request, club)
    return _show(request, club, StatementForm())


def bank_line_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: what it may be for, a search among the club's orders, or set it aside."""
    return _show_line(request, _line(request, pk), AsideForm())


@require_POST
def assign_bank_line(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    number = request.POST.get("order", "")
    orders = Order.objects.placed().filter(club=line.club)
    order = get_object_or_404(orders, pk=number if number.isdecimal() and len(number) < 19 else None)
    done = _("Recorded as a payment of order %(order)s.") % {"order": order.reference}
    return act(
        request, actions.assign_line, line, order=order, by=request.user, done=done, to=_bank_of(line.club)
    )  # fmt: skip


@require_POST
def set_aside_bank_line(request: HttpRequest, pk: int) -> HttpResponse:
    line, form = _line(request, pk), AsideForm(request.POST)
    if form.is_valid() and attempt(form, actions.set_aside, line, by=request.user, **form.cleaned_data):
        messages.success(request, _("The line is set aside."))
        return redirect(_bank_of(line.club))
    return _show_line(request, line, form)


@require_POST
def take_back_bank_line(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    done = _("The line is to be assigned again.")
    return act(request, actions.take_back, line, by=request.user, done=done, to=_bank_of(line.club))


def _import(request: HttpRequest, club: Club) -> HttpResponse:
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, club, form)
    upload = form.cleaned_data["file"]
    values = {"by": request.user, "content": upload.read(), "filename": upload.name}
    try:
        statement = actions.import_statement(club, **values)
    except RuleBroken as broken:  # a file with faults brings a report, line by line
        form.add_error(broken.field, str(broken.message))
        return _show(request, club, form, getattr(broken, "faults", ()))
    lines, matched = statement.lines.count(), statement.lines.filter(state=BankLineState.MATCHED).count()
    told = ngettext("%(n)s new line", "%(n)s new lines", lines) % {"n": lines}
    found = ngettext("%(n)s of them found its order", "%(n)s of them found their orders", matched) % {"n": matched}
    messages.success(request, _("Imported: %(lines)s, %(found)s.") % {"lines": told, "found": found})
    return redirect(_bank_of(club))


def _show(
    request: HttpRequest, club: Club, form: StatementForm, faults: Sequence[tuple[int, str]] = ()
) -> HttpResponse:
    lines = BankLine.objects.filter(club=club, amount__gt=0)
    states = {BankLineState.MATCHED: lines.filter(state=BankLineState.MATCHED),
              BankLineState.IGNORED: lines.filter(state=BankLineState.IGNORED)}  # fmt: skip
    state = request.GET.get("state")
    page = page_of(request, states.get(state, lines.to_assign()).for_list())
    proposed = {} if state in states else actions.proposals(page.object_list)
    page.object_list = [(line, proposed.get(line.pk, [])) for line in page.object_list]
    statements = BankStatement.objects.filter(club=club).annotate(n=Count("lines")).select_related("by")
    context = {
        "club_of_list": club,
        "tabs": club_tabs(request, "bank", club, with_mine=False),
        "states": _state_tabs(club, state, lines),
        "is_open": state not in states,
        "page": page,
        "form": form,
        "faults": faults,
        "statements": statements[:12],
    }
    return render(request, "billing/bank.html", context)


def _state_tabs(club: Club, state: str | None, lines) -> list[tuple]:
    address, counts = _bank_of(club), dict(lines.order_by().values_list("state").annotate(n=Count("pk")))
    tabs = [(_("To assign"), address, state not in (BankLineState.MATCHED, BankLineState.IGNORED), BankLineState.OPEN),
            (_("Assigned"), f"{address}&state=matched", state == BankLineState.MATCHED, BankLineState.MATCHED),
            (_("Set aside"), f"{address}&state=ignored", state == BankLineState.IGNORED, BankLineState.IGNORED)]  # fmt: skip
    return [(label, url, is_active, counts.get(one, 0)) for label, url, is_active, one in tabs]


def _show_line(request: HttpRequest, line: BankLine, aside_form: AsideForm) -> HttpResponse:
    form = FindOrderForm(request.GET or None)
    text = form.text()
    found = Order.objects.placed().filter(club=line.club).matching(text) if text else Order.objects.none()
    rows = [OrderRow(order) for order in found.with_sums().for_list()[:MOST_FOUND]]
    context = {
        "line": line,
        "proposals": actions.proposals([line])[line.pk] if line.is_to_assign else [],
        "form": form,
        "text": text,
        "found": sorted(rows, key=lambda row: row.due <= 0),  # what is still due comes first
        "aside_form": aside_form,
        "bank_url": _bank_of(line.club),
        "history": history_of(line),
    }
    return render(request, "billing/bank_line_page.html", context)


def _line(request: HttpRequest, pk: int) -> BankLine:
    visible = BankLine.objects.visible_to(request.user)
    line = get_object_or_404(visible.select_related("club", "statement", "payment__order"), pk=pk)
    require(permissions.can_assign_bank_line(request.user, line), FOR_COORDINATORS)
    return line


def _bank_of(club: Club) -> str:
    return f"{reverse('billing:bank')}?club={club.slug}"
