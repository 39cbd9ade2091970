"""What introductions know of a person, and how they forget it (see `members.personal_data`)."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from core.models import Letter
from introductions.models import Contract, Introduction, Note


def data_of(person) -> dict:
    """Introductions the person is or was the contact of, notes written, contracts stated and answered."""
    of_person = Q(asking_contact=person) | Q(asked_contact=person) | Q(owner=person)
    named = ("subject", "asking__name", "asked__name")
    terms = ("kind", "reference", "starts_on", "status")
    return {
        "introductions": list(
            Introduction.objects.filter(of_person).order_by("asked_at").values(*named, "asked_at", "status")
        ),
        "notes": list(Note.objects.filter(by=person).order_by("written_at").values("text", "audience", "written_at")),
        "contracts_stated": list(Contract.objects.filter(stated_by=person).order_by("pk").values(*terms, "stated_at")),
        "contracts_answered": list(
            Contract.objects.filter(answered_by=person).order_by("pk").values(*terms, "answered_at")
        ),
    }


def forget(person) -> None:
    """Nobody is sent to the person any more, and the letters with their contact details are gone.

    What the organisations agreed stays: it is theirs. Notes stay without a name.
    """
    introductions = Introduction.objects.filter(Q(asking_contact=person) | Q(asked_contact=person))
    Letter.objects.filter(
        code="introductions.accepted",
        subjects__content_type=ContentType.objects.get_for_model(Introduction),
        subjects__object_id__in=list(introductions.values_list("pk", flat=True)),
    ).delete()
    for field in ("asking_contact", "asked_contact", "owner"):
        Introduction.objects.filter(**{field: person}).update(**{field: None})
