"""Files that the next meeting asks for: two organisations have handed theirs in, the others have still to."""

from django.core.files.base import ContentFile

from clubsite.demo.programme import COMING, TEMPLATE
from clubsite.demo.world import World, clock_at
from core.documents import CheckedFile
from core.pdf import render_pdf
from events.actions import add_question, hand_in_file
from events.enums import QuestionKind
from events.models import Event, Registration

INSURANCE = "Attestation d’assurance responsabilité civile"
COMMON = {"kind": QuestionKind.FILE, "options": [], "only_if": None, "only_if_answer": ""}


def ask_for_files(world: World) -> None:
    """One of each organisation, which it must hand in, and one of each person who wants to show something."""
    by = world.coordinators["hauts-de-seine"]
    event = Event.objects.get(title=COMING, is_demo=True)
    with clock_at(world.ago(4)):
        insurance = add_question(
            event, by=by, text=INSURANCE, help_text="Le lieu la demande à chaque exposant ; valable le jour de la rencontre.",
            is_required=True, is_per_person=False, **COMMON,
        )  # fmt: skip
        add_question(
            event, by=by, text="Une image à afficher sur votre table", help_text="", is_required=False, is_per_person=True,
            **COMMON,
        )  # fmt: skip
    with clock_at(world.ago(2)):
        seated = Registration.objects.filter(pk__in=event.places.seated().values("registration"))
        for registration in seated.select_related("organisation", "event__club").order_by("pk")[:2]:
            file = CheckedFile(ContentFile(_attestation(event), name="a.pdf"), "application/pdf")
            hand_in_file(insurance, registration, None, file=file, by=registration.by)


def _attestation(event: Event) -> bytes:
    data = {"title": INSURANCE, "event": event.title, "note": "Document de démonstration : son contenu est inventé."}
    return render_pdf(TEMPLATE, data, made_on=event.day)
