"""Messages of the coordination to attendees: to the right people, each once, whatever dies in between; stopped, taken up."""

from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.enums import LetterStatus
from core.errors import RuleBroken
from core.letters import send_due_letters
from core.models import HistoryEntry, Letter
from events.actions import carry_on_mailings, erase_old_attendees, mailings, resume_mailing, send_mailing, stop_mailing
from events.actions.mailings import STALLED, carry_on_mailing
from events.actions.privacy import KEPT
from events.enums import Attendance, MailingAudience, MailingState, PlaceStatus
from events.letter_kinds import MAILING
from events.letters import recipient_of
from events.letters.parts import queue_about_place
from events.models import Event, Mailing, recipients_of
from members import personal_data
from tests.core.test_letters import free_port, mailbox  # noqa: F401 - a fixture
from tests.core.test_threads import subjects
from tests.events.factories import EventFactory, place_at
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of
from tests.racing import at_once

pytestmark = pytest.mark.django_db
TO_ALL = {"to": MailingAudience.SEATED, "subject": "Le parking est fermé", "body": "Bonjour {name},\n\nvenez en train."}


def event_with(people: int, **fields) -> Event:
    event = EventFactory(capacity=500, **fields)
    company = OrganisationFactory()
    for _ in range(people):
        place_at(event, company)
    return event


def begun(event: Event, **values) -> Mailing:
    """A message that was sent and whose task has not run yet (the test's transaction never commits)."""
    return send_mailing(event, by=values.pop("by", None), **{**TO_ALL, **values})


def times_written(mailing: Mailing) -> Counter:
    return Counter(Letter.objects.about(mailing).values_list("to_email", flat=True))


# --- To whom ----------------------------------------------------------------------------------------------------------


def test_each_choice_finds_its_people_and_nobody_without_name_or_address():
    event = EventFactory()
    structure = OrganisationFactory(structure=True)
    places = {
        "buyer": place_at(event, attendance=Attendance.PRESENT),
        "structure": place_at(event, structure, attendance=Attendance.ABSENT),
        "held": place_at(event, status=PlaceStatus.HELD),
        "waiting": place_at(event, structure, waiting=True),
        "gone": place_at(event, status=PlaceStatus.CANCELLED),
        "mute": place_at(event, email=""),
        "reserved": place_at(event, first_name="", last_name=""),
        "erased": place_at(event, erased_at=timezone.now()),
    }
    place_at(EventFactory())
    names = {place.pk: name for name, place in places.items()}

    def found(to, organisation=None):
        return {names[place.pk] for place in recipients_of(event, to, organisation)}

    assert found("seated") == {"buyer", "structure", "held"}
    assert found("waiting") == {"waiting"}
    assert found("buyers") == {"buyer", "held"} and found("structures") == {"structure"} and found("partners") == set()
    assert found("present") == {"buyer"} and found("absent") == {"structure"}
    assert found("organisation", structure) == {"structure", "waiting"} and found("organisation") == set()


def test_message_is_in_the_coordinations_words_with_what_a_letter_says():
    event = event_with(1)
    mailing = begun(event)
    assert carry_on_mailing(mailing.pk) == 1
    letter, place = Letter.objects.get(), event.places.get()
    assert letter.subject == "Le parking est fermé" and f"Bonjour {place.full_name},\n\nvenez" in letter.text.replace(
        "\n\n\n", "\n\n"
    )
    assert event.address in letter.text and letter.sender_name == event.club.name
    assert set(Letter.objects.about(event)) == {letter} and set(Letter.objects.about(event.club)) == {letter}


# --- Each once --------------------------------------------------------------------------------------------------------


def test_many_people_are_written_to_in_batches_each_once():
    event = event_with(230)
    mailing = begun(event)
    assert mailing.people == 230 and mailing.state == MailingState.UNDER_WAY
    assert carry_on_mailing(mailing.pk) == 230 and carry_on_mailing(mailing.pk) == 0
    mailing.refresh_from_db()
    assert mailing.state == MailingState.FINISHED and set(times_written(mailing).values()) == {1}
    assert times_written(mailing).total() == 230
    entry = HistoryEntry.objects.about(event).get()
    assert (entry.code, entry.values) == ("events.mailing.sent", {"people": "230"})


@pytest.mark.parametrize("dies_in", [1, 2, 3])
@pytest.mark.parametrize("dies_at", ["before", "within", "after"])
def test_process_killed_in_the_midst_and_run_again_writes_to_nobody_twice(monkeypatch, dies_in, dies_at):
    event = event_with(7)
    mailing = begun(event)
    monkeypatch.setattr(mailings, "BATCH", 3)
    with monkeypatch.context() as patch:
        kill_in_batch(patch, dies_in, dies_at)
        with pytest.raises(KeyboardInterrupt):
            carry_on_mailing(mailing.pk)
    written = times_written(mailing).total()
    assert written == min(7, 3 * (dies_in if dies_at == "after" else dies_in - 1)), "whole batches or nothing"
    mailing.refresh_from_db()
    assert mailing.state == MailingState.UNDER_WAY
    assert carry_on_mailing(mailing.pk) == 7 - written
    assert set(times_written(mailing).values()) == {1} and times_written(mailing).total() == 7


def kill_in_batch(patch, number: int, when: str) -> None:
    """The process dies at the start of batch `number`, at its last letter, or once it is committed."""
    whole_batch, whole_letter, count = mailings._write_batch, mailings.write_message, Counter()

    def batch(pk):
        count["batch"] += 1
        if count["batch"] == number and when == "before":
            raise KeyboardInterrupt
        count["letter"] = 0
        result = whole_batch(pk)
        if count["batch"] == number and when == "after":
            raise KeyboardInterrupt
        return result

    def letter(mailing, place):
        count["letter"] += 1
        written = whole_letter(mailing, place)
        if count["batch"] == number and when == "within" and (count["letter"] == 3 or number == 3):
            raise KeyboardInterrupt
        return written

    patch.setattr(mailings, "_write_batch", batch)
    patch.setattr(mailings, "write_message", letter)


def test_who_comes_while_it_is_under_way_may_get_it_and_who_leaves_does_not(monkeypatch):
    event = event_with(4)
    mailing = begun(event)
    monkeypatch.setattr(mailings, "BATCH", 2)
    mailings._write_batch(mailing.pk)
    last = event.places.order_by("pk").last()
    event.places.filter(pk=last.pk).update(status=PlaceStatus.CANCELLED)
    new = place_at(event)
    carry_on_mailing(mailing.pk)
    assert last.email not in times_written(mailing) and times_written(mailing)[new.email] == 1


def test_button_pressed_twice_is_one_message():
    event, key = event_with(2), uuid4()
    first, second = begun(event, key=key), begun(event, key=key, subject="Autre")
    assert first == second and Mailing.objects.count() == 1
    assert begun(event) != first, "another press is another message"


def test_two_messages_to_the_same_people_are_both_written():
    event = event_with(2)
    for mailing in (begun(event), begun(event)):
        carry_on_mailing(mailing.pk)
    assert Letter.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_many_processes_at_once_write_each_letter_once(monkeypatch):
    event = event_with(11)
    monkeypatch.setattr(mailings, "_hand_over", lambda mailing: None)
    mailing = begun(event)
    monkeypatch.setattr(mailings, "BATCH", 2)
    results = at_once(*[partial(carry_on_mailing, mailing.pk)] * 4)
    assert sum(results) == 11 and set(times_written(mailing).values()) == {1} and times_written(mailing).total() == 11


@pytest.mark.django_db(transaction=True)
def test_many_processes_at_once_go_wrong_without_lock_and_key(monkeypatch):
    """Else the test above would prove nothing."""
    import threading  # noqa: PLC0415

    event = event_with(3)
    monkeypatch.setattr(mailings, "_hand_over", lambda mailing: None)
    mailing = begun(event)
    both_have_read = threading.Barrier(2, timeout=20)

    def read_and_wait(queryset, pk):
        row = queryset.get(pk=pk)
        if row.reached == 0:
            both_have_read.wait()
        return row

    monkeypatch.setattr(mailings, "lock_row", read_and_wait)
    monkeypatch.setattr(mailings, "write_message", unkeyed)
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    results = at_once(*[partial(carry_on_mailing, mailing.pk)] * 2)
    broken = [result for result in results if isinstance(result, Exception)]
    assert broken or times_written(mailing).total() > 3


def unkeyed(mailing, place) -> bool:
    return bool(queue_about_place(place, recipient_of(place), MAILING, "-", ["-"], things=[mailing]))


@pytest.mark.django_db(transaction=True)
def test_sending_does_the_rest_after_the_commit_and_a_dead_mail_server_loses_nothing(mailbox, settings):  # noqa: F811
    alive, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    event = event_with(3)
    mailing = send_mailing(event, by=None, **TO_ALL)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.FINISHED and mailbox.messages == []
    settings.EMAIL_PORT = alive
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert send_due_letters() == 3
    for place in event.places.all():
        assert subjects(mailbox, place.email) == ["Le parking est fermé"]


# --- Stopped and taken up ---------------------------------------------------------------------------------------------


def test_stopped_message_is_written_to_nobody_more_until_it_is_taken_up(monkeypatch):
    event = event_with(5)
    mailing = begun(event)
    monkeypatch.setattr(mailings, "BATCH", 2)
    mailings._write_batch(mailing.pk)
    for _twice in range(2):
        stop_mailing(mailing, by=None)
    assert carry_on_mailing(mailing.pk) == 0 and times_written(mailing).total() == 2
    mailing.refresh_from_db()
    assert mailing.state == MailingState.STOPPED
    assert carry_on_mailings(timezone.now() + timedelta(days=1)) == 0, "nobody takes it up but a person"
    resume_mailing(mailing, by=None)
    assert carry_on_mailing(mailing.pk) == 3
    with pytest.raises(RuleBroken):
        stop_mailing(mailing, by=None)
    with pytest.raises(RuleBroken):
        resume_mailing(mailing, by=None)
    codes = list(HistoryEntry.objects.about(event).order_by("pk").values_list("code", flat=True))
    assert codes == ["events.mailing.sent", "events.mailing.stopped", "events.mailing.resumed"]


def test_daily_run_takes_up_what_a_dead_process_left():
    mailing = begun(event_with(2))
    assert carry_on_mailings(timezone.now() + STALLED - timedelta(minutes=1)) == 0, "it may still be at work"
    assert carry_on_mailings(timezone.now() + STALLED + timedelta(minutes=1)) == 2
    assert carry_on_mailings(timezone.now() + timedelta(days=1)) == 0
    mailing.refresh_from_db()
    assert mailing.state == MailingState.FINISHED


def test_database_knows_one_end_only():
    mailing = begun(event_with(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(stopped_at=timezone.now(), finished_at=timezone.now())


# --- Refused ----------------------------------------------------------------------------------------------------------


def test_message_to_nobody_of_a_draft_or_with_unknown_words_is_refused():
    event = event_with(1)
    for values, field in (
        ({"to": MailingAudience.WAITING}, "to"),
        ({"to": MailingAudience.ORGANISATION, "organisation": OrganisationFactory()}, "to"),
        ({"subject": "Oui {prenom}"}, "subject"),
        ({"body": "Voir {seats}"}, "body"),
    ):
        with pytest.raises(RuleBroken) as refused:
            begun(event, **values)
        assert refused.value.field == field
    with pytest.raises(RuleBroken):
        begun(event_with(1, draft=True))
    assert not Mailing.objects.exists()


def test_event_that_is_off_can_still_be_written_about():
    event = event_with(1, status="cancelled")
    assert carry_on_mailing(begun(event).pk) == 1


# --- Privacy ----------------------------------------------------------------------------------------------------------


def test_message_is_among_its_writers_data_and_goes_with_the_attendees():
    club = ClubFactory()
    coordinator = coordinator_of(club)
    event = event_with(1, club=club, past=True)
    carry_on_mailing(begun(event, by=coordinator).pk)
    (data,) = personal_data.export_all(coordinator)["events"]["messages_sent"]
    assert data["subject"] == TO_ALL["subject"]
    erase_old_attendees(event.ends_at + KEPT + timedelta(days=1))
    assert not Mailing.objects.exists() and not Letter.objects.exists()


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def event():
    return event_with(3)


@pytest.fixture
def desk(client, event):
    client.force_login(coordinator_of(event.club))
    return client


TYPED = {"to": "seated", "organisation": "", "subject": "Le parking", "body": "Bonjour {name}"}


def write_page(event):
    return reverse("events:write_mailing", args=[event.slug])


def test_message_is_looked_at_then_sent(desk, event):
    key = str(desk.get(write_page(event)).context["form"]["key"].value())
    looked = desk.post(write_page(event), TYPED | {"key": key, "preview": "yes"})
    assert looked.context["people"] == 3 and not Mailing.objects.exists()
    first = event.places.order_by("pk").first()
    assert looked.context["preview"].paragraphs == [f"Bonjour {first.full_name}"]
    typed = TYPED | {"key": key, "send": "yes", "seen": looked.context["seen"]}
    sent = desk.post(write_page(event), typed)
    mailing = Mailing.objects.get()
    assert sent.url == mailing.get_absolute_url() and (mailing.people, mailing.to) == (3, "seated")
    desk.post(write_page(event), typed)
    assert Mailing.objects.count() == 1


@pytest.mark.parametrize("change", [{"to": "buyers"}, {"body": "Autre chose"}, {"subject": "Autre"}, {"seen": ""}])
def test_what_was_not_looked_at_is_not_sent(desk, event, change):
    seen = desk.post(write_page(event), TYPED | {"preview": "yes"}).context["seen"]
    response = desk.post(write_page(event), TYPED | {"send": "yes", "seen": seen} | change)
    assert response.context["has_changed"] and response.context["people"] == 3 and not Mailing.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": "everybody"}, "to"),
        ({"to": "organisation"}, "organisation"),
        ({"to": "organisation", "organisation": "999999"}, "organisation"),
        ({"subject": ""}, "subject"),
        ({"body": " "}, "body"),
        ({"body": "x" * 10_001}, "body"),
        ({"body": "{prenom}"}, "body"),
        ({"key": "no key"}, "key"),
    ],
)
def test_bad_message_comes_back_at_its_field_with_what_was_typed(desk, event, change, field):
    typed = TYPED | change
    response = desk.post(write_page(event), typed | {"send": "yes"})
    assert list(response.context["form"].errors) == [field] and not Mailing.objects.exists()
    assert response.context["form"]["body"].value() == typed["body"]


def test_preview_says_when_nobody_is_among_them(desk, event):
    response = desk.post(write_page(event), TYPED | {"to": "waiting", "preview": "yes"})
    assert response.context["people"] == 0 and b'name="send"' not in response.content


def test_page_follows_the_message_and_shows_what_became_of_it(desk, event):
    mailing = begun(event)
    page = desk.get(mailing.get_absolute_url())
    assert b'hx-trigger="every 2s"' in page.content and page.context["figures"]["written"] == 0
    carry_on_mailing(mailing.pk)
    Letter.objects.filter(pk=Letter.objects.first().pk).update(status=LetterStatus.FAILED)
    page = desk.get(mailing.get_absolute_url())
    assert page.context["figures"] == {"written": 3, "queued": 2, "failed": 1, "sent": 0}
    assert b"hx-trigger" not in page.content and not page.context["is_stalled"]


def test_page_of_a_message_that_stands_still_lets_one_go_on(desk, event):
    mailing = begun(event)
    Mailing.objects.update(moved_at=timezone.now() - STALLED - timedelta(minutes=1))
    page = desk.get(mailing.get_absolute_url())
    assert page.context["is_stalled"] and reverse("events:resume_mailing", args=[mailing.pk]).encode() in page.content
    desk.post(reverse("events:stop_mailing", args=[mailing.pk]))
    mailing.refresh_from_db()
    assert mailing.state == MailingState.STOPPED
    desk.post(reverse("events:resume_mailing", args=[mailing.pk]))
    mailing.refresh_from_db()
    assert mailing.state == MailingState.UNDER_WAY


def test_other_clubs_coordinators_find_nothing(client, event):
    mailing = begun(event)
    client.force_login(coordinator_of(ClubFactory()))
    assert client.get(mailing.get_absolute_url()).status_code == 404
    assert client.post(reverse("events:stop_mailing", args=[mailing.pk])).status_code == 404
    assert client.get(write_page(event)).status_code == 403
    assert client.get(reverse("events:event_letters", args=[event.slug])).status_code == 403


# --- The letters of an event ------------------------------------------------------------------------------------------


def letters_page(event, **query):
    return reverse("events:event_letters", args=[event.slug]), query


def test_page_shows_who_got_what_and_finds_it(desk, event):
    carry_on_mailing(begun(event).pk)
    first = Letter.objects.order_by("pk").first()
    Letter.objects.filter(pk=first.pk).update(status=LetterStatus.FAILED, error="550 unknown")
    page = desk.get(letters_page(event)[0])
    assert page.context["failed"] == 1 and page.context["page"].paginator.count == 3
    assert first.to_email in page.content.decode() and "550 unknown" in page.content.decode()
    for query, count in (
        ({"status": "failed"}, 1),
        ({"kind": "events.mailing"}, 3),
        ({"kind": "events.thanks"}, 0),
        ({"q": first.to_email}, 1),
        ({"q": "parking"}, 3),
        ({"status": "no such state", "kind": "no such kind"}, 3),
    ):
        assert desk.get(*letters_page(event, **query)).context["page"].paginator.count == count, query


def test_letters_that_failed_are_sent_again_one_or_all(desk, event):
    carry_on_mailing(begun(event).pk)
    elsewhere = event_with(1)
    carry_on_mailing(begun(elsewhere).pk)
    Letter.objects.update(status=LetterStatus.FAILED)
    address = reverse("events:retry_event_letters", args=[event.slug])
    first = Letter.objects.about(event).order_by("pk").first()
    desk.post(address, {"letter": Letter.objects.about(elsewhere).get().pk})
    assert not Letter.objects.exclude(status=LetterStatus.FAILED).exists(), "another event's letter"
    desk.post(address, {"letter": first.pk})
    assert Letter.objects.filter(status=LetterStatus.QUEUED).count() == 1
    desk.post(address)
    assert Letter.objects.filter(status=LetterStatus.QUEUED).count() == 3
    assert Letter.objects.about(elsewhere).get().status == LetterStatus.FAILED
    desk.post(address)  # nothing is left: said, not done
    assert HistoryEntry.objects.filter(code="events.letters.retried").count() == 2


@pytest.mark.parametrize("name", ["event_letters", "mailing_page"])
def test_page_reads_the_database_as_often_for_many_letters(desk, event, name):
    def queries():
        mailing = begun(event)
        carry_on_mailing(mailing.pk)
        address = mailing.get_absolute_url() if name == "mailing_page" else letters_page(event)[0]
        with CaptureQueriesContext(connection) as captured:
            desk.get(address)
        return len(captured)

    queries()
    few = queries()
    for _ in range(20):
        place_at(event)
    assert queries() == few
