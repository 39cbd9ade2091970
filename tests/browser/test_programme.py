"""Sessions, pitches and documents as people do them, on a phone; axe looks at every page that they come to."""

import pytest
from playwright.sync_api import expect

from events.models import Document, PitchProposal, SessionSeat
from tests.browser.visitor import PHONE, file
from tests.events.factories import EventFactory, SessionFactory, place_at
from tests.events.programme import PitchCallFactory, WorkshopFactory, member_structure, pdf_bytes, picture_bytes
from tests.factories import coordinator_of, member_of

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"title": "Des vélos réparés", "summary": "Un atelier de réparation de vélos.", "needs": "Une prise"}


def test_structure_chooses_a_workshop_and_proposes_a_pitch_that_is_selected(visitor_at):
    event = EventFactory()
    workshop = WorkshopFactory(event=event, title="Atelier clauses")
    call = PitchCallFactory(session=SessionFactory(event=event, kind="pitches", title="Pitchs express"))
    organisation = member_structure(event.club)
    place_at(event, organisation, first_name="Lia", last_name="Renaud")
    maker = visitor_at(viewport=PHONE).sign_in(member_of(organisation))
    coordinator = visitor_at(viewport=PHONE).sign_in(coordinator_of(event.club))

    maker.open(event.get_absolute_url()).follow("Choisir les séances").follow("Séances")
    maker.main.get_by_label("Atelier clauses").check()
    maker.press("Enregistrer").says("Atelier clauses")
    assert SessionSeat.objects.get().session == workshop

    maker.open(event.get_absolute_url()).follow("Voir l’appel").follow("Proposer un pitch")
    maker.fill(**WORDS).press("Proposer").says("Votre pitch est proposé", "Des vélos réparés")

    coordinator.open(f"/events/{event.slug}/pitches/").follow("Des vélos réparés")
    coordinator.main.get_by_label("4", exact=True).check()
    coordinator.fill(comment="Très clair").press("Enregistrer ma note").says("En moyenne 4,0 sur 5.")
    coordinator.press("Retenir").press("Afficher l’ordre au programme").says("5 sur 30 minutes")
    coordinator.open(f"/events/{event.slug}/programme/").follow("1 sur 3").says("RENAUD Lia")

    maker.open(PitchProposal.objects.get().get_absolute_url())
    maker.page.set_input_files("input[name=slides]", file("a.pdf", pdf_bytes(1)))
    maker.press("Déposer le diaporama").says("Le diaporama est remis.")
    maker.open(event.get_absolute_url()).says("Des vélos réparés")
    assert call.proposals.get().slides


def test_coordinator_hands_out_documents_and_photos(visitor_at):
    event = EventFactory()
    coordinator = visitor_at(viewport=PHONE).sign_in(coordinator_of(event.club))
    coordinator.open(f"/events/{event.slug}/documents/").says("Aucun document pour l’instant")
    page = coordinator.page
    photos = [file("a.jpg", picture_bytes(side=400)), file("b.jpg", picture_bytes(side=400))]
    page.set_input_files("input[name=files]", photos)
    coordinator.fill(title="La salle pleine", kind="photo", audience="everybody").press("Ajouter")
    page.set_input_files("input[name=files]", file("a.pdf", pdf_bytes(1)))
    coordinator.fill(title="Le compte rendu", kind="minutes", audience="everybody").press("Ajouter")
    assert Document.objects.count() == 3

    visitor = visitor_at(viewport=PHONE).open(event.get_absolute_url()).says("Le compte rendu", "Photos")
    picture = visitor.page.get_by_role("img", name="La salle pleine (1)")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 400)
    with visitor.page.expect_download() as download:
        visitor.main.get_by_role("link", name="Le compte rendu").click()
    assert download.value.suggested_filename == "le-compte-rendu.pdf"
