"""Proposals: written down at a meeting, given to an owner, followed from event to event, done when the club says so."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    add_axis,
    add_proposal,
    change_axis,
    change_proposal,
    note_step,
    remind_proposal_owners,
    remove_axis,
    set_letter_text,
    switch_letter,
)
from events.actions.personal_data import data_of
from events.actions.privacy import forget
from events.enums import ProposalStatus, Visibility
from events.letter_kinds import KINDS
from events.models import Axis, Proposal, ProposalStep
from memberships.actions import enrol_organisation
from tests.events.factories import EventFactory
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of, reader_of
from tests.racing import at_once

pytestmark = pytest.mark.django_db
PROPOSED, RETAINED, UNDER_WAY, STATED_DONE, DONE, DROPPED = ProposalStatus


@pytest.fixture
def club():
    return ClubFactory()


@pytest.fixture
def coordinator(club):
    return coordinator_of(club)


@pytest.fixture
def event(club):
    return EventFactory(club=club, past=True, title="Table ronde")


@pytest.fixture
def owner():
    """The manager of an organisation that proposals are given to."""
    return member_of(OrganisationFactory(name="Habitat"))


def proposal_at(event, *, is_retained=True, axis="Soutien politique", text="Désigner une référente", **fields):
    return add_proposal(event, by=None, axis=axis, text=text, is_retained=is_retained, **fields)


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def written(code):
    return list(Letter.objects.filter(code=code).order_by("pk").values_list("to_email", flat=True))


def text_of(response):
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


# --- Writing down -----------------------------------------------------------------------------------------------------


def test_axes_belong_to_the_club_and_run_from_event_to_event(club, event):
    first = proposal_at(event)
    again = proposal_at(EventFactory(club=club, past=True), axis="soutien politique", text="Autre chose")
    elsewhere = proposal_at(EventFactory(past=True), text="Ailleurs")
    assert first.axis == again.axis and elsewhere.axis != first.axis
    assert list(club.axes.all()) == [first.axis]


def test_axis_of_another_club_is_refused_at_the_field(event):
    other = add_axis(ClubFactory(), by=None, title="D’un autre club")
    with pytest.raises(RuleBroken) as broken:
        proposal_at(event, axis=other)
    assert broken.value.field == "axis" and not Proposal.objects.exists()


def test_axis_name_is_taken_once_a_club(club):
    one, two = add_axis(club, by=None, title="Un"), add_axis(club, by=None, title="Deux")
    assert (one.rank, two.rank) == (1, 2)
    with pytest.raises(RuleBroken) as broken:
        change_axis(two, by=None, title="un", rank=2)
    assert broken.value.field == "title"
    change_axis(two, by=None, title="Deux bis", rank=0)
    assert [axis.title for axis in club.axes.all()] == ["Deux bis", "Un"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Axis.objects.create(club=club, title="Un")


def test_axis_with_proposals_stays_and_an_empty_one_goes(event):
    proposal = proposal_at(event)
    with pytest.raises(RuleBroken):
        remove_axis(proposal.axis, by=None)
    empty = add_axis(event.club, by=None, title="Vide")
    remove_axis(empty, by=None)
    remove_axis(empty, by=None)
    assert list(event.club.axes.all()) == [proposal.axis]


@pytest.mark.parametrize("fields", [{"draft": True}, {"status": "cancelled", "past": True}, {}])
def test_proposals_come_out_of_events_whose_day_has_come(club, fields):
    with pytest.raises(RuleBroken):
        proposal_at(EventFactory(club=club, **fields))
    assert not Proposal.objects.exists() and not Axis.objects.exists()


def test_person_answers_for_it_only_within_the_owner_organisation(event, owner):
    stranger = PersonFactory()
    for organisation, person, field in [(owner.acting_for, stranger, "person"), (None, owner, "organisation")]:
        with pytest.raises(RuleBroken) as broken:
            proposal_at(event, organisation=organisation, person=person)
        assert broken.value.field == field
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(club=event.club, event=event, axis=add_axis(event.club, by=None, title="A"), text="B",
                                person=owner)  # fmt: skip


# --- Steps ------------------------------------------------------------------------------------------------------------


def test_each_step_says_from_what_to_what_at_which_event(event, coordinator):
    proposal = proposal_at(event, is_retained=False)
    later = EventFactory(club=event.club, today=True)
    note_step(proposal, by=coordinator, became=RETAINED, event=event)
    note_step(proposal, by=coordinator, event=later)
    note_step(proposal, by=coordinator, became=UNDER_WAY, text="Commencé", event=later)
    steps = proposal.steps.order_by("pk").values_list("was", "became", "text", "event")
    assert list(steps) == [
        ("proposed", "retained", "", event.pk),
        ("retained", "retained", "", later.pk),
        ("retained", "under_way", "Commencé", later.pk),
    ]
    assert HistoryEntry.objects.filter(code="events.proposal.step_noted").count() == 3
    assert coordinator.last_name not in str(list(HistoryEntry.objects.values_list("values", flat=True)))


@pytest.mark.parametrize("became", ProposalStatus)
@pytest.mark.parametrize("status", ProposalStatus)
def test_states_follow_only_the_moves_that_are_allowed(event, status, became):
    proposal = proposal_at(event)
    Proposal.objects.filter(pk=proposal.pk).update(status=status)
    allowed = {
        PROPOSED: {RETAINED, DROPPED}, RETAINED: {UNDER_WAY, STATED_DONE, DONE, DROPPED},
        UNDER_WAY: {STATED_DONE, DONE, DROPPED}, STATED_DONE: {UNDER_WAY, DONE, DROPPED}, DONE: {UNDER_WAY},
        DROPPED: {RETAINED},
    }[status]  # fmt: skip
    if became == status:
        note_step(proposal, by=None, became=became)  # it is so already: nothing to note
        assert not proposal.steps.exists()
    elif became in allowed:
        assert note_step(proposal, by=None, became=became).status == became
    else:
        with pytest.raises(RuleBroken) as broken:
            note_step(proposal, by=None, became=became)
        assert broken.value.field == "became" and not proposal.steps.exists()


def test_same_press_twice_notes_one_step(event, coordinator):
    proposal = proposal_at(event)
    for _ in range(2):
        note_step(proposal, by=coordinator, became=UNDER_WAY, text="Parti", event=event)
    for _ in range(2):
        note_step(proposal, by=coordinator, text="Une note")
    for _ in range(2):
        note_step(proposal, by=coordinator, event=event)  # it has been looked at there
    assert proposal.steps.count() == 2


def test_step_that_says_nothing_is_refused(event):
    proposal = proposal_at(event)
    with pytest.raises(RuleBroken) as broken:
        note_step(proposal, by=None, text="  ")
    assert broken.value.field == "text"
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalStep.objects.create(proposal=proposal, was=RETAINED, became=RETAINED)


def test_event_of_another_club_looks_at_nothing(event):
    proposal = proposal_at(event)
    with pytest.raises(RuleBroken):
        note_step(proposal, by=None, event=EventFactory(past=True))
    assert not proposal.steps.exists()


def test_owner_states_done_and_the_coordination_confirms(client, event, owner, coordinator):
    proposal = proposal_at(event, organisation=owner.acting_for)
    address = reverse("events:note_step", args=[proposal.pk])
    client.force_login(owner)
    page = text_of(client.get(proposal.get_absolute_url()))
    assert 'value="stated_done"' in page and 'value="done"' not in page
    refused = client.post(address, {"became": "done"})
    assert refused.status_code == 200 and Proposal.objects.get().status == RETAINED
    client.post(address, {"became": "stated_done", "text": "Nommée en mai"})
    assert Proposal.objects.get().status == STATED_DONE
    assert proposal.steps.get().is_owners
    assert written("events.proposal_stated_done") == [coordinator.email]
    letter = Letter.objects.get(code="events.proposal_stated_done")
    assert owner.last_name not in letter.text and "Habitat" in letter.text
    client.force_login(coordinator)
    assert client.post(address, {"became": "done"}).status_code == 302
    assert Proposal.objects.get().status == DONE


def test_owner_notes_for_no_event_and_others_note_nothing(client, event, owner):
    proposal = proposal_at(event, organisation=owner.acting_for, is_public=True)
    address = reverse("events:note_step", args=[proposal.pk])
    client.force_login(owner)
    client.post(address, {"text": "Nous y travaillons", "event": event.slug})
    assert proposal.steps.get().event is None
    for person in (PersonFactory(), coordinator_of(ClubFactory()), reader_of(event.club)):
        client.force_login(person)
        assert client.post(address, {"text": "Moi aussi"}).status_code == 403
    assert proposal.steps.count() == 1


# --- From event to event ----------------------------------------------------------------------------------------------


def test_next_event_looks_at_all_that_is_open_with_one_press_each(client, club, event, coordinator):
    kept = [proposal_at(event, text=f"Proposition {n}") for n in range(3)]
    done = proposal_at(event, text="Déjà faite")
    note_step(done, by=None, became=DONE)
    proposal_at(EventFactory(past=True), text="D’un autre club")
    later = EventFactory(club=club, today=True)
    client.force_login(coordinator)
    address = reverse("events:event_proposals", args=[later.slug])
    page = text_of(client.get(address))
    assert all(proposal.text in page for proposal in kept)
    assert "Déjà faite" not in page and "D’un autre club" not in page
    step = reverse("events:note_step", args=[kept[0].pk])
    answer = client.post(step, {"event": later.slug, "became": "", "text": ""})
    assert answer.url == f"{address}?page=1#proposal-{kept[0].pk}"
    client.post(reverse("events:note_step", args=[kept[1].pk]), {"event": later.slug, "became": "under_way"})
    assert [(s.became, s.event) for s in ProposalStep.objects.filter(event=later).order_by("pk")] == [
        (RETAINED, later), (UNDER_WAY, later),
    ]  # fmt: skip
    assert text_of(client.get(address)).count("proposal-seen") == 2


def test_before_its_day_an_event_only_shows_what_there_is_to_look_at(client, club, event, coordinator):
    proposal = proposal_at(event)
    coming = EventFactory(club=club)
    client.force_login(coordinator)
    page = text_of(client.get(reverse("events:event_proposals", args=[coming.slug])))
    assert proposal.text in page and "proposal-step" not in page
    answer = client.post(reverse("events:note_step", args=[proposal.pk]), {"event": coming.slug})
    assert answer.status_code == 200 and not proposal.steps.exists()


def test_coordinator_writes_a_proposal_down(client, club, event, coordinator, owner):
    client.force_login(coordinator)
    address = reverse("events:add_proposal", args=[event.slug])
    typed = {
        "text": "Tenir une liste", "axis": "", "new_axis": "Liens", "organisation": owner.acting_for.siret,
        "person": owner.email.upper(), "due_on": "2027-03-01", "is_retained": "on", "is_public": "on",
    }  # fmt: skip
    assert client.post(address, typed).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.axis.title, proposal.organisation, proposal.person) == ("Liens", owner.acting_for, owner)
    assert proposal.status == RETAINED and proposal.is_public and str(proposal.due_on) == "2027-03-01"
    wrong = [
        ({"text": ""}, "text"), ({"new_axis": " "}, "new_axis"), ({"person": "personne@example.org"}, "person"),
        ({"organisation": "inconnue au bataillon"}, "organisation"), ({"due_on": "31/02/2027"}, "due_on"),
        ({"text": "x" * 301}, "text"), ({"organisation": ""}, "organisation"),
    ]  # fmt: skip
    for change, field in wrong:
        answer = client.post(address, {**typed, "text": "Gardé tel quel", **change})
        assert answer.status_code == 200 and field in answer.context["form"].errors, change
        if "text" not in change:
            assert "Gardé tel quel" in answer.content.decode()
    assert Proposal.objects.count() == 1


def test_coordinator_changes_a_proposal(client, event, coordinator, owner):
    proposal = proposal_at(event, organisation=owner.acting_for, person=owner, due_on=in_days(-3))
    remind_proposal_owners(timezone.localdate())
    client.force_login(coordinator)
    address = reverse("events:change_proposal", args=[proposal.pk])
    form = client.get(address).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    assert (
        client.post(address, {**typed, "text": "Autrement", "due_on": str(in_days(30)), "is_public": ""}).status_code
        == 302
    )
    proposal.refresh_from_db()
    assert (proposal.text, proposal.person, proposal.organisation) == ("Autrement", owner, owner.acting_for)
    assert proposal.reminded_on is None  # a new date begins anew


# --- Who may read -----------------------------------------------------------------------------------------------------


def test_public_ones_are_everybodys_the_rest_the_clubs(client, club, event, owner, coordinator):
    public = proposal_at(event, text="Publique", is_public=True)
    private = proposal_at(event, text="Entre nous")
    given = proposal_at(event, text="Confiée", organisation=owner.acting_for)
    member = member_of(OrganisationFactory())
    enrol_organisation(member.acting_for, club, by=None)
    everything = {public, private, given}
    expected = {
        None: {public}, PersonFactory(): {public}, coordinator_of(ClubFactory()): {public}, owner: {public, given},
        member: everything, reader_of(club): everything, coordinator: everything,
    }  # fmt: skip
    for person, seen in expected.items():
        client.logout()
        if person:
            client.force_login(person)
        assert set(client.get(reverse("events:proposal_list")).context["page"]) == seen
        for proposal in everything:
            status = client.get(proposal.get_absolute_url()).status_code
            assert status == (200 if proposal in seen else 404)


def test_who_answers_for_it_is_shown_to_the_coordination_and_their_own_organisation_only(
    client, event, owner, coordinator
):
    proposal = proposal_at(event, organisation=owner.acting_for, person=owner, is_public=True)
    for person, shown in [(None, False), (reader_of(event.club), False), (owner, True), (coordinator, True)]:
        client.logout()
        if person:
            client.force_login(person)
        main = text_of(client.get(proposal.get_absolute_url())).partition("<main")[2].partition("</main>")[0]
        assert (owner.get_full_name() in main) is shown
    client.logout()
    export = b"".join(client.get(reverse("events:proposal_export", args=["csv"])).streaming_content).decode()
    assert proposal.text in export and owner.last_name not in export


def test_event_that_one_may_not_open_is_not_named(client, club):
    event = EventFactory(club=club, past=True, title="Réunion interne", visibility=Visibility.MEMBERS)
    proposal = proposal_at(event, is_public=True)
    note_step(proposal, by=None, text="Vu", event=event)
    pages = [client.get(reverse("events:proposal_list")), client.get(proposal.get_absolute_url())]
    assert all("Réunion interne" not in text_of(page) for page in pages)
    export = b"".join(client.get(reverse("events:proposal_export", args=["csv"])).streaming_content).decode()
    assert proposal.text in export and "Réunion interne" not in export


def test_list_is_narrowed_down_and_exported_as_it_is_shown(client, club, event, owner, coordinator):
    late = proposal_at(event, text="En retard", due_on=in_days(-1), organisation=owner.acting_for)
    other = proposal_at(event, text="Plus tard", axis="Un autre axe", due_on=in_days(9))
    done = proposal_at(event, text="Faite", due_on=in_days(-9))
    note_step(done, by=None, became=DONE, text="=1+1")
    client.force_login(coordinator)
    for query, found in [
        ("late=on", {late}), (f"axis={other.axis_id}", {other}), (f"owner={owner.acting_for_id}", {late}),
        ("status=open", {late, other}), ("status=done", {done}), ("q=retard", {late}), ("q=habitat", {late}),
        (f"club={club.slug}", {late, other, done}), ("axis=999999&owner=x&status=zzz", {late, other, done}),
    ]:  # fmt: skip
        address = f"{reverse('events:proposal_list')}?{query}"
        assert set(client.get(address).context["page"]) == found, query
        export = client.get(f"{reverse('events:proposal_export', args=['csv'])}?{query}")
        rows = list(csv.reader(io.StringIO(b"".join(export.streaming_content).decode("utf-8-sig")), delimiter=";"))
        assert {row[2] for row in rows[1:]} == {proposal.text for proposal in found}
        assert not [cell for row in rows for cell in row if cell.startswith("=")]
    assert client.get(reverse("events:proposal_export", args=["pdf"])).status_code == 404


def test_pages_ask_as_often_for_many_proposals_as_for_few(client, club, event, coordinator):
    later = EventFactory(club=club, today=True)
    client.force_login(coordinator)
    addresses = [
        reverse("events:proposal_list"), reverse("events:event_proposals", args=[later.slug]),
        reverse("events:proposal_export", args=["csv"]), event.get_absolute_url(),
    ]  # fmt: skip

    def asked(address):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = client.get(address)
            assert response.status_code == 200
            b"".join(response.streaming_content) if response.streaming else response.content
        return len(captured)

    def add(number):
        proposal = proposal_at(event, text=f"N° {number}", organisation=OrganisationFactory())
        note_step(proposal, by=None, text="Une note", event=later)

    add(0)
    for address in addresses:
        client.get(address)
    few = [asked(address) for address in addresses]
    for number in range(1, 6):
        add(number)
    assert [asked(address) for address in addresses] == few


# --- Letters to owners ------------------------------------------------------------------------------------------------


def test_owner_is_written_to_once_it_is_retained_and_a_new_owner_too(event, owner, coordinator):
    proposal = proposal_at(event, is_retained=False, organisation=owner.acting_for)
    assert written("events.proposal_given") == []
    note_step(proposal, by=None, became=RETAINED)
    assert written("events.proposal_given") == [owner.email]
    change_proposal(proposal, by=None, text="Mieux dit")
    note_step(proposal, by=None, became=DROPPED)
    note_step(proposal, by=None, became=RETAINED)
    assert written("events.proposal_given") == [owner.email]
    other = member_of(OrganisationFactory())
    change_proposal(proposal, by=None, organisation=other.acting_for)
    assert written("events.proposal_given") == [owner.email, other.email]


def test_letters_go_to_who_answers_else_to_managers_else_to_the_organisations_address_else_to_the_coordination(
    event, owner, coordinator
):
    colleague = member_of(owner.acting_for, level="contributor")
    proposal_at(event, organisation=owner.acting_for, person=colleague)
    proposal_at(event, organisation=OrganisationFactory(email="accueil@example.org"))
    proposal_at(event, organisation=OrganisationFactory())
    assert written("events.proposal_given") == [colleague.email, "accueil@example.org", coordinator.email]
    colleague.roles.all().delete()  # no longer there: its managers are written to
    Proposal.objects.filter(person=colleague).update(due_on=in_days(3))
    remind_proposal_owners(timezone.localdate())
    assert written("events.proposal_due") == [owner.email]


def test_two_weeks_before_its_date_the_owner_is_written_to_once(event, owner):
    today = timezone.localdate()
    proposal_at(event, organisation=owner.acting_for, due_on=today + timedelta(days=15))
    assert remind_proposal_owners(today) == 0
    assert remind_proposal_owners(today + timedelta(days=1)) == 1
    assert [remind_proposal_owners(today + timedelta(days=n)) for n in (1, 2, 15)] == [0, 0, 0]
    assert written("events.proposal_due") == [owner.email]


def test_club_that_reminds_no_owners_neither_writes_nor_notes_that_it_did(event, owner):
    for kind in ("events.proposal_due", "events.proposal_late"):
        switch_letter(event.club, KINDS[kind], is_on=False, by=None)
    today = timezone.localdate()
    proposal = proposal_at(event, organisation=owner.acting_for, due_on=today)
    assert [remind_proposal_owners(today + timedelta(days=n)) for n in (0, 1)] == [0, 0]
    proposal.refresh_from_db()
    assert proposal.reminded_on is None
    assert not HistoryEntry.objects.filter(code__startswith="events.proposal.owner_").exists()


def test_owner_reads_the_clubs_own_words_then_the_proposal(event, owner):
    own = {"subject": "À vous, {owner}", "body": "Merci de vous charger de : {proposal}"}
    set_letter_text(event.club, KINDS["events.proposal_given"], "fr", by=None, **own)
    proposal = proposal_at(event, organisation=owner.acting_for, text="Publier {un guide}")
    letter = Letter.objects.get(code="events.proposal_given")
    assert letter.subject == f"À vous, {proposal.organisation}"
    assert "Merci de vous charger de : Publier {un guide}" in letter.text and event.title in letter.text


def test_late_owner_is_written_to_once_a_week_until_it_is_done(event, owner):
    today = timezone.localdate()
    proposal = proposal_at(event, organisation=owner.acting_for, due_on=today)
    sent = [remind_proposal_owners(today + timedelta(days=n)) for n in range(1, 17)]
    assert [day for day, number in enumerate(sent, start=1) if number] == [1, 8, 15]
    note_step(proposal, by=owner, became=STATED_DONE, is_owners=True)
    assert remind_proposal_owners(today + timedelta(days=40)) == 0
    note_step(proposal, by=None, became=UNDER_WAY)
    # The run had been down for long: one letter, not all that were missed.
    assert [remind_proposal_owners(today + timedelta(days=n)) for n in (40, 40, 46, 47)] == [1, 0, 0, 1]


def test_what_is_only_proposed_or_has_no_date_is_never_late(event, owner):
    today = timezone.localdate()
    proposal_at(event, organisation=owner.acting_for, is_retained=False, due_on=today - timedelta(days=9))
    proposal_at(event, organisation=owner.acting_for)
    assert remind_proposal_owners(today) == 0 and not Proposal.objects.late(today).exists()


# --- Privacy ----------------------------------------------------------------------------------------------------------


def test_person_reads_and_takes_back_what_is_known_of_them(event, owner):
    proposal = proposal_at(event, organisation=owner.acting_for, person=owner)
    note_step(proposal, by=owner, text="Je m’en occupe", is_owners=True)
    data = data_of(owner)
    assert [line["text"] for line in data["proposals"]] == [proposal.text]
    assert [line["text"] for line in data["steps_of_proposals"]] == ["Je m’en occupe"]
    forget(owner)
    proposal.refresh_from_db()
    assert proposal.person is None and proposal.steps.get().by is None
    assert data_of(owner)["proposals"] == []


# --- At the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_write_one_story():
    """Done and dropped at once: one comes first, the other is told or follows on it; the steps always join up."""
    event = EventFactory(past=True)
    for _ in range(5):
        proposal = proposal_at(event)
        results = at_once(
            *(
                lambda proposal=proposal, state=state: note_step(proposal, by=None, became=state)
                for state in (DONE, DROPPED, UNDER_WAY)
            )
        )
        assert all(not isinstance(r, Exception) or isinstance(r, RuleBroken) for r in results), results
        steps = list(proposal.steps.order_by("pk"))
        assert [step.was for step in steps] == [RETAINED, *(step.became for step in steps[:-1])]
        proposal.refresh_from_db()
        assert proposal.status == steps[-1].became


@pytest.mark.django_db(transaction=True)
def test_looked_at_twice_at_once_is_one_step():
    event = EventFactory(past=True)
    proposal = proposal_at(event)
    results = at_once(*(lambda: note_step(proposal, by=None, event=event) for _ in range(4)))
    assert not [result for result in results if isinstance(result, Exception)]
    assert proposal.steps.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_one_reminder():
    owner = member_of(OrganisationFactory())
    today = timezone.localdate()
    proposal_at(EventFactory(past=True), organisation=owner.acting_for, due_on=today - timedelta(days=1))
    sent = at_once(*(lambda: remind_proposal_owners(today) for _ in range(3)))
    assert sorted(sent) == [0, 0, 1] and written("events.proposal_late") == [owner.email]


def test_late_is_told_by_the_day_of_the_club(event):
    proposal = proposal_at(event, due_on=in_days(0))
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert proposal.is_late(timezone.localdate()) and not proposal.is_late(in_days(-1))
