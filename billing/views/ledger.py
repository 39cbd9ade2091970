"""The club's accounts: what lies where, who owes what, what wants attention, and every entry."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from billing import provider, statistics
from billing.actions.reconciling import Reconciled
from billing.actions.reconciling import reconcile as compare
from billing.enums import OrderStatus
from billing.fec import fec_filename, fec_text
from billing.forms import LedgerFilter, OrderFilter
from billing.models import Entry, Seller
from billing.views.clubs import accounts_club, club_tabs
from core.pages import page_of
from core.spreadsheets import table_response
from members.models import Club

MOST_SHOWN = 8


@dataclass(frozen=True)
class Attention:
    """Some things of a kind that want attention: the first of them, and how many there are."""

    title: str
    kind: str
    things: list
    count: int


def ledger(request: HttpRequest) -> HttpResponse:
    club, entries, form = _entries(request)
    years = {day.year for day in Entry.objects.filter(club=club).dates("happened_on", "year")}
    context = {
        "club_of_list": club,
        "tabs": club_tabs(request, "ledger", club, with_mine=False),
        "seller": Seller.objects.filter(club=club).first(),
        "balances": statistics.account_balances(club, start=form.value("start"), end=form.value("end")),
        "owed": statistics.owed(club),
        "links": _links(club),
        "attention": _attention(club),
        "lines_to_assign": statistics.lines_to_assign(club).count(),
        "has_provider": provider.account_of(club) is not None,
        "form": form,
        "page": page_of(request, entries.for_list()),
        "years": sorted(years, reverse=True),
    }
    return render(request, "billing/ledger.html", context)


def ledger_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """`fec`: a year as the tax inspectors want it; `csv` and `xlsx`: the entries as they are filtered."""
    club, entries, _filter = _entries(request)
    if form == "fec":
        return _fec(request, club)
    if form not in ("csv", "xlsx"):
        raise Http404("no such form")
    header = [
        _("Day"), _("Journal"), _("Document"), _("Label"), _("Order"), _("Organisation"), _("SIRET"), _("Account"),
        _("Name of the account"), _("Debit"), _("Credit"),
    ]  # fmt: skip
    name = f"{pgettext('file name', 'ledger')}-{club.slug}-{timezone.localdate()}"
    return table_response(form, name, header, _rows(entries.for_list().order_by("happened_on", "pk")))


@require_POST
def reconcile(request: HttpRequest) -> HttpResponse:
    """Compare with the payment provider now: what its news did not bring is followed."""
    accounts_club(request)
    found = compare()
    if found.silent:
        messages.error(request, _("The payment provider does not answer now: try again later."))
    if found.total:
        messages.success(request, _told(found))
    elif not found.silent:
        messages.info(request, _("All is as the payment provider says: nothing was missing."))
    return redirect("billing:ledger")


def _told(found: Reconciled) -> str:
    parts = [
        (found.news, ngettext("%(n)s piece of news", "%(n)s pieces of news", found.news)),
        (found.payments, ngettext("%(n)s payment moved", "%(n)s payments moved", found.payments)),
        (found.refunds, ngettext("%(n)s refund sent", "%(n)s refunds sent", found.refunds)),
        (found.given_up, ngettext("%(n)s unpaid order given up", "%(n)s unpaid orders given up", found.given_up)),
    ]
    return _("Followed: %(what)s.") % {"what": ", ".join(words % {"n": n} for n, words in parts if n)}


def _entries(request: HttpRequest) -> tuple[Club, QuerySet[Entry], LedgerFilter]:
    club = accounts_club(request)
    form = LedgerFilter(request.GET)
    return club, form.apply(Entry.objects.filter(club=club)), form


def _links(club: Club) -> dict[str, str]:
    """The lists whose sums stand on the page."""
    orders = f"{reverse('billing:order_list')}?club={club.slug}"
    return {
        "unpaid": f"{orders}&status={OrderStatus.FIRM}&money={OrderFilter.UNPAID}",
        "awaited": f"{orders}&status={OrderStatus.PLACED}",
        "overpaid": f"{orders}&money={OrderFilter.OVERPAID}",
    }


def _attention(club: Club) -> list[Attention]:
    found = [
        (_("Disputes"), "dispute", statistics.open_disputes(club)),
        (_("Refunds that did not arrive"), "refund", statistics.troubled_refunds(club)),
        (_("Payments under way"), "payment", statistics.payments_under_way(club)),
        (_("Cheques to take to the bank"), "cheque", statistics.cheques_to_deposit(club)),
        (_("News of the provider that could not be followed"), "news", statistics.news_not_followed(club)),
    ]
    lists = [Attention(title, kind, list(things[:MOST_SHOWN]), things.count()) for title, kind, things in found]
    return [one for one in lists if one.count]


def _fec(request: HttpRequest, club: Club) -> HttpResponseBase:
    year = request.GET.get("year", "")
    year = int(year) if year.isascii() and year.isdigit() and 2000 <= int(year[:4]) and len(year) == 4 else None
    seller = Seller.objects.filter(club=club).first()
    if seller is None or year is None:
        raise Http404("no seller, or no such year")
    closes_on = timezone.localdate().replace(year=year, month=12, day=31)
    lines = fec_text(statistics.fec_lines(club, year))
    response = StreamingHttpResponse(lines, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, fec_filename(seller.siret[:9], closes_on))
    response["Cache-Control"] = "private, no-store"
    return response


def _rows(entries: QuerySet[Entry]) -> Iterator[list]:
    for entry in entries.iterator(chunk_size=500):
        order = entry.order
        for posting in entry.postings.all():
            yield [
                entry.happened_on, entry.get_journal_display(), entry.piece, entry.label, order and order.reference,
                order and order.organisation, order and order.organisation.siret, posting.account,
                posting.get_account_display(), posting.debit, posting.credit,
            ]  # fmt: skip
