"""The satisfaction survey: prepared and read by coordinators, answered through a personal link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from core.charts import bars
from core.guards import require
from core.pages import act, attempt
from core.spreadsheets import table_response
from core.templatetags.kit import number
from events import actions, permissions
from events.forms import AnswerForm, SurveyForm, SurveyQuestionForm
from events.models import FEWEST, Event, Survey, SurveyInvitation, SurveyQuestion
from events.survey_links import BadLink, invitation_id
from events.survey_results import Result, results_of
from events.views.coordination import COORDINATORS
from events.views.finding import find_event

# --- For coordinators -------------------------------------------------------------------------------------------------


def survey_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the survey of an event stands: its questions, how many answered, and once it has closed what they said."""
    event = _managed(request, slug)
    survey = Survey.objects.filter(event=event).first()
    context = {"event": event, "survey": survey, "fewest": FEWEST}
    if survey is not None:
        survey.event = event
        context |= {
            "state": survey.state_at(timezone.now()),
            "questions": list(survey.questions.all()),
            "invited": survey.invited if survey.is_closed else survey.invitations.count(),
            "answered": survey.answered if survey.is_closed else survey.invitations.filter(has_answered=True).count(),
            "results": results_of(survey, with_texts=True),
        }
    return render(request, "events/survey_page.html", context)


@require_POST
def prepare_survey(request: HttpRequest, slug: str) -> HttpResponse:
    done = _("Prepared. Look through the questions, then release it.")
    return _act_on_event(request, slug, actions.prepare_survey, done)


def change_survey(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    survey = _survey_of(event)
    form = SurveyForm(request.POST or None, instance=survey)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.change_survey, survey, by=request.user, **form.for_action()):
            messages.success(request, _("Saved."))
            return redirect("events:survey_page", event.slug)
    return render(request, "events/survey_form.html", {"form": form, "event": event, "survey": survey})


@require_POST
def release_survey(request: HttpRequest, slug: str) -> HttpResponse:
    done = _("Released: those who came are written to as soon as the event is over.")
    return _act_on_survey(request, slug, actions.release_survey, done)


@require_POST
def close_survey(request: HttpRequest, slug: str) -> HttpResponse:
    return _act_on_survey(request, slug, actions.close_survey, _("Closed: here is what they said."))


def add_survey_question(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    survey = _survey_of(event)
    form = SurveyQuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.add_survey_question, survey, by=request.user, **form.cleaned_data):
            messages.success(request, _("Added."))
            return redirect("events:survey_page", event.slug)
    return render(request, "events/survey_question_form.html", {"form": form, "event": event, "question": None})


def change_survey_question(request: HttpRequest, pk: int) -> HttpResponse:
    question = _find_question(request, pk)
    event = question.survey.event
    form = SurveyQuestionForm(request.POST or None, instance=question)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.change_survey_question, question, by=request.user, **form.cleaned_data):
            messages.success(request, _("Saved."))
            return redirect("events:survey_page", event.slug)
    return render(request, "events/survey_question_form.html", {"form": form, "event": event, "question": question})


@require_POST
def remove_survey_question(request: HttpRequest, pk: int) -> HttpResponse:
    question = _find_question(request, pk)
    to = reverse("events:survey_page", args=[question.survey.event.slug])
    return act(request, actions.remove_survey_question, question, by=request.user, done=_("Taken away."), to=to)


def survey_chart(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The answers to one question as bars."""
    survey = _survey_of(_managed(request, slug))
    result = next((one for one in results_of(survey) if one.question.pk == pk), None)
    if result is None or result.is_text:
        raise Http404
    return HttpResponse(chart_of(result), content_type="image/svg+xml")


def chart_of(result: Result) -> bytes:
    labels, counts = [label for label, _count in result.lines], [count for _label, count in result.lines]
    return bars(labels, [(_("Answers"), counts)], write=number, is_sideways=not result.is_scale)


def survey_export(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """How often each answer was given, and the free texts, as `csv` or `xlsx`. Nobody's answers stand side by side."""
    survey = _survey_of(_managed(request, slug))
    if form not in ("csv", "xlsx"):
        raise Http404
    header = [_("Question"), _("Answer"), pgettext("how many", "Number"), _("Average")]
    rows = [row for result in results_of(survey, with_texts=True) for row in _rows(result)]
    return table_response(form, f"{survey.event.slug}-{_('survey')}", header, rows)


def _rows(result: Result) -> list[list]:
    mean = round(result.mean, 2) if result.mean is not None else None
    return [
        *([result.question.text, label, count, mean] for label, count in result.lines),
        *([result.question.text, text, None, None] for text in result.texts),
    ]


def _act_on_event(request: HttpRequest, slug: str, action, done: str) -> HttpResponse:
    event = _managed(request, slug)
    to = reverse("events:survey_page", args=[event.slug])
    return act(request, action, event, by=request.user, done=done, to=to)


def _act_on_survey(request: HttpRequest, slug: str, action, done: str) -> HttpResponse:
    survey = _survey_of(_managed(request, slug))
    to = reverse("events:survey_page", args=[survey.event.slug])
    return act(request, action, survey, by=request.user, done=done, to=to)


def _survey_of(event: Event) -> Survey:
    survey = get_object_or_404(Survey, event=event)
    survey.event = event
    return survey


def _find_question(request: HttpRequest, pk: int) -> SurveyQuestion:
    question = get_object_or_404(SurveyQuestion.objects.select_related("survey__event__club"), pk=pk)
    if not permissions.can_edit_event(request.user, question.survey.event):
        raise Http404
    return question


def _managed(request: HttpRequest, slug: str) -> Event:
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    return event


# --- For those who came -----------------------------------------------------------------------------------------------


@login_not_required
def answer_survey(request: HttpRequest, link: str) -> HttpResponse:
    """The page behind the personal link: the questions, and the thanks. Opening it changes nothing."""
    try:
        pk = invitation_id(link)
    except BadLink as error:
        raise Http404 from error
    invitation = SurveyInvitation.objects.filter(pk=pk).select_related("survey__event__club").first()
    if invitation is None or not invitation.survey.takes_answers(timezone.now()):
        return render(request, "events/survey_over.html", {"is_answered": False})
    if invitation.has_answered:
        return render(request, "events/survey_over.html", {"is_answered": True})
    survey = invitation.survey
    form = AnswerForm(request.POST or None, questions=list(survey.questions.all()))
    if request.method == "POST" and form.is_valid():
        try:
            answered = attempt(form, actions.answer_survey, invitation, form.answers())
        except SurveyInvitation.DoesNotExist:  # it closed at this very moment
            return render(request, "events/survey_over.html", {"is_answered": False})
        if answered:
            return redirect("events:answer_survey", link)
    return render(request, "events/survey_answer.html", {"form": form, "survey": survey, "event": survey.event})
