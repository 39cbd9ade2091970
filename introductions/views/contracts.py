from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import dateparse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt
from introductions import actions, permissions
from introductions.forms import CalculatorForm, ContractForm, DisputeForm
from introductions.forms.contracts import looks_like_a_person
from introductions.models import Contract
from introductions.views.pages import find_introduction
from members.models import Occupation


def state_contract(request: HttpRequest, pk: int) -> HttpResponse:
    introduction = find_introduction(request, pk)
    require(
        permissions.can_state_contract(request.user, introduction), _("Only the two organisations state contracts.")
    )
    form = ContractForm(request.POST if request.method == "POST" else None)
    if _is_stated(request, form):
        contract = attempt(form, actions.state_contract, introduction, by=request.user, terms=form.terms())
        if contract:
            return _stated(request, contract, _("Stated. The other side is asked to confirm."))
    return _contract_form(request, introduction, form, title=_("State a contract"), submit=_("State this contract"))


def change_contract(request: HttpRequest, pk: int) -> HttpResponse:
    contract = _find(request, pk)
    require(permissions.can_change_contract(request.user, contract), _("Only the side that stated it corrects it."))
    initial = ContractForm.initial_of(contract)
    form = ContractForm(request.POST if request.method == "POST" else None, initial=initial)
    if _is_stated(request, form):
        changed = attempt(form, actions.change_contract, contract, by=request.user, terms=form.terms())
        if changed:
            return _stated(request, changed, _("Corrected. The other side is asked to confirm."))
    return _contract_form(
        request, contract.introduction, form, title=_("Correct the contract"), submit=_("Save and ask for confirmation")
    )


@require_POST
def confirm_contract(request: HttpRequest, pk: int) -> HttpResponse:
    contract = _find(request, pk)
    require(permissions.can_confirm_contract(request.user, contract), _only_the_other_side())
    done = _("Confirmed: this contract now counts in the figures of the club.")
    return act(
        request, actions.confirm_contract, contract, by=request.user, seen_at=_seen(request), done=done, to=contract
    )  # fmt: skip


def dispute_contract(request: HttpRequest, pk: int) -> HttpResponse:
    contract = _find(request, pk)
    require(permissions.can_confirm_contract(request.user, contract), _only_the_other_side())
    seen = contract.stated_at.isoformat()
    form = DisputeForm(request.POST if request.method == "POST" else None, initial={"seen": seen})
    if request.method == "POST" and form.is_valid():
        if attempt(
            form,
            actions.dispute_contract,
            contract,
            by=request.user,
            reason=form.cleaned_data["reason"],
            seen_at=_seen(request),
        ):
            messages.success(request, _("The other side is told what is wrong."))
            return redirect(contract)
    context = {
        "introduction": contract.introduction, "form": form, "title": _("What is wrong with this contract?"),
        "text": _("The side that stated it can correct it, and then asks you again. Until then it does not count."),
        "submit": _("Dispute"),
    }  # fmt: skip
    return render(request, "introductions/reason_form.html", context)


@require_POST
def withdraw_contract(request: HttpRequest, pk: int) -> HttpResponse:
    contract = _find(request, pk)
    require(permissions.can_change_contract(request.user, contract), _("Only the side that stated it withdraws it."))
    done = _("The contract is withdrawn.")
    return act(request, actions.withdraw_contract, contract, by=request.user, done=done, to=contract)


def clause_hours(request: HttpRequest) -> HttpResponse:
    """The calculator of clause hours, by itself: a GET form that stores nothing."""
    form = CalculatorForm(request.GET or None)
    hours = form.hours() if form.is_bound and form.is_valid() else None
    return render(request, "introductions/clause_hours.html", {"form": form, "hours": hours})


def _find(request: HttpRequest, pk: int) -> Contract:
    visible = Contract.objects.visible_to(request.user).select_related(
        "introduction__club", "introduction__asking", "introduction__asked", "stated_for", "occupation"
    )
    return get_object_or_404(visible, pk=pk)


def _is_stated(request: HttpRequest, form: ContractForm) -> bool:
    """Whether a whole statement was sent; « calculate » only asks for the hours."""
    return request.method == "POST" and "calculate" not in request.POST and form.is_valid()


def _stated(request: HttpRequest, contract: Contract, done: str) -> HttpResponse:
    messages.success(request, done)
    if looks_like_a_person(contract.reference):
        messages.warning(
            request, _("The reference looks like somebody's name: people in insertion are never named here.")
        )
    return redirect(contract)


def _contract_form(request: HttpRequest, introduction, form: ContractForm, *, title: str, submit: str) -> HttpResponse:
    """The form with the calculator in it: what was typed stays, the hours are filled in, nothing is stored."""
    calculator, hours = CalculatorForm(), None
    if request.method == "POST" and "calculate" in request.POST:
        calculator = CalculatorForm(request.POST)
        hours = calculator.hours() if calculator.is_valid() else None
        typed = request.POST.dict() if hours is None else {**request.POST.dict(), "hours_due": hours}
        form = ContractForm(initial=typed)
    context = {
        "introduction": introduction, "form": form, "calculator": calculator, "hours": hours, "title": title,
        "submit": submit, "occupations": Occupation.objects.all(),
    }  # fmt: skip
    return render(request, "introductions/contract_form.html", context)


def _seen(request: HttpRequest):
    """When the statement was made that the person has read: a moment, or None for what is none."""
    try:
        return dateparse.parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None


def _only_the_other_side() -> str:
    return _("Only the people of the other side can answer, and nobody their own statement.")
