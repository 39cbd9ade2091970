"""An organisation's memberships, and how one ends."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.guards import require
from core.pages import act, attempt, history_of, letters_of
from members.models import Organisation
from members.rights import rights_of
from memberships import actions, permissions
from memberships.documents import Certificate, certificate_pdf
from memberships.enums import TermState
from memberships.fees import Price
from memberships.forms import EndForm, ReasonForm
from memberships.models import Application, DuesCall, Plan, Term, clubs_open_to, with_fee_paid
from memberships.views.dues import into_basket

BY_COORDINATORS = gettext_lazy("Only the club’s coordination suspends a membership.")
BY_MANAGERS = gettext_lazy("Only the organisation’s managers and the club’s coordination end a membership.")


def membership_list(request: HttpRequest) -> HttpResponse:
    """Memberships and applications of the organisation one acts for."""
    rights, today = rights_of(request.user), timezone.localdate()
    organisation = Organisation.objects.of(request.user).filter(pk=rights.organisation_id).first()
    if organisation is None:
        return render(request, "memberships/membership_list.html", {"organisation": None})
    terms = Term.objects.filter(organisation=organisation).for_list().order_by("-starts_on", "-pk")
    with_state = [(term, term.state(today)) for term in terms]
    manages = permissions.can_submit_application(request.user, organisation)
    calls = DuesCall.objects.open().filter(organisation=organisation, ends_on__gte=today).for_list()
    context = {
        "organisation": organisation,
        "calls": [(call, call.state(today, is_awaited=call.is_awaited)) for call in calls],
        "current": [pair for pair in with_state if pair[1] != TermState.OVER],
        "past": [pair for pair in with_state if pair[1] == TermState.OVER],
        "applications": Application.objects.filter(organisation=organisation).for_list(),
        "is_manager": manages,
        "can_apply": manages and clubs_open_to(organisation, today).exists(),
    }
    return render(request, "memberships/membership_list.html", context)


def term_page(request: HttpRequest, pk: int) -> HttpResponse:
    term = _term(request, pk)
    state = term.state(timezone.localdate())
    is_coordinator = rights_of(request.user).coordinates(term.club_id)
    goes_on = state == TermState.RUNNING
    context = {
        "term": term,
        "state": state,
        "calls": _calls_of(term),
        "has_certificate": state in (TermState.RUNNING, TermState.ENDING, TermState.GRACE),
        "can_change": goes_on and permissions.can_change_plan(request.user, term) and _other_plans(term).exists(),
        "can_suspend": permissions.can_suspend_term(request.user, term) and state != TermState.OVER,
        "seats": actions.seats_of(term.organisation) if term.plan.people_included is not None else None,
        "can_buy_people": goes_on and permissions.can_buy_people(request.user, term) and _sells_people(term),
        "can_end": permissions.can_end_term(request.user, term) and _is_endable(term, state),
        "is_coordinator": is_coordinator,
        "history": history_of(term),
        "letters": letters_of(term) if is_coordinator else [],
    }
    return render(request, "memberships/term_page.html", context)


def end_term(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that asks for the last day, and coordinators for the reason."""
    term = _term(request, pk)
    require(permissions.can_end_term(request.user, term), BY_MANAGERS)
    resigns = rights_of(request.user).manages(term.organisation_id)
    form = EndForm(request.POST or None, term=term, needs_reason=not resigns)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.end_term, term, by=request.user, **form.cleaned_data):
            messages.success(request, _("The end of the membership is noted; both sides receive a letter."))
            return redirect(term)
    return render(request, "memberships/term_end.html", {"form": form, "term": term, "resigns": resigns})


def suspend_term(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that asks for the reason."""
    term = _term(request, pk)
    require(permissions.can_suspend_term(request.user, term), BY_COORDINATORS)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.suspend_term, term, by=request.user, **form.cleaned_data):
            messages.success(request, _("The membership is suspended; the organisation receives the reason by e-mail."))
            return redirect(term)
    return render(request, "memberships/term_suspend.html", {"form": form, "term": term})


@require_POST
def resume_term(request: HttpRequest, pk: int) -> HttpResponse:
    term = _term(request, pk)
    require(permissions.can_suspend_term(request.user, term), BY_COORDINATORS)
    return act(request, actions.resume_term, term, by=request.user, done=_("The membership goes on."), to=term)


def change_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The other plans, each with what the change costs; POST chooses one."""
    term = _term(request, pk)
    require(permissions.can_change_plan(request.user, term), BY_MANAGERS)
    plans = _other_plans(term).for_list()
    if request.method == "POST":
        chosen = request.POST.get("plan", "")
        return _go_over(request, term, get_object_or_404(plans, pk=chosen if chosen.isdecimal() else None))
    offers = [(plan, *_switch_price(term, plan)) for plan in plans]
    return render(request, "memberships/plan_change.html", {"term": term, "offers": offers})


@require_POST
def buy_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Room for one more person: into the basket."""
    term = _term(request, pk)
    require(permissions.can_buy_people(request.user, term), BY_MANAGERS)
    try:
        return into_basket(request, actions.call_people(term, by=request.user))
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
        return redirect(term)


def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of a membership that runs, as PDF."""
    term, today = _term(request, pk), timezone.localdate()
    if not Term.objects.current(today).filter(pk=term.pk).exists():
        messages.error(request, _("Only a membership that runs is certified."))
        return redirect(term)
    organisation, club = term.organisation, term.club
    logo = b""
    if club.logo:
        with club.logo.open("rb") as file:
            logo = file.read()
    content = Certificate(
        club=club.name, organisation=organisation.name, plan=term.plan.name, starts_on=term.starts_on,
        ends_on=term.ends_on, issued_on=today, siret=organisation.siret, city=organisation.city, colour=club.colour,
        logo=logo, fee=term.fee_paid, language=get_language() or "fr",
    )  # fmt: skip
    response = HttpResponse(certificate_pdf(content), content_type="application/pdf")
    name = f"{pgettext('file name', 'certificate')}-{term.starts_on.year}-{organisation.siret}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name)
    response["Cache-Control"] = "private, no-store"
    return response


def _go_over(request: HttpRequest, term: Term, plan: Plan) -> HttpResponse:
    try:
        made = actions.change_plan(term, plan, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
        return redirect("memberships:change_plan", term.pk)
    if isinstance(made, Term):
        messages.success(request, _("The membership is now on the plan “%(plan)s”.") % {"plan": plan})
        return redirect(term)
    messages.success(request, _("The plan changes as soon as the difference is paid."))
    return into_basket(request, made) if permissions.can_order_dues(request.user, made) else redirect(made)


def _switch_price(term: Term, plan: Plan) -> tuple[Price | None, str]:
    try:
        return actions.price_of_switch(term, plan, timezone.localdate()), ""
    except RuleBroken as broken:
        return None, str(broken.message)


def _other_plans(term: Term):
    return Plan.objects.open().filter(club=term.club_id).exclude(pk=term.plan_id)


def _sells_people(term: Term) -> bool:
    return term.plan.people_included is not None and term.plan.price_per_person > 0 and not term.plan.is_sponsored


def _calls_of(term: Term):
    """What was asked for this term and the next one."""
    today = timezone.localdate()
    calls = DuesCall.objects.filter(Q(term=term) | Q(follows=term)).for_list().order_by("opened_at")
    return [(call, call.state(today, is_awaited=call.is_awaited)) for call in calls]


def _term(request: HttpRequest, pk: int) -> Term:
    return get_object_or_404(with_fee_paid(Term.objects.visible_to(request.user).for_list()), pk=pk)


def _is_endable(term: Term, state: TermState) -> bool:
    return not term.is_ended and state != TermState.OVER
