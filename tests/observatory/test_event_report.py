"""The report of an event: true to what happened, the same on the page, in the PDF and in the workbook, naming nobody."""

import io
import subprocess
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from events.actions import (
    add_proposal,
    answer_survey,
    close_survey,
    prepare_survey,
    release_survey,
)
from events.enums import Attendance, EventStatus, SurveyQuestionKind, Visibility
from events.models import SurveyInvitation
from introductions.actions import Terms, accept_introduction, ask_introduction, confirm_contract, state_contract
from memberships.actions import enrol_organisation
from observatory.event_reports import report_of
from tests.events.factories import BUYERS, EventFactory, SessionFactory, in_days, place_at
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of, reader_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def club():
    return ClubFactory()


@pytest.fixture
def event(club):
    ends_at = timezone.now() - timedelta(days=10)
    return EventFactory(
        club=club, starts_at=ends_at - timedelta(hours=3), ends_at=ends_at, title="Rencontre de mai", capacity=20,
        quotas={BUYERS: 8},
    )  # fmt: skip


def member(club, **fields):
    organisation = OrganisationFactory(**fields)
    enrol_organisation(organisation, club, by=None)
    return member_of(organisation)


def met(club, event, *, company=None, structure=None, confirmed=True, **terms):
    """An introduction that came out of the event, with a contract."""
    company = company or member(club)
    structure = structure or member(club, structure=True)
    for person in (company, structure):
        place_at(event, person.acting_for, listed=True, person=person, email=person.email)
    asked = ask_introduction(company.acting_for, structure.acting_for, by=company, subject="Suite", event=event)
    asked = accept_introduction(asked, by=structure)
    values = {"kind": "service", "starts_on": timezone.localdate(), "amount": Decimal(1000), **terms}
    contract = state_contract(asked, by=company, terms=Terms(**values))
    return confirm_contract(contract, by=structure) if confirmed else contract


def asked_what_they_thought(event, marks, text=""):
    for _ in marks:
        place_at(event, attendance=Attendance.PRESENT)
    survey = release_survey(prepare_survey(event, by=None), by=None)
    first = survey.questions.first()
    last = survey.questions.get(kind=SurveyQuestionKind.TEXT)
    for invitation, mark in zip(SurveyInvitation.objects.filter(survey=survey).order_by("pk"), marks, strict=False):
        answer_survey(invitation, {first.pk: mark, last.pk: text})
    return close_survey(survey, by=None)


def rows(event, code):
    table = report_of(event, timezone.now()).table(code)
    return [list(row) for row in table.rows] if table else None


def address(name, event, *args):
    return reverse(f"observatory:{name}", args=[event.slug, *args])


def text_of(response):
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ").replace("\u202f", " ").replace("&#x27;", "'")


# --- What it counts ---------------------------------------------------------------------------------------------------


def test_people_are_counted_by_audience_against_quotas_and_beside_the_members(club, event):
    member(club)
    buyer, structure = OrganisationFactory(), OrganisationFactory(structure=True)
    place_at(event, buyer, attendance=Attendance.PRESENT)
    place_at(event, buyer, attendance=Attendance.ABSENT)
    place_at(event, structure, attendance=Attendance.PRESENT, is_walk_in=True)
    place_at(event, waiting=True)
    place_at(event, OrganisationFactory(), status="cancelled")
    found = {row[0]: row[1:] for row in rows(event, "audiences")}
    # members, organisations, quota; registered, present, excused, absent, not noted, walk-ins
    assert found["Entreprises et acheteurs publics"][1:] == [1, 8, 2, 1, 0, 1, 0, 0]
    assert found["Structures"] == [0, 1, None, 1, 1, 0, 0, 0, 1]
    assert found["Total"][1:] == [2, 20, 3, 2, 0, 1, 0, 1]
    assert [row[1:3] for row in rows(event, "kinds")] == [[1, 2], [1, 1]]
    assert sorted(row[2:] for row in rows(event, "organisations")) == [[1, 1, 0, 0, 0, 1], [2, 1, 0, 1, 0, 0]]


def test_members_are_those_of_the_day_of_the_event(club, event):
    enrol_organisation(OrganisationFactory(), club, by=None)  # since today: it was none ten days ago
    assert rows(event, "audiences")[-1][1] == 0


def test_programme_stands_by_the_clock_of_the_place(club):
    starts_at = in_days(-10, hour=9, zone=ZoneInfo("Indian/Reunion"))
    event = EventFactory(club=club, time_zone="Indian/Reunion", starts_at=starts_at)
    SessionFactory(event=event, title="Plénière", speakers="Anne Martin", room="Salle A")
    assert rows(event, "programme") == [["09:00 – 09:30", "Plénière", "Plénière", "Salle A"]]


def test_only_contracts_confirmed_by_both_that_came_of_this_event_count_as_signed(club, event):
    met(club, event, amount=Decimal("1500.50"), hours_due=120, hours_done=30, jobs=2)
    met(club, event, kind="cdi", amount=None, jobs=1)
    met(club, event, confirmed=False, amount=Decimal(9))
    met(club, EventFactory(club=club, past=True), amount=Decimal(7))
    assert rows(event, "contracts")[-1] == ["Total", 2, Decimal("1500.50"), 120, 30, 3]
    assert [row[1] for row in rows(event, "contracts")] == [1, 1, 2]
    assert [row[1] for row in rows(event, "introductions")] == [3, 3, 0, 0, 2]


def test_satisfaction_is_told_from_five_answers_on_and_never_in_free_text(event):
    asked_what_they_thought(event, [4, 4, 5, 3, 5], text="Anne était parfaite")
    report = report_of(event, timezone.now())
    marks = {row[0]: row[1:] for row in report.table("marks").rows}
    assert marks["Dans l’ensemble, êtes-vous satisfait(e) de cette rencontre\xa0?"][:2] == [5, 4.2]
    assert "Anne" not in str(report)


def test_four_answers_are_not_told(event):
    asked_what_they_thought(event, [4, 4, 5, 3])
    assert rows(event, "marks") is None and rows(event, "answers") is None


def test_proposals_stand_with_their_owner_but_nobody_who_answers_for_them(event):
    owner = member_of(OrganisationFactory(name="Habitat"))
    add_proposal(event, by=None, axis="Liens", text="Tenir une liste", organisation=owner.acting_for, person=owner)
    (row,) = rows(event, "proposals")
    assert row == ["Liens", "Tenir une liste", "Habitat", "", "proposée"] and owner.last_name not in str(row)


def test_empty_tables_are_left_out(event):
    assert [table.code for table in report_of(event, timezone.now()).tables] == ["audiences"]


# --- Page, chart, PDF, workbook ---------------------------------------------------------------------------------------


def pdf_text(content):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_page_pdf_and_workbook_say_the_same(client, club, event):
    met(club, event, amount=Decimal("74800"), hours_due=1359, jobs=2)
    asked_what_they_thought(event, [4, 4, 5, 3, 5])
    client.force_login(coordinator_of(club))
    page = text_of(client.get(address("event_report", event)))
    pdf = client.get(address("event_report_pdf", event))
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    words = pdf_text(pdf.content)
    book = load_workbook(io.BytesIO(b"".join(client.get(address("event_report_xlsx", event)).streaming_content)))
    for text in (page, words):
        assert "Rencontre de mai" in text and "74 800 €" in text and "1 359 h" in text and "4,20" in text
    report = report_of(event, timezone.now())
    assert book.sheetnames == ["Événement", *(table.title[:31] for table in report.tables)]
    totals = [cell.value for cell in list(book["Contrats signés depuis"].rows)[2]]
    assert totals == ["Total", 1, 74800, 1359, 0, 2]
    for table in report.tables:
        assert table.title in page and table.title in words
        assert " ".join(table.note.split()[:3]) in page and " ".join(table.note.split()[:3]) in words


def test_same_report_gives_the_same_pdf(client, club, event):
    client.force_login(coordinator_of(club))
    one, other = (client.get(address("event_report_pdf", event)).content for _ in range(2))
    assert one == other


def test_strange_words_stand_in_the_pdf_as_they_are(client, club, event):
    event.title = "#set text(red) * _a_ $x$ 漢字 " + "L" * 100
    event.save()
    place_at(event, OrganisationFactory(name="=1+1 @import \\ [x]"))
    client.force_login(coordinator_of(club))
    words = pdf_text(client.get(address("event_report_pdf", event)).content)
    assert "#set text(red)" in words and "=1+1 @import \\ [x]" in words
    book = load_workbook(io.BytesIO(b"".join(client.get(address("event_report_xlsx", event)).streaming_content)))
    cells = [cell for row in book["Participation par organisation"].rows for cell in row]
    assert [cell.data_type for cell in cells if cell.value and str(cell.value).startswith("=")] == ["s"]


def test_chart_is_a_picture_without_script(client, club, event):
    place_at(event, attendance=Attendance.PRESENT)
    client.force_login(coordinator_of(club))
    response = client.get(address("event_report_chart", event, "audiences"))
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<svg" in response.content and b"<script" not in response.content
    for code in ("contracts", "organisations", "nothing"):
        assert client.get(address("event_report_chart", event, code)).status_code == 404


# --- Who may ----------------------------------------------------------------------------------------------------------

NAMES = ["event_report", "event_report_pdf", "event_report_xlsx"]


def test_report_is_for_the_coordination_and_the_readers_of_its_club(client, club, event):
    expected = {
        coordinator_of(club): 200, reader_of(club): 200, coordinator_of(ClubFactory()): 403,
        reader_of(ClubFactory()): 403, member(club): 403, PersonFactory(): 403,
    }  # fmt: skip
    for person, status in expected.items():
        client.force_login(person)
        assert [client.get(address(name, event)).status_code for name in NAMES] == [status] * 3
    client.logout()
    assert client.get(address("event_report", event)).url.startswith("/accounts/login/")


def test_draft_has_no_report_and_a_hidden_event_does_not_exist(client, club, event):
    event.visibility = Visibility.MEMBERS
    event.save()
    client.force_login(PersonFactory())
    assert client.get(address("event_report", event)).status_code == 404
    client.force_login(reader_of(club))
    page = text_of(client.get(address("event_report", event)))
    assert (
        event.title in page and event.get_absolute_url() not in page.partition("<main")[0].rpartition("breadcrumbs")[2]
    )
    event.status = EventStatus.DRAFT
    event.save()
    client.force_login(coordinator_of(club))
    assert client.get(address("event_report", event)).status_code == 404


def test_report_names_no_person(client, club, event):
    met(club, event)
    SessionFactory(event=event, speakers="Camille Oratrice")
    client.force_login(reader_of(club))
    page, pdf = client.get(address("event_report", event)), client.get(address("event_report_pdf", event))
    main = text_of(page).partition("<main")[2]
    for place in event.places.all():
        assert place.last_name not in main and place.email not in main and place.last_name not in pdf_text(pdf.content)
    assert "Oratrice" not in main and "Oratrice" not in pdf_text(pdf.content)


def test_event_page_links_to_the_report_for_those_who_may_open_it(client, club, event):
    for person, shown in [(coordinator_of(club), True), (reader_of(club), True), (member(club), False)]:
        client.force_login(person)
        assert (address("event_report", event) in text_of(client.get(event.get_absolute_url()))) is shown


def test_report_asks_as_often_for_much_as_for_little(client, club, event):
    client.force_login(coordinator_of(club))

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address("event_report", event)).status_code == 200
        return len(captured)

    met(club, event)
    asked()
    few = asked()
    for _ in range(4):
        met(club, event, kind="cdi", amount=None, jobs=1)
        place_at(event)
        SessionFactory(event=event)
    assert asked() == few <= 32
