"""Who is registered, for coordinators: the list, its spreadsheet, the waiting list."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.guards import require
from core.pages import addresses, page_of
from core.shared_pages import shared
from core.spreadsheets import table_response
from core.templatetags.kit import badge
from events import permissions
from events.actions.answers import files_asked
from events.answer_sheets import attach_sheets, handed_in_at
from events.enums import Attendance, PlaceStatus
from events.forms import AttendeeFilter
from events.models import Answer, Event, Place, seats_of
from events.models.seats import PATIENCE
from events.statistics import attendance_at, organisations_at
from events.views.finding import find_event
from events.views.money import Owed, owed_at, owed_by
from events.views.pages import audience_seats
from events.views.waiting import waiting_at
from members.enums import Audience, OrganisationKind
from members.models import Organisation

# What a row of the spreadsheet needs; texts of organisations are long.
EXPORTED = (
    "event", "last_name", "first_name", "email", "job_title", "guest_of", "audience", "status", "attendance",
    "is_walk_in", "is_listed",
    "registration__registered_at", "registration__organisation__name", "registration__organisation__trade_name",
    "registration__organisation__siret", "registration__organisation__kind",
)  # fmt: skip


def registration_list(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    form = AttendeeFilter(request.GET)
    page = page_of(request, _filtered(event, form), A_PAGE)
    # Which rows these are is found by the index of names alone; only then is the rest of them read.
    page.object_list = event.places.for_list().filter(pk__in=page.object_list.values("pk"))
    attach_sheets(page, asks_files=event.asks_files)
    owed = owed_by(page)
    context = {
        "event": event,
        "form": form,
        "page": page,
        "lines": _lines(page, event, owed),
        "figures": attendance_at(event),
        "organisations": shared(request, f"organisations:{event.pk}", lambda: organisations_at(event)),
        "audiences": audience_seats(seats_of(event)),
    }
    return render(request, "events/registration_list.html", context)


A_PAGE = 30  # people
ADDRESSES = ("members:organisation_page", "events:change_place", "events:cancel_place")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list, in words already: there are many of them, and a template takes its time to ask."""

    place: Place
    name: str
    note: str
    organisation: Organisation
    organisation_url: str
    audience: str
    status: SafeString
    attendance: SafeString
    owed: Owed | None
    change_url: str
    cancel_url: str
    question: str
    can_change: bool


def _lines(places: Iterable[Place], event: Event, owed: dict[int, Owed]) -> list[Line]:
    audiences = {value: str(label) for value, label in Audience.choices}
    statuses = {status: badge(status) for status in PlaceStatus}
    attendances = {attendance: badge(attendance) for attendance in Attendance}
    of_organisation, change, cancel = map(addresses, ADDRESSES)
    question = _("Cancel the place of %(person)s?")
    return [
        Line(
            place,
            name=place.sorted_name,
            note=", ".join(filter(None, (place.job_title, place.email))),
            organisation=place.registration.organisation,
            organisation_url=of_organisation(place.registration.organisation_id),
            audience=audiences[place.audience],
            status=statuses[place.status_badge],
            attendance=attendances[place.attendance_badge],
            owed=owed.get(place.registration_id) if place.is_seated else None,
            change_url=change(place.pk),
            cancel_url=cancel(place.pk),
            question=question % {"person": place.full_name},
            can_change=place.is_active and event.is_announced and not place.is_erased,
        )
        for place in places
    ]


def registration_export(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """The filtered list as `csv` or `xlsx`."""
    event = _managed(request, slug)
    if form not in ("csv", "xlsx"):
        raise Http404
    header = [
        _("Last name"), _("First name"), _("E-mail"), _("Job title"), _("Guest from"), _("Organisation"), _("SIRET"), _("Kind"),
        _("Audience"), _("Place"), _("Attendance"), _("Walk-in"), _("On the list of participants"), _("Registered"),
    ]  # fmt: skip
    owed = owed_at(event)
    header += [_("Payment")] if owed else []
    questions = list(event.questions.select_related("only_if"))
    header += [question.text for question in questions]
    answers = _answers(event) if questions else {}
    handed_in = handed_in_at(event) if any(question.is_file for question in questions) else set()
    places = _filtered(event, AttendeeFilter(request.GET)).only(*EXPORTED).iterator(chunk_size=1000)
    words = _words(OrganisationKind, Audience, PlaceStatus, Attendance)
    rows = (
        [*_row(place, words), *_payment(place, owed), *_answered(place, questions, answers, handed_in)]
        for place in places
    )
    return table_response(form, event.slug, header, rows)


def _words(*enums) -> dict:
    """What the codes of each of these are called, translated once for all rows."""
    return {one: {value: str(label) for value, label in one.choices} for one in enums}


def _payment(place: Place, owed: dict[int, Owed]) -> list[str]:
    """The last column, at an event where something is to be paid."""
    one = owed.get(place.registration_id) if place.is_seated else None
    return [str(one.settlement.label) if one else ""] if owed else []


def _answers(event: Event) -> dict[tuple[int, int | None, int], Answer]:
    """(registration, place or None, question) → answer."""
    answers = Answer.objects.filter(registration__event=event).select_related("question")
    return {(one.registration_id, one.place_id, one.question_id): one for one in answers}


def _answered(place: Place, questions, answers, handed_in) -> list[str]:
    """A column for each question: the person's answer, or the organisation's; of a file, whether it was handed in."""
    keys = [(place.registration_id, place.pk if one.is_per_person else None, one.pk) for one in questions]
    asked = _files_asked(place, questions, answers, keys) if any(one.is_file for one in questions) else set()
    return [
        _file_word(key in handed_in, question.pk in asked)
        if question.is_file
        else answers[key].words
        if key in answers
        else ""
        for question, key in zip(questions, keys, strict=True)
    ]


def _files_asked(place: Place, questions, answers, keys) -> set[int]:
    """Which questions ask a file of this place and of its organisation, given what they answered to the others."""
    if not place.is_active:
        return set()
    given = {key[2]: answers[key].value for key in keys if key in answers}
    sides = (True, False) if place.is_named else (False,)
    return {one.pk for side in sides for one in files_asked(questions, given, of_person=side)}


def _file_word(is_handed_in: bool, is_asked: bool) -> str:
    if is_handed_in:
        return _("handed in")
    return _("not handed in") if is_asked else ""


def _row(place: Place, words: dict) -> list:
    registration = place.registration
    organisation = registration.organisation
    return [
        place.last_name, place.first_name, place.email, place.job_title, place.guest_of,
        organisation.display_name, organisation.siret,
        words[OrganisationKind][organisation.kind], words[Audience][place.audience], words[PlaceStatus][place.status],
        words[Attendance][place.attendance], place.is_walk_in, place.is_listed, registration.registered_at,
    ]  # fmt: skip


def waiting_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The groups that wait, in order, and why each of them does."""
    event = _managed(request, slug)
    places: dict[int, list[Place]] = {}
    for place in event.places.waiting().select_related("registration__organisation"):
        places.setdefault(place.registration_id, []).append(place)
    seats, waiting = seats_of(event), waiting_at([event], timezone.now())
    context = {
        "event": event,
        "groups": [(waiting[pk], people) for pk, people in places.items()],
        "seats": seats,
        "audiences": audience_seats(seats),
        "patience": PATIENCE,
    }
    return render(request, "events/waiting_list.html", context)


def _managed(request: HttpRequest, slug: str) -> Event:
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event))
    return event


def _filtered(event: Event, form: AttendeeFilter):
    places = event.places.for_list()
    if text := form.chosen("q"):
        places = places.matching(text)
    chosen = {name: form.chosen(name) for name in ("status", "audience", "attendance")}
    return places.filter(**{name: value for name, value in chosen.items() if value})
