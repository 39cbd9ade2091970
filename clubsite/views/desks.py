from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clubsite import desks
from core.guards import require
from introductions.models import Introduction
from members.models import Club, Organisation
from members.rights import rights_of


def desk(request: HttpRequest) -> HttpResponse:
    """My desk: what I have to do, where I am expected, what is going on."""
    now = timezone.now()
    rights = rights_of(request.user)
    context = {
        "todos": desks.todos_of(request.user, now),
        "organisation": Organisation.objects.filter(pk=rights.organisation_id).first(),
        "places": desks.coming_places(request.user, now),
        "introductions": Introduction.objects.visible_to(request.user)
        .filter(pk__in=Introduction.objects.involving(rights.organisation_ids).open())
        .for_list()
        .order_by("next_on", "-asked_at")[:5]
        if rights.organisation_ids
        else [],
    }
    return render(request, "clubsite/desk.html", context)


def coordination(request: HttpRequest) -> HttpResponse:
    """The coordination desk: what waits, the next events, the way to everything else."""
    require(rights_of(request.user).is_coordinator)
    now = timezone.now()
    context = {
        "todos": desks.coordination_todos(request.user, now),
        "shortcuts": desks.coordination_shortcuts(),
        "events": desks.coming_events(request.user, now),
        "coordinated_clubs": Club.objects.coordinated_by(request.user),
    }
    return render(request, "clubsite/coordination.html", context)
