"""The door that works offline: the page that a phone keeps, what it fetches and sends, and the coordination's view of it.

The page is the same for everybody at the door and holds no name; the list is fetched by it and kept on the device.
"""

import hashlib
import json
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, OuterRef
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.errors import RuleBroken
from core.pages import act, attempt, page_of
from core.prepared import prepared
from events import actions, doorlist, permissions
from events.actions.syncing import Answer
from events.enums import Verdict
from events.forms import BadBatch, ReserveForm, SettleForm, read_batch, read_device, read_object
from events.models import Allotment, Door, Event, LooseWalkIn, Registration, seats_of
from events.statistics import attendance_by_audience, attendance_of
from events.views.door import at_the_door
from events.views.door_words import WORDS
from events.views.finding import find_own
from events.views.pages import audience_seats
from members.enums import Audience

# What the page needs when there is no network, beside itself.
FILES = [
    "vendor/bootstrap.min.css", "css/club.css", "css/events.css", "css/door.css", "img/favicon.svg", "js/theme.js",
    "js/club.js", "js/sign-out.js", "django_htmx/htmx-2.min.js", "vendor/html5-qrcode.min.js",
    *(f"js/door/{name}.js" for name in ("page", "logic", "store", "sending", "camera", "view")),
]  # fmt: skip


# --- The page and what belongs to it ----------------------------------------------------------------------------------


@require_GET
def door_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page that a phone keeps. Alone of all pages it may ask for the camera."""
    event = at_the_door(request, slug)
    context = {
        "event": event,
        "sessions": list(event.sessions.all()),
        "audiences": Audience.choices,
        "words": WORDS,
        "door_names": list(event.doors.filter(device=None).values_list("name", flat=True)),
        "expires_ms": _milliseconds(event.ends_at + doorlist.KEPT),
        "person_mark": request.user.pk,
        "decoder": static("vendor/html5-qrcode.min.js"),
    }
    response = render(request, "events/door_page.html", context)
    response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response


@login_not_required
@require_GET
@never_cache
def door_worker(request: HttpRequest, slug: str) -> HttpResponse:
    """The page's service worker. It lies beside the page, so that it reigns over the page and nothing else.

    Open to all, as browsers fetch such scripts without saying who asks; it looks nothing up and says nothing but names of
    files. `?plain` is for browsers whose workers know no modules: the same without sending in the background.
    """
    files = json.dumps([static(name) for name in FILES])
    context = {
        "files": files,
        "version": hashlib.sha256(files.encode()).hexdigest()[:12],
        "keeping": static("js/door/keeping.js"),
        "background": static("js/door/background.js"),
        "is_plain": "plain" in request.GET,
        "page": json.dumps(reverse("events:door_page", args=[slug])),
    }
    return render(request, "events/door_worker.js", context, content_type="text/javascript")


@require_GET
def door_manifest(request: HttpRequest, slug: str) -> HttpResponse:
    """Lets a phone install the page as an app of its own."""
    event = at_the_door(request, slug)
    page = reverse("events:door_page", args=[slug])
    icons = [
        {"src": static(f"img/door-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
        for side in (192, 512)
        for purpose in ("any", "maskable")
    ]
    found = {
        "id": page, "start_url": page, "scope": page, "name": _("Door – %(event)s") % {"event": event.title},
        "short_name": _("Door"), "lang": request.LANGUAGE_CODE, "display": "standalone", "background_color": "#f6f2e9",
        "theme_color": "#0b5d57", "icons": icons,
    }  # fmt: skip
    return JsonResponse(found, content_type="application/manifest+json")


# --- What the device fetches and sends --------------------------------------------------------------------------------


@require_GET
@never_cache
def door_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole list, to be kept on the device; the changes come with each answer to `sync_door`."""
    event = at_the_door(request, slug)
    cursor = doorlist.cursor_of(event)
    try:
        device = read_device(request.GET.dict())
    except BadBatch as fault:
        return _refused(str(fault), 400)
    door = event.doors.filter(device=device).first()
    found = {
        "event": {"id": event.pk, "opensOn": event.local_start.date().isoformat(), "isRunning": event.is_published},
        "cursor": str(cursor),
        "csrf": get_token(request),
        "person": request.user.pk,
        "expiresAt": _milliseconds(event.ends_at + doorlist.KEPT),
        "now": _milliseconds(timezone.now()),
        "door": _door_as_json(door) if door else None,
        "doors": dict(event.doors.values_list("pk", "name")),
        "reserve": doorlist.reserve_of(door) if door else [],
        "organisations": doorlist.organisations_of(event),
        "places": doorlist.rows_of(event),
    }
    return _unkept(found)


@require_POST
def open_door(request: HttpRequest, slug: str) -> HttpResponse:
    """A device says at which door it stands."""
    event = at_the_door(request, slug)
    try:
        found = read_object(request.body)
        device = read_device(found)
    except BadBatch as fault:
        return _refused(str(fault), 400)
    name, session = found.get("name"), found.get("session")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 40:
        return _refused(_("Give the door a name of at most 40 letters."), 400, field="name")
    of_session = None
    if session is not None:
        of_session = event.sessions.filter(pk=session).first() if isinstance(session, int) else None
        if of_session is None:
            return _refused(_("This part of the programme no longer exists."), 400, field="session")
    try:
        door = actions.open_door(event, name=name.strip(), device=device, session=of_session, by=request.user)
    except RuleBroken as broken:
        return _refused(str(broken.message), 409, field=broken.field or "")
    return _unkept({"door": _door_as_json(door)})


@require_POST
def sync_door(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes what a device has noted; answers a verdict for each entry and what changed on the list."""
    try:
        batch = read_batch(request.body)
    except BadBatch as fault:
        at_the_door(request, slug)
        return _refused(str(fault), 400)
    since = batch.cursor.history if batch.cursor else 0
    kinds = doorlist.kind_of(Event), doorlist.kind_of(Registration)
    door = _door_for_sync.first(request.user.pk, slug, batch.device, since, *kinds)
    if door is None or not (door.is_at_desk or permissions.can_edit_event(request.user, door.event)):
        at_the_door(request, slug)
        return _refused(_("This phone stands at no door: open one first."), 409, field="door")
    answers = actions.sync_door(
        door, device_now=batch.now, entries=batch.entries, to_send=batch.to_send, by=request.user
    )
    # What history learns from here on comes with the next answer, as its cursor begins where `door` was read.
    changes = doorlist.rows_of(door.event, batch.cursor, scans_only=not door.has_lines) if batch.cursor else None
    return _unkept(
        {
            "answers": _answers_as_json(request, batch.keys, answers),
            "changes": changes,
            "cursor": str(doorlist.Cursor(door.history or 0, door.scan or 0)),
            "reserve": doorlist.reserve_of(door) if door.has_reserve else [],
            "now": _milliseconds(timezone.now()),
        }
    )


@prepared
def _door_for_sync(person_id: int, slug: str, device: UUID, since: int, of_events: int, of_registrations: int):
    return (
        Door.objects.for_sync(person_id)
        .filter(event__slug=slug, device=device)
        .annotate(
            history=doorlist.last_history(OuterRef("event"), of_events),
            scan=doorlist.last_scan(OuterRef("event")),
            has_lines=doorlist.lines_since(since, of_registrations),
        )
    )


def _answers_as_json(request: HttpRequest, keys: list[str], answers: list[Answer]) -> list[dict]:
    """One for each entry that was sent; what could not be understood is answered as such."""
    others = {answer.other_event_id for answer in answers if answer.other_event_id}
    visible = Event.objects.visible_to(request.user, timezone.localdate()).filter(pk__in=others) if others else ()
    titles = {event.pk: event.title for event in visible}
    found = {str(answer.key): answer for answer in answers}
    return [
        _answer_as_json(key, found[key], titles) if key in found else {"key": key, "verdict": Verdict.REFUSED}
        for key in keys
    ]


def _answer_as_json(key: str, answer: Answer, titles: dict[int, str]) -> dict:
    return {
        "key": key,
        "verdict": answer.verdict,
        "place": answer.place_id,
        "door": answer.door,
        "at": _milliseconds(answer.at) if answer.at else None,
        "event": titles.get(answer.other_event_id or 0, ""),
    }


def _door_as_json(door: Door) -> dict:
    return {"id": door.pk, "name": door.name, "session": door.session_id}


def _milliseconds(moment) -> int:
    return int(moment.timestamp() * 1000)


def _unkept(found: dict) -> JsonResponse:
    """Names of people: kept by nobody on the way."""
    return JsonResponse(found, headers={"Cache-Control": "no-store, private"})


def _refused(sentence: str, status: int, field: str = "") -> JsonResponse:
    return JsonResponse({"error": sentence, "field": field}, status=status, headers={"Cache-Control": "no-store"})


# --- All doors of an event --------------------------------------------------------------------------------------------


def doors_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Which doors are open, what they count, what was odd; seats are reserved here."""
    event = at_the_door(request, slug)
    if request.htmx.target == "door-figures":
        return render(request, "events/_door_figures.html", {"event": event, **_figures(event)})
    form = ReserveForm(request.POST or None, event=event)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        allotment = attempt(
            form, actions.reserve_seats, event, door_name=values["door_name"].strip(), seats=values["seats"],
            audience=values.get("audience", ""), by=request.user,
        )  # fmt: skip
        if allotment:
            messages.success(request, _("Seats reserved for “%(door)s”.") % {"door": allotment.door.name})
            return redirect("events:doors_page", slug)
    shows = request.GET.get("show") if request.GET.get("show") in ("twice", "odd") else ""
    context = {
        "event": event,
        "form": form,
        "doors": _doors_of(event),
        "walk_ins": list(event.loose_walk_ins.select_related("scan__door")),
        "shows": shows,
        "page": page_of(request, _watched(event, shows)),
        "can_edit": permissions.can_edit_event(request.user, event),
        "is_its_day": event.is_its_day(timezone.now()),
        **_figures(event),
    }
    return render(request, "events/doors_page.html", context)


def _figures(event: Event) -> dict:
    places, seats = event.places.all(), seats_of(event)
    by_audience = attendance_by_audience(places)
    by_session = event.scans.present_by_session()
    return {
        "figures": attendance_of(places),
        "audience_figures": [(label, by_audience[audience]) for audience, label in Audience.choices],
        "session_figures": [(one, by_session[one.pk]) for one in event.sessions.all() if one.pk in by_session],
        "seats": seats,
        "audiences": audience_seats(seats),
    }


def _doors_of(event: Event) -> list[dict]:
    """Each door with what it counts and keeps."""
    entered = dict(event.scans.entering().order_by().values_list("door").annotate(Count("pk")))
    read = dict(event.scans.order_by().values_list("door").annotate(Count("pk")))
    kept: dict[int, list[Allotment]] = {}
    for allotment in event.allotments.open():
        kept.setdefault(allotment.door_id, []).append(allotment)
    return [
        {
            "door": door,
            "entered": entered.get(door.pk, 0),
            "read": read.get(door.pk, 0),
            "allotments": kept.get(door.pk, []),
            "clock": _clock_of(door),
        }
        for door in event.doors.select_related("session")
    ]


def _clock_of(door: Door) -> str:
    """How wrong the phone's clock is, in words; "" within a minute."""
    minutes = round(abs(door.clock_ahead) / 60)
    if not minutes:
        return ""
    span = str(timedelta(minutes=minutes))[:-3]
    return (_("%(span)s ahead") if door.clock_ahead > 0 else _("%(span)s behind")) % {"span": span}


def _watched(event: Event, shows: str):
    verdicts = {"twice": [Verdict.ALREADY_IN], "odd": Verdict.odd()}.get(
        shows, [Verdict.ALREADY_IN, Verdict.NO_SEAT, *Verdict.odd()]
    )
    return event.scans.filter(verdict__in=verdicts).for_list()


@require_POST
def free_door(request: HttpRequest, pk: int) -> HttpResponse:
    door = find_own(Door.objects, pk, partial(permissions.can_check_in, request.user))
    to = reverse("events:doors_page", args=[door.event.slug])
    return act(request, actions.free_door, door, by=request.user, done=_("Another phone may stand there now."), to=to)


@require_POST
def release_seats(request: HttpRequest, pk: int) -> HttpResponse:
    allotment = find_own(Allotment.objects, pk, partial(permissions.can_check_in, request.user))
    to = reverse("events:doors_page", args=[allotment.event.slug])
    return act(request, actions.release_seats, allotment, by=request.user, done=_("The seats are free again."), to=to)


def settle_walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the organisation of somebody who came unannounced."""
    walk_in = find_own(LooseWalkIn.objects.select_related("scan"), pk, partial(permissions.can_check_in, request.user))
    event = walk_in.event
    form = SettleForm(request.POST or None, person=request.user, event=event, walk_in=walk_in)
    if request.method == "POST" and form.is_valid():
        organisation, attendee = form.cleaned_data["organisation"], form.attendee()
        place = attempt(
            form, actions.settle_walk_in, walk_in, organisation=organisation, attendee=attendee, by=request.user
        )
        if place:
            messages.success(request, _("Settled: %(person)s now has a place.") % {"person": place.full_name})
            return redirect("events:doors_page", event.slug)
    return render(request, "events/walk_in_settle.html", {"event": event, "form": form, "walk_in": walk_in})


@require_POST
def dismiss_walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    walk_in = find_own(LooseWalkIn.objects, pk, partial(permissions.can_check_in, request.user))
    to = reverse("events:doors_page", args=[walk_in.event.slug])
    return act(request, actions.dismiss_walk_in, walk_in, by=request.user, done=_("Taken off the list."), to=to)
