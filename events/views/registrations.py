"""Registering, and what one's own people can do with their places."""

from django.contrib import messages
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
from events import actions, permissions
from events.actions import PersonRefused
from events.enums import PlaceStatus
from events.forms import AttendeeFormSet, OnePersonForm, OrganisationFilter
from events.letters import moment_at
from events.models import CalendarFeed, Event, Place, Registration, prices_of, seats_of
from events.views.finding import find_event, find_place
from events.views.money import charge_of, owed_by
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
    if request.method == "POST":
        formset = _posted_rows(request, event, organisation)
        if formset.is_bound and formset.is_valid():
            registration = _try_to_register(formset, event, organisation, request.user)
            if registration:
                return _registered(request, registration)
    left = _places_left(event, organisation)
    if request.method != "POST":
        formset = AttendeeFormSet.with_rows(_first_rows(request, event, organisation), left)
    seats, prices = seats_of(event), prices_of(event)
    context = {
        "event": event,
        "organisation": organisation,
        "formset": formset,
        "left": left,
        "can_add": len(formset.forms) < left,
        "seats_left": seats.left(organisation.audience),
        "audience": Audience(organisation.audience).label,
        "obstacle": actions.obstacle(event, organisation),
        "charge": charge_of(event, organisation, prices),
        "is_for_others": not rights_of(request.user).belongs_to(organisation.pk),
    }
    return render(request, "events/registration_form.html", context)


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


def _places_left(event: Event, organisation: Organisation) -> int:
    """How many more people this organisation may name."""
    active = event.places.active().filter(registration__organisation=organisation, is_walk_in=False).count()
    return max(0, event.organisation_cap - active)


def _first_rows(request: HttpRequest, event: Event, organisation: Organisation) -> list[dict]:
    """Oneself, unless registered already or somebody else's organisation, then room for a colleague."""
    person, rows = request.user, []
    is_own = rights_of(person).belongs_to(organisation.pk)
    if is_own and not Place.objects.of(person).active().filter(event=event).exists():
        names = ("first_name", "last_name", "email", "job_title")
        rows.append({name: getattr(person, name) for name in names})
    return [*rows, {}]


def _posted_rows(request: HttpRequest, event: Event, organisation: Organisation):
    """The rows as sent; the buttons « add » and « remove » give them back with one more or less, not yet checked."""
    formset = AttendeeFormSet(request.POST)
    if "add_row" in request.POST:
        return AttendeeFormSet.with_rows([*formset.typed_rows(), {}], _places_left(event, organisation))
    if "remove_row" in request.POST:
        gone = request.POST["remove_row"]
        rows = [row for index, row in enumerate(formset.typed_rows()) if str(index) != gone]
        return AttendeeFormSet.with_rows(rows, _places_left(event, organisation))
    return formset


def _try_to_register(formset, event: Event, organisation: Organisation, by) -> Registration | None:
    try:
        return actions.register_people(event, organisation=organisation, people=formset.attendees(), by=by)
    except PersonRefused as refused:
        formset.filled()[refused.index].add_error(refused.field, str(refused.message))
    except RuleBroken as broken:
        formset.non_form_errors().append(str(broken.message))
    return None


def _registered(request: HttpRequest, registration: Registration) -> HttpResponse:
    statuses = set(registration.places.order_by().values_list("status", flat=True))
    if PlaceStatus.WAITING in statuses:
        messages.warning(
            request,
            _("There is no place left for your group at the moment: it is on the waiting list. We write to you."),
        )
    elif PlaceStatus.HELD in statuses:
        return _held(request, registration)
    else:
        messages.success(request, _("Registered. A letter with the calendar entry is on its way."))
    if rights_of(request.user).belongs_to(registration.organisation_id):
        return redirect(registration.event)
    return redirect("events:registration_list", registration.event.slug)


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
    places = Place.objects.concerning(person).select_related("event__club", "registration__organisation")
    coming = places.filter(event__ends_at__gte=now).order_by("event__starts_at", "event", "registration", "pk")
    past = places.filter(event__ends_at__lt=now).order_by("-event__starts_at", "event", "registration", "pk")
    page = page_of(request, past if is_past else coming, 50)
    own_ids = set(Place.objects.of(person).filter(pk__in=[place.pk for place in page]).values_list("pk", flat=True))
    feed = CalendarFeed.objects.filter(person=person).first()
    context = {
        "page": page,
        "is_past": is_past,
        "counts": {"coming": coming.count(), "past": past.count()},
        "own_ids": own_ids,
        "positions": _positions(page),
        "owed": owed_by(page),
        "organisation_ids": rights_of(person).organisation_ids,
        "feed_url": link_to(reverse("events:feed", args=[feed.token])) if feed else "",
        "now": now,
    }
    return render(request, "events/my_registrations.html", context)


def _positions(places) -> dict[int, int]:
    """Where each waiting registration stands on its event's list, from 1 (one query)."""
    events = {place.event_id for place in places if place.is_waiting}
    waiting = Place.objects.filter(event__in=events).waiting().values_list("event_id", "registration_id")
    found: dict[int, dict[int, int]] = {}
    for event_id, registration_id in waiting:
        order = found.setdefault(event_id, {})
        order.setdefault(registration_id, len(order) + 1)
    return {registration_id: place for order in found.values() for registration_id, place in order.items()}


def change_place(request: HttpRequest, pk: int) -> HttpResponse:
    place = find_place(request, pk)
    require(permissions.can_change_place(request.user, place), NOT_YOURS)
    names = ("first_name", "last_name", "email", "job_title", "is_listed")
    form = OnePersonForm(request.POST or None, initial={name: getattr(place, name) for name in names})
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.change_place, place, by=request.user, attendee=form.attendee()):
            messages.success(request, _("Saved."))
            return redirect(_place_list(request, place))
    context = {"form": form, "place": place, "event": place.event, "back": _place_list(request, place)}
    return render(request, "events/place_form.html", context)


@require_POST
def cancel_place(request: HttpRequest, pk: int) -> HttpResponse:
    place = find_place(request, pk)
    require(permissions.can_cancel_place(request.user, place), NOT_YOURS)
    done = _("The place has been given back.")
    return act(request, actions.cancel_place, place, by=request.user, done=done, to=_place_list(request, place))


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
        to=_place_list(request, place),
    )


@require_POST
def renew_feed(request: HttpRequest) -> HttpResponse:
    done = _("Your calendar has a new address; the old one no longer works.")
    return act(request, actions.renew_feed, request.user, done=done, to="events:my_registrations")


def _place_list(request: HttpRequest, place: Place) -> str:
    """Where one came from: one's own registrations, or the coordinators' list."""
    is_own = Place.objects.concerning(request.user).filter(pk=place.pk).exists()
    if not is_own and permissions.can_edit_event(request.user, place.event):
        return reverse("events:registration_list", args=[place.event.slug])
    return reverse("events:my_registrations")
