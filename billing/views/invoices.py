"""Invoices and credit notes: found again, taken away."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.forms import InvoiceFilter
from billing.models import Invoice, InvoiceFile
from billing.views.clubs import asked_club, club_tabs
from core.pages import page_of
from core.spreadsheets import table_response
from members.models import Club
from members.rights import rights_of


def invoice_list(request: HttpRequest) -> HttpResponse:
    """Those of one's organisations; with a club named, those of the club, for its coordination."""
    club, found, form = _found(request)
    context = {
        "club_of_list": club,
        "tabs": club_tabs(request, "invoice_list", club),
        "form": form,
        "page": page_of(request, found.for_list()),
        "shows_organisation": club is not None or len(rights_of(request.user).organisation_ids) > 1,
    }
    return render(request, "billing/invoice_list.html", context)


def export_invoices(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list to take away, as it is filtered. What a credit note takes back stands below zero."""
    _club, found, _filter = _found(request)
    header = [
        _("Number"), _("Kind"), _("Issued on"), _("Corrects"), _("Club"), _("Organisation"), _("SIRET"), _("Order"),
        _("Excl. VAT"), _("VAT"), _("Incl. VAT"),
    ]  # fmt: skip
    return table_response(form, pgettext("file name", "invoices"), header, map(_row, found.for_list()))


def invoice_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The document as it was sent."""
    invoice = get_object_or_404(Invoice.objects.visible_to(request.user).defer("content"), pk=pk)
    content = get_object_or_404(InvoiceFile, invoice=invoice).content
    response = HttpResponse(bytes(content), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{invoice.number}.pdf")
    response["Cache-Control"] = "private, no-store"
    return response


def _found(request: HttpRequest) -> tuple[Club | None, object, InvoiceFilter]:
    club = asked_club(request)
    visible = Invoice.objects.visible_to(request.user)
    if club is None:
        visible = visible.filter(organisation__in=rights_of(request.user).organisation_ids)
    else:
        visible = visible.filter(club=club)
    years = visible.order_by("-year").values_list("year", flat=True).distinct()
    form = InvoiceFilter(request.GET, years=years)
    return club, form.apply(visible), form


def _row(invoice: Invoice) -> list:
    sign = -1 if invoice.is_credit_note else 1
    return [
        invoice.number, invoice.get_kind_display(), invoice.issued_on, invoice.corrects, invoice.club,
        invoice.organisation, invoice.organisation.siret, invoice.order.reference, sign * invoice.net,
        sign * invoice.vat, sign * invoice.gross,
    ]  # fmt: skip
