"""What events know of a person, to be read by that person: each noun tells its own part."""

from django.db.models import QuerySet

from events.models import (
    Answer,
    AnswerFile,
    CalendarFeed,
    Document,
    EventInvitation,
    LooseWalkIn,
    Mailing,
    Needs,
    PitchNote,
    PitchProposal,
    Place,
    Proposal,
    ProposalStep,
    Scan,
    SessionSeat,
    Signature,
    SurveyInvitation,
)
from events.models.registrations import own_emails


def data_of(person) -> dict[str, list]:
    """All that this app knows of a person, as lists of plain values; secrets (the calendar's address) are left out."""
    places = Place.objects.of(person)
    return {
        "places": _places(places),
        **_asked(places),
        **_at_the_event(places),
        **_by_name(person),
        **_programme(person),
        **_proposals(person),
        "messages_sent": _messages(person),
        "calendar_renewed": list(CalendarFeed.objects.filter(person=person).values_list("renewed_at", flat=True)),
    }


def _places(places: QuerySet[Place]) -> list:
    return list(
        places.order_by("event__starts_at", "pk").values(
            "event__title", "event__starts_at", "registration__organisation__name", "first_name", "last_name", "email",
            "job_title", "guest_of", "status", "attendance", "is_listed", "consented_at",
        )
    )  # fmt: skip


def _asked(places: QuerySet[Place]) -> dict[str, list]:
    """What was answered about the person's places, before the event and after it."""
    answers = Answer.objects.filter(place__in=places).values("question__text", "value")
    files = AnswerFile.objects.filter(place__in=places).order_by("pk")
    needs = Needs.objects.filter(place__in=places).values("place__event__title", "diet", "access")
    surveys = SurveyInvitation.objects.filter(place__in=places).order_by("pk")
    return {
        "answers": list(answers),
        "files_handed_in": list(files.values("question__text", "media_type", "size", "handed_in_at")),
        "needs": list(needs),
        "surveys_asked": list(surveys.values("survey__event__title", "invited_at", "has_answered")),
    }


def _at_the_event(places: QuerySet[Place]) -> dict[str, list]:
    """What was noted at doors, in sessions and on the attendance sheet."""
    signatures = Signature.objects.filter(place__in=places).of_holders()
    scans = Scan.objects.filter(place__in=places).order_by("pk")
    seats = SessionSeat.objects.filter(place__in=places).order_by("pk")
    return {
        "signatures": list(signatures.values("place__event__title", "day", "half", "signed_at")),
        "read_at_doors": list(
            scans.values("event__title", "door__name", "session__title", "corrected_at", "verdict")
        ),
        "sessions": list(seats.values("session__title", "session__event__title", "taken_at")),
    }  # fmt: skip


def _by_name(person) -> dict[str, list]:
    """Where somebody stands by name or address, without a place."""
    invitations = EventInvitation.objects.filter(email__in=own_emails(person.pk))
    walk_ins = LooseWalkIn.objects.of(person)
    return {
        "event_invitations": list(invitations.values("event__title", "created_at", "declined_at")),
        "unsettled_walk_ins": list(
            walk_ins.values("event__title", "first_name", "last_name", "email", "organisation_name", "audience")
        ),
        "reception_desks": list(person.receptions.values("event__title")),
    }


def _programme(person) -> dict[str, list]:
    """What the person brought into the programme."""
    pitches = PitchProposal.objects.filter(by=person)
    notes = PitchNote.objects.filter(by=person)
    return {
        "pitches_proposed": list(pitches.values("title", "organisation__name", "proposed_at")),
        "notes_on_pitches": list(notes.values("proposal__title", "value", "comment")),
        "documents_added": list(Document.objects.filter(by=person).values("title", "added_at")),
    }


def _proposals(person) -> dict[str, list]:
    steps = ProposalStep.objects.filter(by=person).order_by("pk")
    return {
        "proposals": list(Proposal.objects.filter(person=person).order_by("pk").values("text", "due_on", "status")),
        "steps_of_proposals": list(steps.values("proposal__text", "became", "text", "noted_at")),
    }


def _messages(person) -> list:
    sent = Mailing.objects.filter(by=person).order_by("created_at")
    return list(sent.values("event__title", "subject", "body", "created_at"))
