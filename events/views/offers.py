"""The page on which an offer off the waiting list is answered: by a signed address, without an account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from events import actions
from events.links import OFFER, read_token
from events.models import Registration


@login_not_required
def answer_offer(request: HttpRequest, token: str) -> HttpResponse:
    registrations = Registration.objects.select_related("event__club", "organisation", "by")
    registration = get_object_or_404(registrations, pk=read_token(OFFER, token))
    if request.method == "POST":
        return _answer(request, registration, token)
    places = list(registration.places.active())
    context = {
        "registration": registration,
        "event": registration.event,
        "people": len(places),
        "is_offered": any(place.is_offered for place in places),
        "is_taken": any(place.is_confirmed for place in places),
    }
    return render(request, "events/offer_page.html", context)


def _answer(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    by = request.user if request.user.is_authenticated else None
    says_yes = request.POST.get("answer") == "yes"
    try:
        (actions.accept_offer if says_yes else actions.refuse_offer)(registration, by=by)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
    else:
        done = _("The places are yours. Letters with the calendar entries are on their way.")
        messages.success(request, done if says_yes else _("Thank you: the places go to the next in turn."))
    return redirect("events:answer_offer", token)
