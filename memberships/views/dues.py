"""Dues as both sides see them: what is asked and why, paying it; for the coordination also its letters."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from billing.actions import add_to_basket
from billing.models import Order, OrderLine
from core.errors import RuleBroken
from core.guards import require
from core.pages import act, attempt, history_of, letters_of
from memberships import actions, permissions
from memberships.actions.pricing import first_day, last_day
from memberships.forms import ReasonForm
from memberships.models import DUES, DuesCall

BY_MEMBERS = gettext_lazy("Only the organisation’s own people pay its dues.")
BY_COORDINATORS = gettext_lazy("Only the club’s coordination looks after its calls for dues.")


def dues_page(request: HttpRequest, pk: int) -> HttpResponse:
    call, today = _call(request, pk), timezone.localdate()
    is_coordinator = permissions.can_administer_dues(request.user, call)
    price, refusal = _price(call, today)
    context = {
        "call": call,
        "state": call.state(today, is_awaited=call.is_awaited),
        "price": price,
        "refusal": refusal,
        "starts_on": first_day(call, today),
        "ends_on": last_day(call, today),
        "order": Order.objects.placed().filter(lines__in=_lines(call)).first(),
        "can_order": permissions.can_order_dues(request.user, call) and call.is_open and not call.is_awaited,
        "is_coordinator": is_coordinator,
        "next_letter_on": actions.next_letter_on(call, today) if is_coordinator else None,
        "history": history_of(call),
        "letters": letters_of(call) if is_coordinator else [],
    }
    return render(request, "memberships/dues_page.html", context)


@require_POST
def order_dues(request: HttpRequest, pk: int) -> HttpResponse:
    """Put them into the basket, and go there."""
    call = _call(request, pk)
    require(permissions.can_order_dues(request.user, call), BY_MEMBERS)
    return into_basket(request, call)


def into_basket(request: HttpRequest, call: DuesCall) -> HttpResponse:
    try:
        add_to_basket(call.club, call.organisation, code=DUES, target_id=call.pk, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
        return redirect(call)
    return redirect("billing:basket")


@require_POST
def hold_dues(request: HttpRequest, pk: int) -> HttpResponse:
    call = _administered(request, pk)
    done = _("No letter goes out about these dues until you say so.")
    return act(request, actions.hold_call, call, by=request.user, done=done, to=call)


@require_POST
def unhold_dues(request: HttpRequest, pk: int) -> HttpResponse:
    call = _administered(request, pk)
    return act(request, actions.unhold_call, call, by=request.user, done=_("Letters go out again."), to=call)


@require_POST
def remind_dues(request: HttpRequest, pk: int) -> HttpResponse:
    call = _administered(request, pk)
    return act(request, actions.remind_now, call, by=request.user, done=_("The reminder is on its way."), to=call)


def withdraw_dues(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that asks for the reason."""
    call = _administered(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.withdraw_call, call, by=request.user, **form.cleaned_data):
            messages.success(request, _("These dues are no longer asked for."))
            return redirect(call)
    return render(request, "memberships/dues_withdraw.html", {"form": form, "call": call})


def _call(request: HttpRequest, pk: int) -> DuesCall:
    return get_object_or_404(DuesCall.objects.visible_to(request.user).for_list(), pk=pk)


def _administered(request: HttpRequest, pk: int) -> DuesCall:
    call = _call(request, pk)
    require(permissions.can_administer_dues(request.user, call), BY_COORDINATORS)
    return call


def _price(call: DuesCall, today):
    """What it costs, or why that cannot be said."""
    if not call.is_open:
        return None, ""
    try:
        return actions.price_of_call(call, today, is_first=call.is_first), ""
    except RuleBroken as broken:
        return None, str(broken.message)


def _lines(call: DuesCall):
    return OrderLine.objects.live().of_target(DUES, call.pk)
