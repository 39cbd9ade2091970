"""Registering, and what one's own people can do with their places."""

from collections.abc import Collection

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.guards import require
from core.letters import link_to
from core.pages import act, attempt, page_of
from core.prepared import prepared
from core.shared_pages import shared
from events import actions, permissions
from events.actions import PersonRefused
from events.actions.answers import answer_field, asked
from events.answer_sheets import attach_sheets
from events.certificates import is_certified
from events.enums import PlaceStatus, QuestionKind
from events.forms import AttendeeFormSet, GroupForm, OnePersonForm, OrganisationFilter
from events.letters import moment_at
from events.links import offer_token
from events.models import (
    CalendarFeed,
    Event,
    Needs,
    Place,
    Registration,
    prices_of,
    questions_of,
    seats_of,
    with_sessions,
)
from events.views.finding import find_event, find_place
from events.views.money import charge_of, owed_by
from events.views.waiting import waiting_at
from members.acting import acting_organisation
from members.enums import Audience
from members.models import Organisation
from members.rights import rights_of

NOT_YOURS = gettext_lazy("Only the organisation’s own people and the club’s coordinators can do this.")


def register_people(request: HttpRequest, slug: str) -> HttpResponse:
    event = find_event(request, slug)
    organisation = _organisation(request, event)
    if organisation is None:
        return _choose_organisation(request, event)
    questions = list(questions_of(event.pk)) if event.has_questions else []
    row, whole = asked(questions, of_person=True), asked(questions, of_person=False)
    form_kwargs = {"questions": row, "asks_needs": event.asks_needs}
    group_form = GroupForm(request.POST or None, questions=whole, most=event.organisation_cap)
    if request.method == "POST" and not {"add_row", "remove_row"} & request.POST.keys():
        formset = AttendeeFormSet(request.POST, form_kwargs=form_kwargs)
        if formset.is_valid() & group_form.is_valid():
            registration = _try_to_register(formset, group_form, event, organisation, request.user)
            if registration:
                return _registered(request, registration)
    known = _known_places(event, organisation, request.user)
    left = _places_left(event, organisation, known)
    if request.method == "POST" and {"add_row", "remove_row"} & request.POST.keys():
        formset = _rows_anew(request, left, form_kwargs)
        group_form = GroupForm(initial=_typed(request, group_form), questions=whole, most=left)
    elif request.method != "POST":
        formset = AttendeeFormSet.with_rows(_first_rows(request, organisation, known), left, form_kwargs)
    seats, prices = seats_of(event), shared(request, f"prices:{event.pk}", lambda: prices_of(event))
    context = {
        "event": event,
        "organisation": organisation,
        "formset": formset,
        "group_form": group_form,
        "left": left,
        "files_to_come": [question.text for question in questions if question.is_file and question.is_required],
        "can_add": len(formset.forms) < left,
        "seats_left": seats.left(organisation.audience),
        "audience": Audience(organisation.audience).label,
        "obstacle": actions.obstacle(event, organisation, request.user),
        "charge": charge_of(event, organisation, prices),
        "is_for_others": not rights_of(request.user).belongs_to(organisation.pk),
    }
    return render(request, "events/registration_form.html", context)


def _typed(request: HttpRequest, form: GroupForm) -> dict:
    """What stands in the group's fields, to be shown anew."""
    return {name: form[name].data for name in form.fields}


def _organisation(request: HttpRequest, event: Event) -> Organisation | None:
    """For whom: the organisation acted for, or the one a coordinator has chosen (404, 403 for any other)."""
    wanted = request.POST.get("organisation") or request.GET.get("organisation")
    if not wanted:
        if "q" in request.GET and permissions.can_edit_event(request.user, event):
            return None
        return acting_organisation(request.user)
    pk = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 12 else 0
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require(permissions.can_register_organisation(request.user, event, organisation), NOT_YOURS)
    return organisation


def _choose_organisation(request: HttpRequest, event: Event) -> HttpResponse:
    """Coordinators look up whom they register; others describe or join their organisation first."""
    can_choose = permissions.can_edit_event(request.user, event)
    form = OrganisationFilter(request.GET)
    text = form.cleaned_data["q"] if can_choose and form.is_valid() else ""
    found = Organisation.objects.visible_to(request.user).matching(text) if text else Organisation.objects.none()
    context = {
        "event": event,
        "form": form,
        "can_choose": can_choose,
        "text": text,
        "page": page_of(request, found.for_list()),
    }
    return render(request, "events/registration_choose.html", context)


def _known_places(event: Event, organisation: Organisation, person) -> list[tuple]:
    """The places of the organisation and of the person at the event: (person, e-mail, walk-in?, organisation)."""
    return list(_own_places(event.pk, organisation.pk, person.pk, person.email))


@prepared
def _own_places(event_id: int, organisation_id: int, person_id: int, email: str):
    mine = Q(person_id=person_id) | Q(email=email)
    places = Place.objects.filter(event=event_id).active().filter(mine | Q(registration__organisation=organisation_id))
    return places.values_list("person_id", "email", "is_walk_in", "registration__organisation")


def _places_left(event: Event, organisation: Organisation, known: list[tuple]) -> int:
    """How many more people this organisation may name."""
    active = sum(pk == organisation.pk and not is_walk_in for _person, _email, is_walk_in, pk in known)
    return max(0, event.organisation_cap - active)


def _first_rows(request: HttpRequest, organisation: Organisation, known: list[tuple]) -> list[dict]:
    """Oneself, unless registered already or somebody else's organisation, then room for a colleague."""
    person, rows = request.user, []
    is_known = any(person_id == person.pk or email == person.email for person_id, email, *_others in known)
    if rights_of(person).belongs_to(organisation.pk) and not is_known:
        names = ("first_name", "last_name", "email", "job_title")
        rows.append({name: getattr(person, name) for name in names})
    return [*rows, {}]


def _rows_anew(request: HttpRequest, left: int, form_kwargs: dict):
    """The rows as sent, with one more or less, not yet checked: what the buttons « add » and « remove » ask for."""
    rows = AttendeeFormSet(request.POST, form_kwargs=form_kwargs).typed_rows()
    if "add_row" in request.POST:
        rows.append({})
    else:
        rows = [row for index, row in enumerate(rows) if str(index) != request.POST["remove_row"]]
    return AttendeeFormSet.with_rows(rows, left, form_kwargs)


def _try_to_register(
    formset, group_form: GroupForm, event: Event, organisation: Organisation, by
) -> Registration | None:
    people = [*formset.attendees(), *group_form.seats()]
    answers = group_form.answers()
    try:
        return actions.register_people(event, organisation=organisation, people=people, by=by, answers=answers)
    except PersonRefused as refused:
        form = formset.filled()[refused.index]
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
    except RuleBroken as broken:
        if broken.field in group_form.fields:
            group_form.add_error(broken.field, str(broken.message))
        else:
            formset.non_form_errors().append(str(broken.message))
    return None


def _registered(request: HttpRequest, registration: Registration) -> HttpResponse:
    """To the page that says how it stands; where it is to be paid, to the basket; whoever registers others, to the list."""
    if registration.held_until is not None:
        return _held(request, registration)
    if rights_of(request.user).belongs_to(registration.organisation_id):
        return redirect("events:registration_page", registration.pk)
    if registration.places.waiting().exists():
        messages.warning(request, _("There is no place left for this group at the moment: it is on the waiting list."))
    else:
        messages.success(request, _("Registered. A letter with the calendar entry is on its way."))
    return redirect("events:registration_list", registration.event.slug)


def registration_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How a registration stands, and what comes next: what whoever has just registered sees."""
    registration, places = _with_places(request, pk)
    standing = PlaceStatus(places[0].status) if places else PlaceStatus.CANCELLED  # a group has one
    is_own = rights_of(request.user).belongs_to(registration.organisation_id)
    context = {
        "registration": registration,
        "event": registration.event,
        "organisation": registration.organisation,
        "places": places,
        "standing": standing,
        "offer": offer_token(registration) if is_own and standing == PlaceStatus.OFFERED else "",
        "unnamed": sum(not place.is_named for place in places),
        "is_own": is_own,
    }
    return render(request, "events/registration_page.html", context)


def _with_places(request: HttpRequest, pk: int) -> tuple[Registration, list[Place]]:
    """The registration of that id, or 404, and its active places (one query, a second where it has none left)."""
    rights = rights_of(request.user)
    if not rights.is_administrator:
        found = list(_places_of(pk, rights.organisation_ids, rights.coordinated_club_ids))
        if found:
            return found[0].registration, found
    registrations = Registration.objects.visible_to(request.user).select_related("event__club", "organisation")
    registration = get_object_or_404(registrations, pk=pk)
    return registration, list(registration.places.active().order_by("pk"))


@prepared
def _places_of(registration_id: int, organisation_ids: Collection[int], club_ids: Collection[int]):
    visible = Registration.objects.visible_to_these(organisation_ids, club_ids)
    places = Place.objects.active().filter(registration=registration_id, registration__in=visible).order_by("pk")
    return places.select_related("registration__event__club", "registration__organisation")


def _held(request: HttpRequest, registration: Registration) -> HttpResponse:
    until = {"until": moment_at(registration.event, registration.held_until)}
    if rights_of(request.user).belongs_to(registration.organisation_id):
        messages.success(request, _("Your places are held until %(until)s: order and pay, and they are yours.") % until)
        return redirect("billing:basket")
    sentence = _("The places are held until %(until)s. The organisation receives a letter with a button to pay.")
    messages.success(request, sentence % until)
    return redirect("events:registration_list", registration.event.slug)


def pay_registration(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the letter's button leads: what is held, what it costs and why; POST puts it into the basket."""
    registrations = Registration.objects.visible_to(request.user).select_related("event__club", "organisation")
    registration = get_object_or_404(registrations, pk=pk)
    require(permissions.can_pay_registration(request.user, registration), NOT_YOURS)
    if request.method == "POST":
        return _to_pay(request, registration)
    event, organisation = registration.event, registration.organisation
    places = list(registration.places.seated().select_related("registration"))
    context = {
        "registration": registration,
        "event": event,
        "organisation": organisation,
        "places": places,
        "owed": owed_by(places).get(registration.pk),
        "charge": charge_of(event, organisation, prices_of(event)),
    }
    return render(request, "events/registration_pay.html", context)


def _to_pay(request: HttpRequest, registration: Registration) -> HttpResponse:
    try:
        line = actions.put_into_basket(registration, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
        return redirect("events:my_registrations")
    return redirect("billing:basket") if line.order.is_basket else redirect(line.order)


def my_registrations(request: HttpRequest) -> HttpResponse:
    """My places and those of my organisations, and the address of my own calendar."""
    person, now = request.user, timezone.now()
    is_past = request.GET.get("when") == "past"
    places = with_sessions(Place.objects.concerning(person).select_related("event__club", "registration__organisation"))
    coming = places.coming(now).order_by("event__starts_at", "event", "registration", "pk")
    past = places.over(now).order_by("-event__starts_at", "event", "registration", "pk")
    page = page_of(request, past if is_past else coming, 50)
    own_ids = set(Place.objects.of(person).filter(pk__in=[place.pk for place in page]).values_list("pk", flat=True))
    attach_sheets(page)
    feed = CalendarFeed.objects.filter(person=person).first()
    context = {
        "page": page,
        "is_past": is_past,
        "counts": {"coming": coming.count(), "past": past.count()},
        "own_ids": own_ids,
        "waiting": waiting_at({place.event for place in page if place.is_waiting}, now),
        "offers": {place.registration_id: offer_token(place.registration) for place in page if place.is_offered},
        "certified_ids": _certified_ids(person, page, own_ids, now),
        "owed": owed_by(page),
        "organisation_ids": rights_of(person).organisation_ids,
        "feed_url": link_to(reverse("events:feed", args=[feed.token])) if feed else "",
        "now": now,
    }
    return render(request, "events/my_registrations.html", context)


def _certified_ids(person, places, own_ids: set[int], now) -> set[int]:
    """Those of the places whose certificate of attendance the person may have (see `can_see_certificate`)."""
    managed = rights_of(person).managed_organisation_ids
    certified = [place for place in places if is_certified(place, now)]
    return {place.pk for place in certified if place.pk in own_ids or place.registration.organisation_id in managed}


def change_place(request: HttpRequest, pk: int) -> HttpResponse:
    place = find_place(request, pk)
    require(permissions.can_change_place(request.user, place), NOT_YOURS)
    form = _place_form(request, place)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.change_place, place, by=request.user, attendee=form.attendee()):
            messages.success(request, _("Saved."))
            return redirect(place_list(request, place))
    context = {"form": form, "place": place, "event": place.event, "back": place_list(request, place)}
    return render(request, "events/place_form.html", context)


def _place_form(request: HttpRequest, place: Place) -> OnePersonForm:
    """Who comes, what they answered and, for the coordination and their own people, what they need."""
    names = ("first_name", "last_name", "email", "job_title", "guest_of", "is_listed")
    initial = {name: getattr(place, name) for name in names}
    for answer in place.answers.select_related("question"):
        single = answer.question.kind != QuestionKind.SEVERAL
        initial[answer_field(answer.question_id)] = answer.value[0] if single and answer.value else answer.value
    needs = Needs.objects.filter(place=place).first()
    if needs is not None:
        initial |= {"diet": needs.diet, "access": needs.access}
    questions = asked(place.event.questions.select_related("only_if"), of_person=True)
    return OnePersonForm(request.POST or None, initial=initial, questions=questions, asks_needs=place.event.asks_needs)


@require_POST
def cancel_place(request: HttpRequest, pk: int) -> HttpResponse:
    place = find_place(request, pk)
    require(permissions.can_cancel_place(request.user, place), NOT_YOURS)
    done = _("The place has been given back.")
    return act(request, actions.cancel_place, place, by=request.user, done=done, to=place_list(request, place))


@require_POST
def cancel_registration(request: HttpRequest, pk: int) -> HttpResponse:
    registrations = Registration.objects.visible_to(request.user).select_related("event__club", "organisation")
    registration = get_object_or_404(registrations, pk=pk)
    to = "events:my_registrations"
    if not rights_of(request.user).belongs_to(registration.organisation_id):
        to = reverse("events:registration_list", args=[registration.event.slug])
    done = _("The places have been given back.")
    return act(request, actions.cancel_registration, registration, by=request.user, done=done, to=to)


@require_POST
def set_consent(request: HttpRequest, pk: int) -> HttpResponse:
    place = find_place(request, pk)
    require(permissions.can_change_place(request.user, place), NOT_YOURS)
    is_listed = request.POST.get("is_listed") == "yes"
    done = _("You appear on the list of participants.") if is_listed else _("No longer on the list of participants.")
    return act(
        request,
        actions.set_consent,
        place,
        is_listed=is_listed,
        by=request.user,
        done=done,
        to=place_list(request, place),
    )


@require_POST
def renew_feed(request: HttpRequest) -> HttpResponse:
    done = _("Your calendar has a new address; the old one no longer works.")
    return act(request, actions.renew_feed, request.user, done=done, to="events:my_registrations")


def place_list(request: HttpRequest, place: Place) -> str:
    """Where one came from: one's own registrations, or the coordinators' list."""
    is_own = Place.objects.concerning(request.user).filter(pk=place.pk).exists()
    if not is_own and permissions.can_edit_event(request.user, place.event):
        return reverse("events:registration_list", args=[place.event.slug])
    return reverse("events:my_registrations")
