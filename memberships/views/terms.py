"""An organisation's memberships, and how one ends."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.guards import require
from core.pages import attempt, history_of, letters_of
from members.models import Organisation
from members.rights import rights_of
from memberships import actions, permissions
from memberships.enums import TermState
from memberships.forms import EndForm
from memberships.models import Application, Term, clubs_open_to

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
    context = {
        "organisation": organisation,
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
    context = {
        "term": term,
        "state": state,
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


def _term(request: HttpRequest, pk: int) -> Term:
    return get_object_or_404(Term.objects.visible_to(request.user).for_list(), pk=pk)


def _is_endable(term: Term, state: TermState) -> bool:
    return not term.is_ended and state != TermState.OVER
