"""Buttons and small forms on the page of an introduction: each calls one action."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt
from introductions import actions, permissions
from introductions.forms import NextStepForm, NoteForm, OwnerForm, ReasonForm, RequiredReasonForm
from introductions.models import Introduction
from introductions.views.pages import find_introduction, show_introduction


@require_POST
def accept_introduction(request: HttpRequest, pk: int) -> HttpResponse:
    introduction = find_introduction(request, pk)
    require(permissions.can_answer_introduction(request.user, introduction), _only_the_two())
    done = _("Accepted. As soon as both sides have accepted, each sees the other's contact details.")
    return act(request, actions.accept_introduction, introduction, by=request.user, done=done, to=introduction)


def decline_introduction(request: HttpRequest, pk: int) -> HttpResponse:
    introduction = find_introduction(request, pk)
    require(permissions.can_answer_introduction(request.user, introduction), _only_the_two())
    return _with_reason(
        request, introduction, ReasonForm, actions.decline_introduction, title=_("Decline the introduction"),
        text=_("The other side learns that you decline, and the reason if you give one. No contact details are shown."),
        submit=_("Decline"), done=_("You have declined."),
    )  # fmt: skip


def withdraw_introduction(request: HttpRequest, pk: int) -> HttpResponse:
    introduction = find_introduction(request, pk)
    allowed = permissions.can_withdraw_introduction(request.user, introduction)
    require(allowed, _("Only whoever asked can withdraw the request."))
    return _with_reason(
        request, introduction, ReasonForm, actions.withdraw_introduction, title=_("Withdraw the request"),
        text=_("Who was asked is told that there is nothing more to do."),
        submit=_("Withdraw the request"), done=_("The request is withdrawn."),
    )  # fmt: skip


@require_POST
def start_talks(request: HttpRequest, pk: int) -> HttpResponse:
    introduction = _followed(request, pk)
    done = _("Noted: you are in talks.")
    return act(request, actions.start_talks, introduction, by=request.user, done=done, to=introduction)


def close_introduction(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(
        request, _followed(request, pk), RequiredReasonForm, actions.close_introduction, title=_("Close the introduction"),
        text=_("Nothing more is to come of it. What was signed stays, and can still be confirmed."),
        submit=_("Close the introduction"), done=_("The introduction is closed."),
    )  # fmt: skip


@require_POST
def reopen_introduction(request: HttpRequest, pk: int) -> HttpResponse:
    introduction = _followed(request, pk)
    done = _("The introduction is open again.")
    return act(request, actions.reopen_introduction, introduction, by=request.user, done=done, to=introduction)


@require_POST
def set_next_step(request: HttpRequest, pk: int) -> HttpResponse:
    introduction, form = _followed(request, pk), NextStepForm(request.POST)
    if form.is_valid() and attempt(form, actions.set_next_step, introduction, by=request.user, **form.cleaned_data):
        messages.success(request, _("The next date is noted."))
        return redirect(introduction)
    return show_introduction(request, introduction, next_step_form=form)


@require_POST
def assign_owner(request: HttpRequest, pk: int) -> HttpResponse:
    introduction = find_introduction(request, pk)
    require(permissions.can_assign_owner(request.user, introduction), _("Only the coordination names who follows it."))
    form = OwnerForm(request.POST, club_id=introduction.club_id)
    if form.is_valid() and attempt(form, actions.assign_owner, introduction, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted who follows the introduction."))
        return redirect(introduction)
    return show_introduction(request, introduction, owner_form=form)


@require_POST
def write_note(request: HttpRequest, pk: int) -> HttpResponse:
    introduction, form = _followed(request, pk), NoteForm(request.POST)
    if form.is_valid() and attempt(form, actions.write_note, introduction, by=request.user, **form.cleaned_data):
        messages.success(request, _("The note is written."))
        return redirect(introduction)
    return show_introduction(request, introduction, note_form=form)


def _followed(request: HttpRequest, pk: int) -> Introduction:
    introduction = find_introduction(request, pk)
    require(permissions.can_follow_introduction(request.user, introduction))
    return introduction


def _with_reason(
    request: HttpRequest, introduction: Introduction, form_class: type[Form], action: Callable, *, title, text, submit, done
) -> HttpResponse:  # fmt: skip
    """A page that asks for a reason; POST acts."""
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, action, introduction, by=request.user, reason=form.cleaned_data["reason"]):
            messages.success(request, done)
            return redirect(introduction)
    context = {"introduction": introduction, "form": form, "title": title, "text": text, "submit": submit}
    return render(request, "introductions/reason_form.html", context)


def _only_the_two() -> str:
    return _("Only the people of the two organisations can answer.")
