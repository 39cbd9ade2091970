"""How events forget a person: on demand, and by themselves after three years."""

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record
from core.models import Letter
from events.actions.answers import erase_files
from events.actions.freeing import lock_lines
from events.actions.places import cancel_place
from events.actions.retention import KEPT, erase_old_programme
from events.enums import SurveyQuestionKind
from events.models import (
    Answer,
    AnswerFile,
    CalendarFeed,
    Document,
    Event,
    EventInvitation,
    LooseWalkIn,
    Needs,
    PitchNote,
    PitchProposal,
    Place,
    Proposal,
    ProposalStep,
    Reception,
    Registration,
    Signature,
    SurveyAnswer,
)
from events.models.registrations import own_emails

# Meals and access concern a day, not the years after it.
NEEDS_KEPT = timedelta(days=7)
# Names are kept as long as funders may ask who came (36 months, see KEPT); then only the numbers stay.


def erase_old_attendees(now: datetime) -> int:
    """Forget who came to events that ended over 36 months ago: names, addresses and the letters that bear them.

    Places, audiences and attendance stay, so that every figure stays true. Returns how many people were forgotten; a
    second run finds nobody. Photos, slides and notes of these events go as well, and free texts of surveys: they may say
    who wrote them.
    """
    erase_old_programme(now)
    _forget_survey_texts(Event.objects.filter(ends_at__lt=now - KEPT))
    loose = LooseWalkIn.objects.filter(event__ends_at__lt=now - KEPT).delete()[0]
    old = Event.objects.filter(ends_at__lt=now - KEPT).order_by("pk")
    named, invited, files = (
        Place.objects.named().filter(event=OuterRef("pk")),
        EventInvitation.objects.filter(event=OuterRef("pk")),
        AnswerFile.objects.filter(registration__event=OuterRef("pk")),
    )
    events = old.filter(Exists(named) | Exists(invited) | Exists(files))
    return loose + sum(_erase_attendees_of(event) for event in events)


@transaction.atomic
def _erase_attendees_of(event: Event) -> int:
    people = _forget_places(event.places.named())
    erase_files(AnswerFile.objects.filter(registration__event=event))  # organisations' too: they may name people
    EventInvitation.objects.filter(event=event).delete()
    _delete_letters(Event, [event.pk])
    event.mailings.all().delete()
    record("events.event.people_erased", gettext_noop("Names erased after three years; people: %(people)s"), by=None,
           about=[event], people=people)  # fmt: skip
    return people


def erase_old_needs(now: datetime) -> int:
    """Forget what people may eat and need, a week after the event. Returns of how many."""
    return Needs.objects.filter(place__event__ends_at__lt=now - NEEDS_KEPT).delete()[0]


def forget(person) -> None:
    """Give back the person's coming places and forget them at all others; their calendar and desks are gone.

    The letters that name them to somebody else (who registered them) are deleted; those to them, `members` deletes.
    """
    places = Place.objects.of(person)
    coming = places.active().not_begun(timezone.now()).select_related("event").order_by("event", "pk")
    coming = list(coming)
    lock_lines(place.registration_id for place in coming)
    for place in coming:
        cancel_place(place, by=person)
    mine = list(places.values_list("pk", "registration"))
    _delete_letters(Registration, {registration for _place, registration in mine})
    _forget_places(Place.objects.filter(pk__in=[place for place, _registration in mine]))
    EventInvitation.objects.filter(email__in=own_emails(person.pk)).delete()
    LooseWalkIn.objects.of(person).delete()
    CalendarFeed.objects.filter(person=person).delete()
    Reception.objects.filter(person=person).delete()
    PitchNote.objects.filter(by=person).update(comment="")
    PitchProposal.objects.filter(by=person).update(by=None)
    Document.objects.filter(by=person).update(by=None)
    Proposal.objects.filter(person=person).update(person=None)
    ProposalStep.objects.filter(by=person).update(by=None)


def _forget_survey_texts(events: QuerySet[Event]) -> None:
    answers = SurveyAnswer.objects.filter(question__kind=SurveyQuestionKind.TEXT)
    answers.filter(question__survey__event__in=events).delete()


def _forget_places(places: QuerySet[Place]) -> int:
    ids = list(places.order_by().values_list("pk", flat=True))
    Answer.objects.filter(place__in=ids).delete()
    erase_files(AnswerFile.objects.filter(place__in=ids))
    Needs.objects.filter(place__in=ids).delete()
    Signature.objects.filter(place__in=ids).delete()  # as long as the name, no longer
    return Place.objects.filter(pk__in=ids).update(
        first_name="", last_name="", email="", job_title="", guest_of="", search_text="", person=None, is_listed=False,
        consented_at=None, erased_at=timezone.now(),
    )  # fmt: skip


def _delete_letters(model, ids) -> None:
    kind = ContentType.objects.get_for_model(model)
    Letter.objects.filter(subjects__content_type=kind, subjects__object_id__in=list(ids)).delete()
