"""Applying to a club, and answering."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.guards import require
from core.pages import act, attempt, history_of, letters_of, page_of
from members.clubs import current_club
from members.models import Organisation
from members.rights import rights_of
from memberships import actions, permissions
from memberships.forms import ApplicationFilter, ApplicationForm, RefusalForm
from memberships.models import Application, DuesCall, Plan, Term
from memberships.views.dues import into_basket

BY_MANAGERS = gettext_lazy("Only a manager of the organisation applies in its name: ask yours.")
BY_COORDINATORS = gettext_lazy("Only the coordination of this club answers its applications.")


def submit_application(request: HttpRequest) -> HttpResponse:
    """Apply in the name of the organisation one acts for."""
    organisation = Organisation.objects.of(request.user).filter(pk=rights_of(request.user).organisation_id).first()
    if organisation is None:
        messages.info(request, _("First say for which organisation you act: a club takes organisations as members."))
        return redirect("members:onboarding_page")
    require(permissions.can_submit_application(request.user, organisation), BY_MANAGERS)
    chosen = _chosen_plan(request)
    club = chosen.club if chosen else current_club(request)
    posted = request.POST if request.method == "POST" else None  # where nothing is asked, nothing is posted either
    form = ApplicationForm(posted, organisation=organisation, club=club, plan=chosen)
    if request.method == "POST" and form.clubs and form.is_valid():
        values = form.cleaned_data
        made = attempt(form, actions.join_club, organisation, by=request.user, **values)
        if made:
            return _go_on(request, made)
    calls = DuesCall.objects.open().for_terms().filter(organisation=organisation, ends_on__gte=timezone.localdate())
    waiting = Application.objects.to_decide().filter(organisation=organisation).for_list()
    terms = Term.objects.current(timezone.localdate()).filter(organisation=organisation).for_list()
    context = {
        "form": form, "organisation": organisation, "waiting": waiting, "terms": terms, "calls": calls.for_list(),
    }  # fmt: skip
    return render(request, "memberships/application_submit.html", context)


def _chosen_plan(request: HttpRequest) -> Plan | None:
    """The plan of which somebody pressed « Join » on the page of plans."""
    pk = request.GET.get("plan", "")
    plans = Plan.objects.open().select_related("club")
    return plans.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 12 else None


def _go_on(request: HttpRequest, made: Application | DuesCall | Term) -> HttpResponse:
    """To what joining has led to: an application, the basket, the membership itself."""
    if isinstance(made, DuesCall):
        return into_basket(request, made)
    if isinstance(made, Term):
        messages.success(request, _("Welcome: your organisation is a member from now on."))
    else:
        messages.success(request, _("The application is sent. The club’s coordination answers by e-mail."))
    return redirect(made)


def application_list(request: HttpRequest) -> HttpResponse:
    """What waits for an answer on top, then what was answered."""
    require(permissions.can_run_desk(request.user), BY_COORDINATORS)
    applications = Application.objects.decidable_by(request.user)
    found = ApplicationFilter(request.GET or None, queryset=applications, person=request.user)
    context = {"form": found.form, "page": page_of(request, found.qs.undecided_first())}
    return render(request, "memberships/application_list.html", context)


def application_page(request: HttpRequest, pk: int) -> HttpResponse:
    application = _application(request, pk)
    term = Term.objects.filter(application=application).select_related("club").first()
    is_decider = permissions.can_decide_application(request.user, application)
    call = None if term else DuesCall.objects.filter(application=application).for_list().last()
    things = [thing for thing in (application, term, call) if thing]
    context = {
        "application": application,
        "term": term,
        "call": call,
        "can_decide": is_decider and application.is_to_decide,
        "can_withdraw": permissions.can_withdraw_application(request.user, application) and application.is_to_decide,
        "is_decider": is_decider,
        "history": history_of(*things),
        "letters": letters_of(*things) if is_decider else [],
    }
    return render(request, "memberships/application_page.html", context)


@require_POST
def withdraw_application(request: HttpRequest, pk: int) -> HttpResponse:
    application = _application(request, pk)
    require(permissions.can_withdraw_application(request.user, application), BY_MANAGERS)
    done = _("The application is withdrawn.")
    return act(request, actions.withdraw_application, application, by=request.user, done=done, to=application)


@require_POST
def accept_application(request: HttpRequest, pk: int) -> HttpResponse:
    application = _application(request, pk)
    require(permissions.can_decide_application(request.user, application), BY_COORDINATORS)
    try:
        actions.accept_application(application, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
        return redirect(application)
    is_called = DuesCall.objects.open().filter(application=application).exists()
    done = (
        _("%(organisation)s is accepted, and a member as soon as the dues are paid.")
        if is_called
        else _("%(organisation)s is now a member.")
    )
    messages.success(request, done % {"organisation": application.organisation})
    return redirect(application)


def refuse_application(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that asks for the reason."""
    application = _application(request, pk)
    require(permissions.can_decide_application(request.user, application), BY_COORDINATORS)
    form = RefusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.refuse_application, application, by=request.user, **form.cleaned_data):
            messages.success(request, _("The application is refused; the applicant receives the reason by e-mail."))
            return redirect(application)
    return render(request, "memberships/application_refuse.html", {"form": form, "application": application})


def _application(request: HttpRequest, pk: int) -> Application:
    return get_object_or_404(Application.objects.visible_to(request.user).for_list(), pk=pk)
