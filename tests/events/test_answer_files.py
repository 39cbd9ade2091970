"""Questions answered by a file: handed in after registering, kept for those whom it concerns, erased with the names."""

import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.documents import MAX_BYTES, CheckedFile
from core.errors import RuleBroken
from core.models import HistoryEntry
from events.actions import (
    Attendee,
    answer_files,
    cancel_event,
    cancel_place,
    change_place,
    change_question,
    erase_old_attendees,
    hand_in_file,
    locking,
    register_people,
    remove_file,
    remove_question,
)
from events.actions.answers import answer_field
from events.actions.personal_data import data_of
from events.actions.privacy import KEPT
from events.answer_sheets import sheets_of
from events.enums import QuestionKind
from events.models import AnswerFile, Event, Reception, Registration
from members.actions.people import erase_account
from tests.events.factories import EventFactory, person_named, register
from tests.events.programme import docx_bytes, pdf_bytes, picture_bytes, upload
from tests.events.test_documents import text_of
from tests.events.test_questions import ask
from tests.factories import OrganisationFactory, PersonFactory, administrator, coordinator_of, member_of
from tests.racing import errors_at_once

pytestmark = pytest.mark.django_db


def ask_file(event, text="Attestation d’assurance", **fields):
    return ask(event, text, kind=QuestionKind.FILE, **{"is_required": True, **fields})


def pdf(content=b"%PDF-x"):
    return CheckedFile(ContentFile(content, name="a.pdf"), "application/pdf")


def come(event, organisation=None, **fields):
    organisation = organisation or OrganisationFactory()
    return register_people(event, organisation=organisation, people=[person_named(**fields)], by=None).places.get()


def give(question, place, *, of_organisation=False):
    of = None if of_organisation else place
    return hand_in_file(question, place.registration, of, file=pdf(), by=None)


def refused(*args, **kwargs) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        hand_in_file(*args, file=pdf(), by=None, **kwargs)
    assert broken.value.field == "file"
    return broken.value


def exists(handed_in) -> bool:
    return handed_in.file.storage.exists(handed_in.file.name)


def missing(place, *, of_organisation=False) -> list[str]:
    sheet = sheets_of([place]).get((place.registration_id, None if of_organisation else place.pk))
    return [question.text for question in sheet.missing] if sheet else []


def page_of_place(place) -> str:
    return reverse("events:place_answers", args=[place.pk])


def change(place, **fields):
    values = {"first_name": place.first_name, "last_name": place.last_name, "email": place.email, **fields}
    return change_place(place, by=None, attendee=Attendee(**values))


# --- Asked ------------------------------------------------------------------------------------------------------------


def test_file_is_not_asked_on_the_form_and_stops_nobody_from_registering(client):
    event, company = EventFactory(), OrganisationFactory()
    question = ask_file(event)
    client.force_login(member_of(company))
    shown = text_of(client.get(f"/events/{event.slug}/register/"))
    assert answer_field(question.pk) not in shown and 'type="file"' not in shown
    assert "Attestation d’assurance" in shown  # it is said that it will be asked
    place = come(event, company)
    assert missing(place) == ["Attestation d’assurance"]
    assert answer_field(question.pk) not in text_of(client.get(reverse("events:change_place", args=[place.pk])))


def test_file_is_asked_only_after_the_answer_it_depends_on():
    event = EventFactory()
    first = ask(event, "Vous exposez ?", kind=QuestionKind.YES_NO)
    question = ask_file(event, only_if=first, only_if_answer="yes")
    yes, no = come(event, answers={first.pk: ["yes"]}), come(event, answers={first.pk: ["no"]})
    assert missing(yes) == [question.text] and missing(no) == []
    refused(question, no.registration, no)
    assert give(question, yes).place == yes


def test_file_of_a_question_that_is_asked_no_more_after_a_change_is_erased(django_capture_on_commit_callbacks):
    event = EventFactory()
    first = ask(event, "Vous exposez ?", kind=QuestionKind.YES_NO)
    question = ask_file(event, only_if=first, only_if_answer="yes")
    always = ask_file(event, "Portrait")
    place = come(event, answers={first.pk: ["yes"]})
    gone, kept = give(question, place), give(always, place)
    with django_capture_on_commit_callbacks(execute=True):
        change(place, answers={first.pk: ["no"]})
    assert list(place.answer_files.all()) == [kept] and exists(kept) and not exists(gone)


def test_file_cannot_be_a_condition():
    event = EventFactory()
    question = ask_file(event)
    with pytest.raises(RuleBroken) as broken:
        ask(event, only_if=question, only_if_answer="x")
    assert broken.value.field == "only_if"


def test_question_with_followers_does_not_become_one_for_a_file():
    event = EventFactory()
    first = ask(event, kind=QuestionKind.YES_NO)
    ask(event, only_if=first, only_if_answer="yes")
    with pytest.raises(RuleBroken):
        change_question(first, by=None, kind=QuestionKind.FILE)


def test_what_is_not_required_is_asked_but_not_missing():
    event = EventFactory()
    question = ask_file(event, is_required=False)
    place = come(event)
    assert missing(place) == [] and sheets_of([place])[place.registration_id, place.pk].lines[0].question == question


# --- Handed in --------------------------------------------------------------------------------------------------------


def test_file_takes_the_place_of_the_one_before_which_is_erased(django_capture_on_commit_callbacks):
    event = EventFactory()
    question, place = ask_file(event), come(event)
    with django_capture_on_commit_callbacks(execute=True):
        before = give(question, place)
    with django_capture_on_commit_callbacks(execute=True):
        after = give(question, place)
    assert before.pk == after.pk and AnswerFile.objects.count() == 1
    assert exists(after) and not exists(before) and not after.file.name.endswith("/a.pdf")
    assert missing(place) == []


def test_old_file_stays_when_the_replacement_is_undone():
    event = EventFactory()
    question, place = ask_file(event), come(event)
    before = give(question, place)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        give(question, place)
        raise ZeroDivisionError
    assert AnswerFile.objects.get().file.name == before.file.name and exists(before)


def test_organisation_hands_in_once_for_all_its_people():
    event = EventFactory()
    question = ask_file(event, is_per_person=False)
    first = register(event, 2).places.first()
    assert missing(first, of_organisation=True) == [question.text] and missing(first) == []
    refused(question, first.registration, first)
    assert give(question, first, of_organisation=True).place is None
    assert missing(first, of_organisation=True) == []


@pytest.mark.parametrize("state", ["given_back", "cancelled", "over", "unnamed", "elsewhere", "removed"])
def test_nothing_is_handed_in_where_it_makes_no_sense(state):
    event = EventFactory()
    question = ask_file(event)
    attendee = Attendee() if state == "unnamed" else person_named()
    place = register_people(event, organisation=OrganisationFactory(), people=[attendee], by=None).places.get()
    if state == "given_back":
        cancel_place(place, by=None)
    elif state == "cancelled":
        cancel_event(event, by=None)
    elif state == "over":
        past = timezone.now() - timedelta(days=2)
        Event.objects.filter(pk=event.pk).update(starts_at=past, ends_at=past + timedelta(hours=1))
    elif state == "elsewhere":
        question = ask_file(EventFactory())
    elif state == "removed":
        remove_question(question, by=None)
    refused(question, place.registration, place)
    assert not AnswerFile.objects.exists()


def test_file_sent_while_the_place_is_passed_on_does_not_land_with_the_new_person():
    event = EventFactory()
    question, place = ask_file(event), come(event)
    change(place, last_name="Autre", email="autre@example.org")
    refused(question, place.registration, place)  # `place` was read before
    assert not AnswerFile.objects.exists()


RUNNERS = 4


def replacing_at_once(question, place) -> tuple[list[Exception], int]:
    """Four replace the same file at the same moment: what went wrong, and how many of their files are still there."""
    made = []

    def replace():
        made.append(hand_in_file(question, place.registration, place, file=pdf(), by=None))

    return errors_at_once(*[replace] * RUNNERS), sum(exists(one) for one in made)


@pytest.mark.django_db(transaction=True)
def test_files_handed_in_at_the_same_moment_leave_one():
    event = EventFactory()
    question, place = ask_file(event), come(event)
    before = give(question, place)
    assert replacing_at_once(question, place) == ([], 1)
    assert not exists(before)
    assert exists(AnswerFile.objects.get())


@pytest.mark.django_db(transaction=True)
def test_same_scenario_breaks_without_the_lock(monkeypatch):
    all_have_read, drop = threading.Barrier(RUNNERS, timeout=30), answer_files.drop_file

    def wait_and_drop(file):
        all_have_read.wait()
        drop(file)

    monkeypatch.setattr(locking, "lock_row", lambda queryset, pk: queryset.get(pk=pk))
    if connection.vendor == "sqlite":  # else beginning the transaction is a lock already
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    event = EventFactory()
    question, place = ask_file(event), come(event)
    give(question, place)
    monkeypatch.setattr(answer_files, "drop_file", wait_and_drop)
    errors, left = replacing_at_once(question, place)
    if connection.vendor == "sqlite":  # who read before another wrote is turned away: files are lost
        assert errors and {type(error) for error in errors} == {OperationalError}
    else:
        assert errors == [] and left > 1  # files that nobody knows of


def test_database_holds_one_file_for_each_question():
    event = EventFactory()
    question, place = ask_file(event), come(event)
    give(question, place)
    row = {"question": question, "registration": place.registration, "media_type": "x", "size": 1}
    for bad in ({"place": place, "file": "a.pdf"}, {"place": None, "file": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AnswerFile.objects.create(**row, **bad)


def test_history_names_neither_file_nor_person():
    event = EventFactory()
    question, place = ask_file(event), come(event)
    remove_file(give(question, place), by=None)
    entries = HistoryEntry.objects.filter(code__startswith="events.answer_file.").order_by("pk")
    assert [entry.code for entry in entries] == ["events.answer_file.handed_in", "events.answer_file.removed"]
    for entry in entries:
        assert set(entry.values) == {"organisation", "question"} and place.last_name not in str(entry.values)


def test_removed_file_is_erased_once():
    event = EventFactory()
    question, place = ask_file(event), come(event)
    handed_in = give(question, place)
    remove_file(handed_in, by=None)
    remove_file(handed_in, by=None)
    assert not AnswerFile.objects.exists()
    assert HistoryEntry.objects.filter(code="events.answer_file.removed").count() == 1


# --- Erased -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_somebody_else", [True, False])
def test_files_go_with_the_person_when_the_place_is_passed_on(is_somebody_else, django_capture_on_commit_callbacks):
    event = EventFactory()
    question, place = ask_file(event), come(event)
    handed_in = give(question, place)
    with django_capture_on_commit_callbacks(execute=True):
        change(place, **({"email": "autre@example.org"} if is_somebody_else else {"job_title": "Acheteuse"}))
    assert AnswerFile.objects.exists() is exists(handed_in) is not is_somebody_else


def test_files_go_with_their_question_and_with_those_that_depend_on_it(django_capture_on_commit_callbacks):
    event = EventFactory()
    first = ask(event, "Un", kind=QuestionKind.YES_NO)
    second = ask(event, "Deux", kind=QuestionKind.YES_NO, only_if=first, only_if_answer="yes")
    third = ask_file(event, "Trois", only_if=second, only_if_answer="yes")
    other = ask_file(event, "Quatre")
    place = come(event, answers={first.pk: ["yes"], second.pk: ["yes"]})
    gone, kept = give(third, place), give(other, place)
    with django_capture_on_commit_callbacks(execute=True):
        remove_question(first, by=None)
    assert not exists(gone) and exists(kept) and list(AnswerFile.objects.all()) == [kept]


def test_kind_stays_once_a_file_is_handed_in():
    event = EventFactory()
    question, place = ask_file(event), come(event)
    assert change_question(question, by=None, kind=QuestionKind.TEXT).kind == QuestionKind.TEXT
    change_question(question, by=None, kind=QuestionKind.FILE)
    give(question, place)
    with pytest.raises(RuleBroken) as broken:
        change_question(question, by=None, kind=QuestionKind.TEXT)
    assert broken.value.field == "kind"


def test_files_are_erased_with_the_names_those_of_organisations_too(django_capture_on_commit_callbacks):
    event = EventFactory()
    of_person, of_company = ask_file(event), ask_file(event, "Kbis", is_per_person=False)
    place = come(event)
    files = [give(of_person, place), give(of_company, place, of_organisation=True)]
    erase_old_attendees(event.ends_at + KEPT - timedelta(days=1))
    assert AnswerFile.objects.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        erase_old_attendees(event.ends_at + KEPT + timedelta(days=1))
    assert not AnswerFile.objects.exists() and not any(exists(one) for one in files)


def test_organisations_file_is_erased_where_nobody_was_named(django_capture_on_commit_callbacks):
    event = EventFactory()
    question = ask_file(event, is_per_person=False)
    seat = register_people(event, organisation=OrganisationFactory(), people=[Attendee()], by=None).places.get()
    handed_in = give(question, seat, of_organisation=True)
    with django_capture_on_commit_callbacks(execute=True):
        erase_old_attendees(event.ends_at + KEPT + timedelta(days=1))
    assert not AnswerFile.objects.exists() and not exists(handed_in)
    assert erase_old_attendees(event.ends_at + KEPT + timedelta(days=1)) == 0


def test_person_reads_what_they_handed_in_and_takes_it_along(django_capture_on_commit_callbacks):
    event, person = EventFactory(), PersonFactory()
    question, place = ask_file(event), come(event, email=person.email)
    handed_in = give(question, place)
    [told] = data_of(person)["files_handed_in"]
    assert (told["question__text"], told["size"]) == (question.text, 6)
    with django_capture_on_commit_callbacks(execute=True):
        erase_account(person, by=person)
    assert not AnswerFile.objects.exists() and not exists(handed_in)


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_own_person_hands_in_replaces_reads_and_removes(client):
    event, company = EventFactory(), OrganisationFactory()
    question, place = ask_file(event), come(event, company)
    client.force_login(member_of(company))
    address = page_of_place(place)
    mine = text_of(client.get(reverse("events:my_registrations")))
    assert "Il manque encore" in mine and "Attestation d’assurance" in mine and address in mine
    sent = client.post(address, {"question": question.pk, "file": upload(pdf_bytes(1), "Mon nom.pdf")})
    assert sent.status_code == 302 and sent.url == address
    handed_in = AnswerFile.objects.get()
    assert handed_in.media_type == "application/pdf" and "nom" not in handed_in.file.name.lower()
    assert "Il manque encore" not in text_of(client.get(reverse("events:my_registrations")))
    shown = text_of(client.get(address))
    assert "Déposé le" in shown and "Remplacer" in shown
    read = client.get(reverse("events:answer_file", args=[handed_in.pk]))
    assert b"".join(read.streaming_content).startswith(b"%PDF")
    assert read["Content-Disposition"].startswith('attachment; filename="attestation-dassurance-')
    assert read["X-Content-Type-Options"] == "nosniff" and "no-store" in read["Cache-Control"]
    assert client.post(reverse("events:remove_answer_file", args=[handed_in.pk])).url == address
    assert "Il manque encore" in text_of(client.get(address)) and not AnswerFile.objects.exists()


def test_organisations_page_takes_its_file(client):
    event, company = EventFactory(), OrganisationFactory()
    question, place = ask_file(event, is_per_person=False), come(event, company)
    address = reverse("events:registration_answers", args=[place.registration_id])
    client.force_login(member_of(company))
    assert address in text_of(client.get(reverse("events:my_registrations")))
    client.post(address, {"question": question.pk, "file": upload(docx_bytes(), "a.docx")})
    assert AnswerFile.objects.get().extension == "docx" and AnswerFile.objects.get().place is None
    assert "Déposé le" in text_of(client.get(address))


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (None, "obligatoire"),
        (lambda: upload(b"", "a.pdf"), "vide"),
        (lambda: upload(b"MZ\x90\x00 not a document", "a.pdf"), "Choisissez un PDF"),
        (lambda: upload(b"%PDF-1.7 broken", "a.pdf"), "PDF lisible"),
        (lambda: upload(b"<html><script>1</script>", "a.html"), "Choisissez un PDF"),
        (lambda: upload(b"PK\x03\x04 broken", "a.docx"), "document"),
        (lambda: upload(b"%PDF-" + bytes(MAX_BYTES), "a.pdf"), "20 Mo"),
    ],
)
def test_bad_file_is_refused_at_its_field_and_keeps_the_one_before(client, file, message):
    event, company = EventFactory(), OrganisationFactory()
    question, other, place = ask_file(event), ask_file(event, "Portrait"), come(event, company)
    before = give(question, place)
    client.force_login(member_of(company))
    data = {"question": question.pk} | ({"file": file()} if file else {})
    shown = text_of(client.post(page_of_place(place), data))
    at_field, at_other = (shown.partition(f'id="question-{one.pk}"')[2] for one in (question, other))
    assert message in at_field.replace("\u202f", " ") and "is-invalid" not in at_other
    assert AnswerFile.objects.get().file.name == before.file.name and exists(before)


def test_picture_is_written_anew(client):
    event, company = EventFactory(), OrganisationFactory()
    question, place = ask_file(event), come(event, company)
    client.force_login(member_of(company))
    client.post(page_of_place(place), {"question": question.pk, "file": upload(picture_bytes(), "a.png")})
    assert AnswerFile.objects.get().media_type == "image/webp"


@pytest.mark.parametrize("wanted", ["", "x", "999999999", "other"])
def test_question_that_is_not_asked_takes_nothing(client, wanted):
    event, company = EventFactory(), OrganisationFactory()
    place = come(event, company)
    ask_file(event)
    wanted = ask_file(EventFactory()).pk if wanted == "other" else wanted
    client.force_login(member_of(company))
    shown = text_of(client.post(page_of_place(place), {"question": wanted, "file": upload(pdf_bytes(1), "a.pdf")}))
    assert "pas demandé" in shown and not AnswerFile.objects.exists()


def test_page_says_why_nothing_can_be_handed_in_any_more(client):
    event, company = EventFactory(), OrganisationFactory()
    question, place = ask_file(event), come(event, company)
    handed_in = give(question, place)
    cancel_place(place, by=None)
    client.force_login(member_of(company))
    shown = text_of(client.get(page_of_place(place)))
    assert "Cette place a été rendue" in shown and 'type="file"' not in shown
    assert reverse("events:remove_answer_file", args=[handed_in.pk]) in shown  # what is there can be taken back


def test_only_their_people_and_the_coordination_see_files(client):
    event, company = EventFactory(), OrganisationFactory()
    holder, desk = PersonFactory(), PersonFactory()
    Reception.objects.create(event=event, person=desk)
    question, of_company = ask_file(event), ask_file(event, "Kbis", is_per_person=False)
    place = come(event, company, email=holder.email)
    one, whole = give(question, place), give(of_company, place, of_organisation=True)
    colleague, coordinator = member_of(company), coordinator_of(event.club)
    strangers = [member_of(OrganisationFactory()), coordinator_of(EventFactory().club), desk]
    for person in (holder, colleague, coordinator, administrator(), *strangers):
        client.force_login(person)
        is_one_seen = person not in strangers
        is_whole_seen = is_one_seen and person != holder
        got = [client.get(reverse("events:answer_file", args=[file.pk])).status_code for file in (one, whole)]
        assert got == [200 if is_one_seen else 404, 200 if is_whole_seen else 404]
        expected = 200 if is_one_seen else 403 if person == desk else 404
        assert client.get(page_of_place(place)).status_code == expected
        page = client.get(reverse("events:registration_answers", args=[place.registration_id]))
        assert page.status_code == (200 if is_whole_seen else 404)
    client.force_login(strangers[0])
    for file in (one, whole):
        assert client.post(reverse("events:remove_answer_file", args=[file.pk])).status_code == 404
    assert AnswerFile.objects.count() == 2
    client.logout()
    assert client.get(reverse("events:answer_file", args=[one.pk])).status_code == 302


def test_lost_file_is_not_found(client):
    event, company = EventFactory(), OrganisationFactory()
    question, place = ask_file(event), come(event, company)
    handed_in = give(question, place)
    handed_in.file.storage.delete(handed_in.file.name)
    client.force_login(member_of(company))
    assert client.get(reverse("events:answer_file", args=[handed_in.pk])).status_code == 404


def test_coordinators_see_in_list_and_spreadsheet_who_has_handed_in(client):
    event = EventFactory()
    exposes = ask(event, "Vous exposez ?", kind=QuestionKind.YES_NO)
    question = ask_file(event, only_if=exposes, only_if_answer="yes")
    ask_file(event, "Kbis", is_per_person=False)
    done, open_, free = (come(event, answers={exposes.pk: [said]}) for said in ("yes", "yes", "no"))
    give(question, done)
    client.force_login(coordinator_of(event.club))
    shown = text_of(client.get(f"/events/{event.slug}/registrations/"))
    assert shown.count("1 fichier manquant") == 4  # of a person one, of organisations three
    assert shown.count(reverse("events:registration_answers", args=[free.registration_id])) == 1
    assert page_of_place(open_) in shown and page_of_place(done) in shown and page_of_place(free) not in shown
    sheet = b"".join(client.get(f"/events/{event.slug}/registrations/csv/").streaming_content).decode()
    ends = {line.split(";")[0].strip('"\ufeff'): line.split(";")[-2:] for line in sheet.splitlines()}
    words = {place: [cell.strip('"') for cell in ends[place.last_name]] for place in (done, open_, free)}
    assert words == {done: ["déposé", "non déposé"], open_: ["non déposé", "non déposé"], free: ["", "non déposé"]}


def test_lists_ask_as_much_for_ten_as_for_two(client):
    event, company = EventFactory(capacity=50, organisation_cap=50), OrganisationFactory()
    exposes = ask(event, "Vous exposez ?", kind=QuestionKind.YES_NO)
    question = ask_file(event, only_if=exposes, only_if_answer="yes")
    whole = ask_file(event, "Kbis", is_per_person=False)
    member, coordinator = member_of(company), coordinator_of(event.club)

    def counts():
        found = []
        for person, address in (
            (member, reverse("events:my_registrations")),
            (coordinator, f"/events/{event.slug}/registrations/"),
            (coordinator, f"/events/{event.slug}/registrations/csv/"),
        ):
            client.force_login(person)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                response = client.get(address)
                b"".join(response.streaming_content) if response.streaming else response.content
            found.append(len(queries))
        return found

    def more(number):
        for _ in range(number):
            place = come(event, company, answers={exposes.pk: ["yes"]})
            give(question, place)
            give(whole, place, of_organisation=True)

    more(2)
    counts()  # what is read once for all
    few = counts()
    more(8)
    assert counts() == few and Registration.objects.count() == 10
