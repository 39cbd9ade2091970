from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from events.models import Event
from introductions.models import Introduction
from members.models import Organisation
from offers.models import Offer

SHOWN = 8
SHORTEST = 2


@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    """One box for the whole site: what the person may see of organisations, offers, events and introductions."""
    text = request.GET.get("q", "").strip()[:100]
    context = {"text": text, "is_too_short": 0 < len(text) < SHORTEST}
    if len(text) >= SHORTEST:
        context.update(_found(request.user, text))
    return render(request, "clubsite/search.html", context)


def _found(person, text: str) -> dict:
    now = timezone.now()
    today = timezone.localdate(now)
    introductions = Introduction.objects.none()
    if person.is_authenticated:
        introductions = Introduction.objects.visible_to(person).matching(text).for_list()
    return {
        "organisations": Organisation.objects.visible_to(person).matching(text).for_list()[:SHOWN],
        "offers": Offer.objects.visible_to(person, today).matching(text).for_list()[:SHOWN],
        "events": Event.objects.visible_to(person, today)
        .matching(text)
        .select_related("club")
        .order_by("-starts_at")[:SHOWN],
        "introductions": introductions[:SHOWN],
        "shown": SHOWN,
        "now": now,
    }
