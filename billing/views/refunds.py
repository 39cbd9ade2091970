"""The coordination's side of an order: money that came by hand, and money that goes back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing import actions, permissions
from billing.enums import RefundStatus
from billing.forms import PaymentForm, RefundForm, SurplusForm
from billing.models import Payment, Refund
from billing.views.clubs import FOR_COORDINATORS
from billing.views.orders import find_order
from core.guards import require
from core.pages import act, attempt


def record_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """A transfer, a cheque or cash that the club has received."""
    order = find_order(request, pk)
    require(permissions.can_keep_accounts(request.user, order.club), FOR_COORDINATORS)
    due = actions.due_of(order)
    form = PaymentForm(request.POST if request.method == "POST" else None, order=order, due=due)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.record_payment, order, by=request.user, **form.cleaned_data):
            messages.success(request, _("The payment is recorded."))
            return redirect(order)
    return render(request, "billing/payment_record.html", {"form": form, "order": order, "due": due})


@require_POST
def deposit_cheque(request: HttpRequest, pk: int) -> HttpResponse:
    payment = _payment(request, pk)
    done = _("Noted: the cheque was taken to the bank.")
    return act(request, actions.deposit_cheque, payment, by=request.user, done=done, to=payment.order)


def refund_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give back: what was paid too much, or things of the order; both where both can be."""
    payment = _payment(request, pk)
    order, surplus = payment.order, actions.surplus_of(payment.order)
    form_of_lines = RefundForm(lines=list(order.lines.prefetch_related("credits")))
    has_lines = bool(form_of_lines.lines) and order.invoices.exists()
    gives_surplus = surplus > 0 and not (has_lines and request.GET.get("of") == "lines")
    if request.method == "POST":
        of_surplus = {"is_by_provider": payment.is_by_provider}
        form = (
            SurplusForm(request.POST, **of_surplus)
            if gives_surplus
            else RefundForm(request.POST, lines=form_of_lines.lines)
        )
        if form.is_valid() and _refund(request, payment, form):
            messages.success(request, _("The refund is on its way; the payer receives a letter."))
            return redirect(order)
    else:
        most = min(surplus, actions.refundable(payment))
        of_surplus = {"is_by_provider": payment.is_by_provider, "initial": {"amount": most}}
        form = SurplusForm(**of_surplus) if gives_surplus else form_of_lines
    address = reverse("billing:refund_payment", args=[pk])
    context = {
        "form": form,
        "payment": payment,
        "order": order,
        "obstacle": actions.obstacle(payment),
        "refundable": actions.refundable(payment),
        "gives_surplus": gives_surplus,
        "has_lines": has_lines,
        "tabs": [
            (_("What was paid too much"), address, gives_surplus),
            (_("Things of the order"), f"{address}?of=lines", not gives_surplus),
        ] if surplus > 0 and has_lines else [],
    }  # fmt: skip
    return render(request, "billing/payment_refund.html", context)


@require_POST
def send_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the provider once more for a refund that was decided."""
    visible = Payment.objects.visible_to(request.user)
    refund = get_object_or_404(Refund.objects.filter(payment__in=visible).select_related("payment__order__club"), pk=pk)
    require(permissions.can_refund_payment(request.user, refund.payment), FOR_COORDINATORS)
    sent = actions.send_refund(refund)
    if sent.status == RefundStatus.REQUESTED:
        messages.error(request, _("The payment provider cannot be reached now: try again later."))
    elif sent.status == RefundStatus.FAILED:
        messages.error(request, _("The payment provider refuses this refund: pay it in another way."))
    else:
        messages.success(request, _("The payment provider has taken the refund."))
    return redirect(refund.payment.order)


def _refund(request: HttpRequest, payment: Payment, form: RefundForm | SurplusForm) -> Refund | None:
    if isinstance(form, SurplusForm):
        return attempt(form, actions.refund_surplus, payment, by=request.user, **form.cleaned_data)
    values = {name: form.cleaned_data[name] for name in ("reason", "key")}
    return attempt(form, actions.refund_lines, payment, by=request.user, shares=form.shares(), **values)


def _payment(request: HttpRequest, pk: int) -> Payment:
    visible = Payment.objects.visible_to(request.user)
    payment = get_object_or_404(visible.select_related("order__club", "order__organisation"), pk=pk)
    require(permissions.can_refund_payment(request.user, payment), FOR_COORDINATORS)
    return payment
