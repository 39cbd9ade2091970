"""The plans of the clubs one coordinates."""

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt, history_of
from members.clubs import current_club
from memberships import actions, permissions
from memberships.fees import costs_something
from memberships.forms import PlanForm
from memberships.models import Plan, Term

BY_COORDINATORS = gettext_lazy("Only a club’s coordination looks after its plans.")


def plan_list(request: HttpRequest) -> HttpResponse:
    require(permissions.can_run_desk(request.user), BY_COORDINATORS)
    today = timezone.localdate()
    running = Term.objects.current(today).filter(plan=OuterRef("pk")).order_by().values("plan")
    members = Coalesce(Subquery(running.annotate(n=Count("pk")).values("n")), 0)
    plans = Plan.objects.visible_to(request.user).for_list().annotate(members=members)
    context = {"plans": plans, "charging": {plan.pk for plan in plans if costs_something(plan)}}
    return render(request, "memberships/plan_list.html", context)


def create_plan(request: HttpRequest) -> HttpResponse:
    require(permissions.can_run_desk(request.user), BY_COORDINATORS)
    form = PlanForm(request.POST or None, person=request.user, initial={"club": current_club(request)})
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.create_plan, by=request.user, **form.cleaned_data):
            messages.success(request, _("The plan is open to applications."))
            return redirect("memberships:plan_list")
    return render(
        request, "memberships/plan_form.html", {"form": form, "plan": None, "history": [], "can_delete": False}
    )


def update_plan(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    form = PlanForm(request.POST or None, plan=plan, person=request.user)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.update_plan, plan, by=request.user, **form.cleaned_data):
            messages.success(request, _("The plan is changed."))
            return redirect("memberships:plan_list")
    context = {"form": form, "plan": plan, "history": history_of(plan), "can_delete": not _is_used(plan)}
    return render(request, "memberships/plan_form.html", context)


@require_POST
def close_plan(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The plan takes no more applications; its members stay members.")
    plan = _plan(request, pk)
    return act(request, actions.close_plan, plan, by=request.user, done=done, to="memberships:plan_list")


@require_POST
def reopen_plan(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The plan is open to applications.")
    plan = _plan(request, pk)
    return act(request, actions.reopen_plan, plan, by=request.user, done=done, to="memberships:plan_list")


@require_POST
def delete_plan(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    done = _("The plan is deleted.")
    return act(request, actions.delete_plan, plan, by=request.user, done=done, to="memberships:plan_list")


def _is_used(plan: Plan) -> bool:
    return plan.terms.exists() or plan.applications.exists()


def _plan(request: HttpRequest, pk: int) -> Plan:
    plan = get_object_or_404(Plan.objects.visible_to(request.user).for_list(), pk=pk)
    require(permissions.can_administer_plan(request.user, plan), BY_COORDINATORS)
    return plan
