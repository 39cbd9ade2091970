"""Pitches: who may propose, what is decided and told, in which order they come, and the timer in the room."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    change_session,
    decline_pitch,
    move_pitch,
    note_pitch,
    propose_pitch,
    publish_pitches,
    remove_session,
    select_pitch,
    set_pitch_call,
    set_pitch_minutes,
    set_slides,
    withdraw_pitch,
)
from events.actions.personal_data import data_of
from events.actions.privacy import forget
from events.actions.retention import KEPT, erase_old_programme
from events.enums import EventStatus, PitchStatus
from events.models import PitchNote, PitchProposal
from tests.events.factories import EventFactory, SessionFactory, in_days
from tests.events.programme import (
    PitchCallFactory,
    PitchProposalFactory,
    docx_bytes,
    member_structure,
    pdf_bytes,
    upload,
)
from tests.factories import OrganisationFactory, coordinator_of, member_of
from tests.racing import said_at_once

pytestmark = pytest.mark.django_db
WORDS = {"title": "Des vélos réparés", "summary": "Un atelier de réparation.", "needs": "Une prise"}


def text_of(response):
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


def refused(action, *args, **kwargs):
    with pytest.raises(RuleBroken) as broken:
        action(*args, **kwargs)
    return str(broken.value.message), broken.value.field


def titles(call):
    return list(call.proposals.selected().values_list("title", flat=True))


def selected_of(call, *names):
    return [select_pitch(PitchProposalFactory(call=call, title=name, summary="x"), by=None) for name in names]


@pytest.fixture
def call():
    return PitchCallFactory()


# --- The call ---------------------------------------------------------------------------------------------------------


def call_fields(**changes):
    now = timezone.now()
    return {
        "opens_at": now, "closes_at": now + timedelta(days=7), "places": 3, "minutes": 5, "text": "Venez !", **changes,
    }  # fmt: skip


def test_call_is_opened_and_changed():
    session = SessionFactory(kind="pitches")
    call = set_pitch_call(session, by=None, **call_fields())
    again = set_pitch_call(session, by=None, **call_fields(minutes=7))
    assert again.pk == call.pk and again.minutes == 7 and again.is_open(timezone.now())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at": timezone.now() - timedelta(days=1)}, "closes_at"),
        ({"closes_at": timezone.now() + timedelta(days=300)}, "closes_at"),
        ({"places": 0}, "places"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_call_that_makes_no_sense_is_refused_at_its_field(changes, field):
    assert refused(set_pitch_call, SessionFactory(kind="pitches"), by=None, **call_fields(**changes))[1] == field


def test_session_of_another_kind_has_no_call():
    refused(set_pitch_call, SessionFactory(kind="plenary"), by=None, **call_fields())


def test_call_is_not_for_fewer_than_are_selected(call):
    selected_of(call, "Un", "Deux")
    sentence, field = refused(set_pitch_call, call.session, by=None, **call_fields(places=1))
    assert "2" in sentence and field == "places"


def test_session_with_a_call_keeps_its_kind_and_with_proposals_its_place(call):
    assert refused(change_session, call.session, by=None, kind="plenary")[1] == "kind"
    PitchProposalFactory(call=call)
    refused(remove_session, call.session, by=None)
    assert call.proposals.count() == 1


# --- Proposing --------------------------------------------------------------------------------------------------------


def test_member_structure_proposes_and_changes_its_one_pitch(call):
    organisation = member_structure(call.event.club)
    person = member_of(organisation)
    first = propose_pitch(call, organisation=organisation, by=person, **WORDS)
    again = propose_pitch(call, organisation=organisation, by=person, **{**WORDS, "title": "Autrement"})
    assert again.pk == first.pk and call.proposals.get().title == "Autrement" and first.status == PitchStatus.PROPOSED


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"opens_at": timezone.now() + timedelta(hours=1)}, "pas encore ouvert"),
        ({"closes_at": timezone.now() - timedelta(hours=1)}, "clos"),
    ],
)
def test_nothing_is_proposed_before_or_after_the_call(changes, word):
    call = PitchCallFactory(**changes)
    assert word in refused(propose_pitch, call, organisation=member_structure(call.event.club), by=None, **WORDS)[0]
    assert not PitchProposal.objects.exists()


def test_call_is_closed_once_its_session_begins():
    """The event may have been moved to an earlier day."""
    call = PitchCallFactory(session__event=EventFactory(today=True))
    assert not call.is_open(timezone.now())
    refused(propose_pitch, call, organisation=member_structure(call.event.club), by=None, **WORDS)


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_drafts_and_cancelled_events_take_no_proposal(status):
    call = PitchCallFactory(session__event=EventFactory(status=status))
    refused(propose_pitch, call, organisation=member_structure(call.event.club), by=None, **WORDS)


def test_companies_and_structures_outside_the_club_are_refused(call):
    outsider = OrganisationFactory(structure=True)
    assert str(outsider) in refused(propose_pitch, call, organisation=outsider, by=None, **WORDS)[0]
    refused(propose_pitch, call, organisation=OrganisationFactory(), by=None, **WORDS)


def test_database_keeps_one_proposal_an_organisation(call):
    proposal = PitchProposalFactory(call=call)
    with pytest.raises(IntegrityError), transaction.atomic():
        PitchProposalFactory(call=call, organisation=proposal.organisation)


def test_withdrawn_pitch_may_be_proposed_again(call):
    organisation = member_structure(call.event.club)
    proposal = propose_pitch(call, organisation=organisation, by=None, **WORDS)
    assert withdraw_pitch(proposal, by=None).is_withdrawn
    assert withdraw_pitch(proposal, by=None).is_withdrawn  # twice is once
    assert HistoryEntry.objects.filter(code="events.pitch.withdrawn").count() == 1
    assert propose_pitch(call, organisation=organisation, by=None, **WORDS).pk == proposal.pk


@pytest.mark.parametrize("status", [PitchStatus.SELECTED, PitchStatus.DECLINED])
def test_decided_pitch_is_not_changed_any_more(call, status):
    organisation = member_structure(call.event.club)
    position = 1 if status == PitchStatus.SELECTED else None
    PitchProposalFactory(call=call, organisation=organisation, status=status, position=position)
    refused(propose_pitch, call, organisation=organisation, by=None, **WORDS)


def test_coordination_is_told_when_a_selected_pitch_is_withdrawn(call):
    coordinator = coordinator_of(call.event.club)
    waiting, chosen = PitchProposalFactory(call=call), PitchProposalFactory(call=call)
    select_pitch(chosen, by=coordinator)
    withdraw_pitch(waiting, by=None)
    assert not Letter.objects.filter(code="events.pitch_withdrawn").exists()
    assert withdraw_pitch(chosen, by=None).position is None
    assert Letter.objects.get(code="events.pitch_withdrawn").to_email == coordinator.email


# --- Deciding ---------------------------------------------------------------------------------------------------------


def test_each_coordinator_gives_one_note_and_the_average_is_read(call):
    proposal = PitchProposalFactory(call=call)
    one, other = coordinator_of(call.event.club), coordinator_of(call.event.club)
    note_pitch(proposal, by=one, value=2)
    note_pitch(proposal, by=one, value=5, comment="Très clair")
    note_pitch(proposal, by=other, value=4)
    found = PitchProposal.objects.with_notes().get()
    assert (found.average, found.note_count) == (4.5, 2)


@pytest.mark.parametrize("value", [-1, 6])
def test_note_outside_nought_to_five_is_refused(call, value):
    assert refused(note_pitch, PitchProposalFactory(call=call), by=coordinator_of(), value=value)[1] == "value"
    assert not PitchNote.objects.exists()


def test_database_knows_notes_up_to_five(call):
    with pytest.raises(IntegrityError), transaction.atomic():
        PitchNote.objects.create(proposal=PitchProposalFactory(call=call), by=coordinator_of(), value=6)


def test_selected_and_declined_are_told_to_the_managers_with_the_reason(call):
    yes, no = PitchProposalFactory(call=call), PitchProposalFactory(call=call)
    managers = [member_of(one.organisation) for one in (yes, no)]
    member_of(yes.organisation, level="contributor")
    select_pitch(yes, by=None)
    select_pitch(yes, by=None)  # twice is once
    decline_pitch(no, by=None, reason="Deux pitchs du même métier")
    decline_pitch(no, by=None, reason="Encore")
    letters = {letter.to_email: letter for letter in Letter.objects.all()}
    assert set(letters) == {manager.email for manager in managers} and Letter.objects.count() == 2
    assert letters[managers[0].email].code == "events.pitch_selected"
    assert "Deux pitchs du même métier" in letters[managers[1].email].text


def test_declining_needs_a_reason(call):
    assert refused(decline_pitch, PitchProposalFactory(call=call), by=None, reason="  ")[1] == "reason"


def test_no_more_are_selected_than_the_call_is_for(call):
    selected_of(call, "Un", "Deux")
    third = PitchProposalFactory(call=call)
    assert "2" in refused(select_pitch, third, by=None)[0]
    decline_pitch(call.proposals.get(title="Un"), by=None, reason="Trop court")
    select_pitch(third, by=None)
    assert titles(call) == ["Deux", third.title]


def test_declined_pitch_may_be_selected_after_all_and_a_withdrawn_one_not(call):
    proposal = PitchProposalFactory(call=call)
    decline_pitch(proposal, by=None, reason="Complet")
    assert select_pitch(proposal, by=None).reason == ""
    withdraw_pitch(proposal, by=None)
    refused(select_pitch, proposal, by=None)
    refused(decline_pitch, proposal, by=None, reason="x")


def test_selected_pitches_are_moved_up_and_down(call):
    call.places = 5
    call.save()
    one, two, three = selected_of(call, "Un", "Deux", "Trois")
    move_pitch(three, by=None, direction="up")
    assert titles(call) == ["Un", "Trois", "Deux"]
    move_pitch(one, by=None, direction="down")
    assert titles(call) == ["Trois", "Un", "Deux"]
    move_pitch(three, by=None, direction="up")  # the first one already
    move_pitch(two, by=None, direction="down")  # the last one already
    assert titles(call) == ["Trois", "Un", "Deux"]
    decline_pitch(one, by=None, reason="x")
    move_pitch(two, by=None, direction="up")
    assert titles(call) == ["Deux", "Trois"]


def test_pitch_that_is_not_selected_has_neither_order_nor_minutes(call):
    proposal = PitchProposalFactory(call=call)
    refused(move_pitch, proposal, by=None, direction="up")
    refused(set_pitch_minutes, proposal, by=None, minutes=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        PitchProposalFactory(call=call, position=1)


def test_minutes_are_those_of_the_call_unless_set(call):
    [proposal] = selected_of(call, "Un")
    assert PitchProposal.objects.with_length().get().length == 5
    set_pitch_minutes(proposal, by=None, minutes=8)
    assert PitchProposal.objects.with_length().get().length == 8
    set_pitch_minutes(proposal, by=None, minutes=None)
    assert PitchProposal.objects.with_length().get().length == 5
    assert refused(set_pitch_minutes, proposal, by=None, minutes=0)[1] == "minutes"


def test_order_is_published_once_something_is_selected(call):
    refused(publish_pitches, call, by=None)
    selected_of(call, "Un")
    assert not PitchProposal.objects.shown().exists()
    publish_pitches(call, by=None)
    publish_pitches(call, by=None)
    assert PitchProposal.objects.shown().count() == 1
    assert HistoryEntry.objects.filter(code="events.pitch_call.published").count() == 1
    publish_pitches(call, by=None, is_published=False)
    assert not PitchProposal.objects.shown().exists()


# --- Slides -----------------------------------------------------------------------------------------------------------


def test_slides_are_taken_once_selected_and_the_old_ones_erased(call, django_capture_on_commit_callbacks):
    proposal = PitchProposalFactory(call=call)
    refused(set_slides, proposal, by=None, file=ContentFile(b"x", name="a.pdf"))
    select_pitch(proposal, by=None)
    first = set_slides(proposal, by=None, file=ContentFile(b"one", name="a.pdf")).slides
    with django_capture_on_commit_callbacks(execute=True):
        second = set_slides(proposal, by=None, file=ContentFile(b"two", name="a.pdf")).slides
    assert not first.storage.exists(first.name) and second.storage.exists(second.name)
    assert not second.name.endswith("/a.pdf")  # nobody guesses it


def test_organisation_uploads_a_pdf_and_only_it_and_the_coordination_read_it(client, call):
    [proposal] = selected_of(call, "Un")
    person, stranger = member_of(proposal.organisation), member_of(OrganisationFactory(structure=True))
    address = reverse("events:set_slides", args=[proposal.pk])
    client.force_login(person)
    assert "PDF lisible" in text_of(client.post(address, {"slides": upload(docx_bytes(), "a.pdf")}))
    assert "obligatoire" in text_of(client.post(address, {}))
    client.post(address, {"slides": upload(pdf_bytes(2), "a.pdf")})
    read = reverse("events:pitch_slides", args=[proposal.pk])
    for reader in (person, coordinator_of(call.event.club)):
        client.force_login(reader)
        response = client.get(read)
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff" and "no-store" in response["Cache-Control"]
    client.force_login(stranger)
    assert client.get(read).status_code == 404
    assert client.post(address, {"slides": upload(pdf_bytes(1))}).status_code == 404


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_structure_finds_the_call_proposes_and_withdraws(client, call):
    organisation = member_structure(call.event.club)
    client.force_login(member_of(organisation))
    assert "Appel à pitchs" in text_of(client.get(call.event.get_absolute_url()))
    assert str(organisation) in text_of(client.get(call.get_absolute_url()))
    address = reverse("events:propose_pitch", args=[call.pk])
    assert "obligatoire" in text_of(client.post(address, {**WORDS, "title": ""}))
    assert "Un atelier de réparation." in text_of(client.post(address, {**WORDS, "title": ""}))  # nothing typed is lost
    assert "Des vélos réparés" in text_of(client.post(address, WORDS, follow=True))
    client.post(reverse("events:withdraw_pitch", args=[call.proposals.get().pk]))
    assert call.proposals.get().is_withdrawn


def test_company_does_not_propose(client, call):
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(reverse("events:propose_pitch", args=[call.pk])).status_code == 403


def test_structure_reads_neither_notes_nor_other_proposals(client, call):
    own, other = PitchProposalFactory(call=call), PitchProposalFactory(call=call)
    note_pitch(own, by=coordinator_of(call.event.club), value=1, comment="Trop vague")
    client.force_login(member_of(own.organisation))
    page = text_of(client.get(own.get_absolute_url()))
    assert "Trop vague" not in page and own.summary in page
    assert client.get(other.get_absolute_url()).status_code == 404
    for name in ("note_pitch", "select_pitch", "decline_pitch", "move_pitch", "set_pitch_minutes"):
        assert client.post(reverse(f"events:{name}", args=[own.pk]), {"direction": "up"}).status_code == 403


def test_coordinator_decides_on_the_board(client, call):
    client.force_login(coordinator_of(call.event.club))
    proposal = PitchProposalFactory(call=call, title="Un pitch à juger")
    board = reverse("events:pitch_list", args=[call.event.slug])
    assert "Un pitch à juger" in text_of(client.get(board))
    note = reverse("events:note_pitch", args=[proposal.pk])
    assert "obligatoire" in text_of(client.post(note, {"comment": "sans note"}))
    assert "Choix" in text_of(client.post(note, {"value": "7"})) or "choix" in text_of(
        client.post(note, {"value": "7"})
    )
    client.post(note, {"value": "4", "comment": "Bien"})
    assert "4,0 sur 5" in text_of(client.get(board))
    client.post(reverse("events:select_pitch", args=[proposal.pk]))
    page = text_of(client.get(board))
    assert "5 sur 30 minutes" in page and "encore 25 minutes" in page
    client.post(reverse("events:set_pitch_minutes", args=[proposal.pk]), {"minutes": "40"})
    assert "10 minutes de trop" in text_of(client.get(board))
    assert client.post(reverse("events:move_pitch", args=[proposal.pk]), {"direction": "sideways"}).status_code == 400
    response = client.post(reverse("events:set_pitch_minutes", args=[proposal.pk]), {"minutes": "abc"}, follow=True)
    assert "40" in text_of(response) and PitchProposal.objects.get().minutes == 40
    decline = reverse("events:decline_pitch", args=[proposal.pk])
    assert "obligatoire" in text_of(client.post(decline, {"reason": ""}))
    client.post(decline, {"reason": "Trop long"})
    assert PitchProposal.objects.get().is_declined


def test_coordinator_opens_a_call_with_a_form(client):
    session = SessionFactory(kind="pitches")
    client.force_login(coordinator_of(session.event.club))
    address = reverse("events:set_pitch_call", args=[session.pk])
    moment = "%Y-%m-%dT%H:%M"
    data = {
        "opens_at": in_days(1).strftime(moment), "closes_at": in_days(0).strftime(moment), "places": 4, "minutes": 5,
        "text": "Venez vous présenter",
    }  # fmt: skip
    assert "Venez vous présenter" in text_of(client.post(address, data))
    client.post(address, {**data, "closes_at": in_days(8).strftime(moment)})
    call = session.pitch_call
    assert (call.places, call.minutes, call.opens_at) == (4, 5, in_days(1))


def test_programme_lists_selected_pitches_in_order_once_published(client, call):
    one, two = selected_of(call, "Premier pitch", "Second pitch")
    PitchProposalFactory(call=call, title="Pas retenu")
    page = partial(client.get, call.event.get_absolute_url())
    assert "Premier pitch" not in text_of(page())
    publish_pitches(call, by=None)
    move_pitch(two, by=None, direction="up")
    text = text_of(page())
    assert text.index("Second pitch") < text.index("Premier pitch") and "Pas retenu" not in text


def test_timer_lists_the_pitches_with_their_minutes(client, call):
    selected_of(call, "Premier pitch")
    address = reverse("events:pitch_timer", args=[call.session.pk])
    client.force_login(coordinator_of(call.event.club))
    page = text_of(client.get(address))
    assert 'data-minutes="5" data-title="Premier pitch"' in page and "js/timer.js" in page
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(address).status_code == 404
    client.force_login(coordinator_of(call.event.club))
    assert client.get(reverse("events:pitch_timer", args=[SessionFactory(event=call.event).pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 5])
def test_board_asks_as_often_for_many_as_for_one(client, call, count):
    coordinator = coordinator_of(call.event.club)
    for _ in range(count):
        note_pitch(PitchProposalFactory(call=call), by=coordinator, value=3)
    client.force_login(coordinator)
    with CaptureQueriesContext(connection) as asked:
        text_of(client.get(reverse("events:pitch_list", args=[call.event.slug])))
    assert len(asked) <= 9


# --- Privacy and time -------------------------------------------------------------------------------------------------


def test_person_reads_their_notes_and_proposals_and_is_forgotten_at_them(call):
    coordinator = coordinator_of(call.event.club)
    proposal = PitchProposalFactory(call=call, by=coordinator)
    note_pitch(proposal, by=coordinator, value=3, comment="Je connais la directrice")
    data = data_of(coordinator)
    assert data["notes_on_pitches"][0]["comment"] == "Je connais la directrice" and len(data["pitches_proposed"]) == 1
    forget(coordinator)
    assert PitchNote.objects.get().comment == "" and PitchProposal.objects.get().by is None


def test_slides_and_notes_go_after_three_years(django_capture_on_commit_callbacks):
    now, calls = timezone.now(), []
    for ago in (KEPT + timedelta(hours=1), KEPT - timedelta(days=1)):
        event = EventFactory(starts_at=now - ago - timedelta(hours=3), ends_at=now - ago)
        calls.append(PitchCallFactory(session=SessionFactory(event=event, kind="pitches")))
        proposal = PitchProposalFactory(call=calls[-1], slides=ContentFile(b"x", name="a.pdf"))
        PitchNote.objects.create(proposal=proposal, by=coordinator_of(), value=2)
    old, recent = (one.proposals.get() for one in calls)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_old_programme(now) == 1
    assert erase_old_programme(now) == 0
    assert not old.slides.storage.exists(old.slides.name) and recent.slides.storage.exists(recent.slides.name)
    assert [note.proposal for note in PitchNote.objects.all()] == [recent]
    old.refresh_from_db()
    assert not old.slides and old.title


# --- At once ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_select_at_once_no_more_than_the_call_is_for():
    call = PitchCallFactory(places=1)
    pks = [PitchProposalFactory(call=call).pk for _ in range(4)]

    def select(pk):
        select_pitch(PitchProposal.objects.get(pk=pk), by=None)

    assert said_at_once(*[partial(select, pk) for pk in pks]) == ["done", *["refused"] * 3]
    assert call.proposals.selected().count() == 1


@pytest.mark.django_db(transaction=True)
def test_pitch_proposed_twice_at_once_is_one_proposal():
    call = PitchCallFactory()
    organisation = member_structure(call.event.club)
    calls = [partial(propose_pitch, call, organisation=organisation, by=None, **WORDS)] * 4
    assert said_at_once(*calls) == ["done"] * 4
    assert call.proposals.count() == 1
