"""Addresses that stand in letters, for people without an account."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from events.actions import prepare_survey, release_survey
from events.enums import Attendance, PlaceStatus
from events.links import offer_token
from events.models import Event
from events.survey_links import survey_path
from members.models import Organisation
from tests.events.factories import EventFactory, PlaceFactory, RegistrationFactory, place_at


def address_of_an_offer(event: Event, organisation: Organisation) -> str:
    """Where `organisation` answers whether it takes the seat that is offered to it until tomorrow."""
    until = timezone.now() + timedelta(days=1)
    registration = RegistrationFactory(event=event, organisation=organisation, held_until=until)
    PlaceFactory(registration=registration, status=PlaceStatus.OFFERED, confirmed_at=None)
    return reverse("events:answer_offer", args=[offer_token(registration)])


def address_of_a_survey() -> str:
    """Where somebody who came yesterday says what they thought of it."""
    ends_at = timezone.now() - timedelta(days=1)
    event = EventFactory(starts_at=ends_at - timedelta(hours=3), ends_at=ends_at)
    place_at(event, attendance=Attendance.PRESENT)
    survey = release_survey(prepare_survey(event, by=None), by=None)
    return reverse("events:answer_survey", args=[survey_path(survey.invitations.get())])
