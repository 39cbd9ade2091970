"""What coordinators ask of those who register, and what people need on the day."""

from functools import partial

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt
from core.spreadsheets import table_response
from events import actions, permissions
from events.forms import QuestionForm
from events.models import Event, Needs, Question
from events.views.finding import find_event, find_own


def question_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions in order, with a form for one more."""
    event = _managed(request, slug)
    form = QuestionForm(request.POST or None, event=event)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.add_question, event, by=request.user, **form.for_action()):
            messages.success(request, _("Added: asked from now on."))
            return redirect("events:question_list", event.slug)
    questions = event.questions.select_related("only_if").annotate(
        answered=Count("answers", distinct=True) + Count("answer_files", distinct=True)
    )
    return render(request, "events/question_list.html", {"event": event, "questions": questions, "form": form})


def change_question(request: HttpRequest, pk: int) -> HttpResponse:
    question = _managed_question(request, pk)
    form = QuestionForm(request.POST or None, instance=question, event=question.event)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.change_question, question, by=request.user, **form.for_action()):
            messages.success(request, _("Saved."))
            return redirect("events:question_list", question.event.slug)
    return render(request, "events/question_form.html", {"form": form, "question": question, "event": question.event})


@require_POST
def remove_question(request: HttpRequest, pk: int) -> HttpResponse:
    question = _managed_question(request, pk)
    to = reverse("events:question_list", args=[question.event.slug])
    return act(request, actions.remove_question, question, by=request.user, done=_("Removed, with its answers."), to=to)


@require_POST
def move_question(request: HttpRequest, pk: int) -> HttpResponse:
    question = _managed_question(request, pk)
    is_up = request.POST.get("direction") == "up"
    to = reverse("events:question_list", args=[question.event.slug])
    return act(request, actions.move_question, question, by=request.user, is_up=is_up, done=_("Moved."), to=to)


def needs_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What the kitchen and the venue must know: meals without names, access with them."""
    event = _managed(request, slug)
    needs = list(_needs_of(event))
    diets: dict[str, int] = {}
    for one in needs:
        if one.diet:
            diets[one.diet.lower()] = diets.get(one.diet.lower(), 0) + 1
    context = {
        "event": event,
        "diets": sorted(diets.items(), key=lambda row: (-row[1], row[0])),
        "needing_access": [one for one in needs if one.access],
    }
    return render(request, "events/needs_page.html", context)


def needs_export(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """The same by person, as `csv` or `xlsx`."""
    event = _managed(request, slug)
    if form not in ("csv", "xlsx"):
        raise Http404
    header = [_("Name"), _("Organisation"), _("Meals"), _("Access")]
    rows = (
        (one.place.sorted_name, str(one.place.registration.organisation), one.diet, one.access)
        for one in _needs_of(event)
    )
    return table_response(form, f"{event.slug}-needs", header, rows)


def _needs_of(event: Event):
    """Of those who may come."""
    seated = event.places.seated().values("pk")
    needs = Needs.objects.filter(place__in=seated).select_related("place__registration__organisation")
    return needs.order_by("place__last_name", "place__first_name", "pk")


def _managed(request: HttpRequest, slug: str) -> Event:
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event))
    return event


def _managed_question(request: HttpRequest, pk: int) -> Question:
    questions = Question.objects.select_related("only_if")
    return find_own(questions, pk, partial(permissions.can_edit_event, request.user))
