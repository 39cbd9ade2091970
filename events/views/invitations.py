"""Invitations: the coordinators' list, and the page behind a personal link."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.guards import require
from core.pages import act, attempt, page_of
from events import actions, permissions
from events.forms import InviteForm
from events.links import INVITATION, read_token
from events.models import EventInvitation, programme_of
from events.views.finding import find_event, find_own
from members.models import Organisation
from members.rights import rights_of


def invitation_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is invited and what became of it, with a form to invite more."""
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event))
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guests, message = form.guests(event.club, timezone.localdate()), form.cleaned_data["message"]
        made = attempt(form, actions.invite_people, event, guests=guests, by=request.user, message=message)
        if made is not None:
            done = ngettext("%(count)s person invited.", "%(count)s people invited.", len(made))
            messages.success(request, done % {"count": len(made)})
            return redirect("events:invitation_list", event.slug)
    page = page_of(request, event.invitations.for_list(), 50)
    return render(request, "events/invitation_list.html", {"event": event, "form": form, "page": page})


@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = find_own(EventInvitation.objects, pk, partial(permissions.can_edit_event, request.user))
    to = reverse("events:invitation_list", args=[invitation.event.slug])
    done = _("Withdrawn: the link no longer works.")
    return act(request, actions.withdraw_invitation, invitation, by=request.user, done=done, to=to)


@login_not_required
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """What one is invited to, with « register » (which asks to sign in) and « I cannot come »."""
    invitations = EventInvitation.objects.standing().select_related("event__club", "organisation")
    invitation = get_object_or_404(invitations, pk=read_token(INVITATION, token))
    if invitation.event.is_draft:
        return HttpResponse(status=404)
    if request.method == "POST":
        return _answer(request, invitation, token)
    rights, now = rights_of(request.user), timezone.now()
    context = {
        "invitation": invitation,
        "event": invitation.event,
        "sessions": programme_of(invitation.event).sessions,
        "token": token,
        "has_organisation": rights.organisation_id is not None,
        "is_open": invitation.event.takes_registrations(now),
    }
    return render(request, "events/invitation_page.html", context)


def _answer(request: HttpRequest, invitation: EventInvitation, token: str) -> HttpResponse:
    here = reverse("events:invitation_page", args=[token])
    if request.POST.get("answer") != "yes":
        by = request.user if request.user.is_authenticated else None
        return act(
            request, actions.decline_invitation, invitation, by=by, done=_("Thank you for your answer."), to=here
        )
    if not request.user.is_authenticated:
        return redirect_to_login(here)
    organisation = Organisation.objects.filter(pk=rights_of(request.user).organisation_id or 0).first()
    if organisation is None:
        messages.info(
            request, _("First say for which organisation you come: describe or join it, then follow your link again.")
        )
        return redirect("desk")
    try:
        actions.take_invitation(invitation, organisation=organisation, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
        return redirect(here)
    return redirect("events:register_people", invitation.event.slug)
