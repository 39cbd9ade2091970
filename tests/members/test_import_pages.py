"""The import on the coordination desk: who may, what is refused, preview, import, what is to be decided."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core.pages import history_of
from members.actions.import_runs import (
    check_import,
    discard_import,
    erase_old_import_files,
    import_directory,
    resume_import,
    start_import,
    upload_import,
)
from members.actions.imports import Tally, import_table
from members.actions.organisations import update_organisation
from members.enums import ImportStatus
from members.importing.reading import open_table
from members.models import Difference, ImportRow, ImportRun, Organisation
from members.models.imports import KEPT_FOR, STALLED_AFTER
from tests.factories import (
    ClubFactory,
    CommuneFactory,
    OrganisationFactory,
    PersonFactory,
    administrator,
    coordinator_of,
    member_of,
    reader_of,
    siret,
)
from tests.members.factories import signed_in
from tests.members.importing import as_csv, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LIST, UPLOAD, DIFFERENCES = "/members/imports/", "/members/imports/upload/", "/members/differences/"
BAD = {"SIRET": "8,07469E+13", "Enseigne": "=1+1"}


@pytest.fixture(autouse=True)
def _pages_in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def club():
    CommuneFactory()
    return ClubFactory()


@pytest.fixture
def coordinator(club):
    return coordinator_of(club, language="en")


@pytest.fixture
def desk(client, coordinator):
    return signed_in(client, coordinator)


def directory() -> bytes:
    return as_csv([row(), row(SIRET=siret(5002), NAF=""), {**row(), **BAD}])


def upload(content: bytes, name="annuaire.csv"):
    return SimpleUploadedFile(name, content, content_type="text/csv")


@pytest.fixture
def run(club, coordinator):
    """An uploaded and checked file: two rows to create, one of them with a warning, and a refused one."""
    return check_import(upload_import(club, by=coordinator, upload=upload(directory())).pk)


def send(desk, content, django_capture_on_commit_callbacks, name="annuaire.csv", **data):
    with django_capture_on_commit_callbacks(execute=True):
        return desk.post(UPLOAD, {"file": upload(content, name), **data})


# --- The story --------------------------------------------------------------------------------------------------------


def test_import_page_previews_then_imports(desk, club, coordinator, django_capture_on_commit_callbacks):
    response = send(desk, directory(), django_capture_on_commit_callbacks, club=club.pk)
    run = ImportRun.objects.get()
    assert response.url == run.get_absolute_url() == f"/members/imports/{run.pk}/"
    assert (run.status, run.total, run.done) == (ImportStatus.CHECKED, 3, 3)
    assert not Organisation.objects.exists()
    page = desk.get(response.url).content.decode()
    assert "Import now" in page and "A spreadsheet has shortened the SIRET" in page and "No NAF code." in page
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(f"{response.url}start/").url == response.url
    run.refresh_from_db()
    assert (run.status, run.done, run.by) == (ImportStatus.DONE, 3, coordinator)
    assert run.counts == {"created": 2, "updated": 0, "unchanged": 0, "refused": 1, "warned": 1}
    assert club.organisations.filter(is_listed=True).count() == 2
    page = desk.get(response.url).content.decode()
    assert "Import now" not in page
    assert Organisation.objects.first().get_absolute_url() in page


def test_import_page_gives_the_verdicts_of_the_command(run, club, coordinator):
    outcomes = []
    table = open_table(io.BytesIO(directory()))
    import_table(
        table, tally=Tally(), by=None, club=club, filename="annuaire.csv", write=False, each=outcomes.extend
    )  # fmt: skip
    kept = [(r.number, r.verdict, r.findings) for r in run.rows.all()]
    assert kept == [(o.number, o.verdict, [found.as_json() for found in o.findings]) for o in outcomes]


@pytest.mark.parametrize(
    ("shown", "lines"), [("", [2, 3, 4]), ("created", [2, 3]), ("refused", [4]), ("warned", [3]), ("wrong", [2, 3, 4])]
)
def test_import_page_shows_the_rows_of_a_verdict(desk, run, shown, lines):
    response = desk.get(run.get_absolute_url(), {"verdict": shown})
    assert [found.number for found, _verdict, _findings in response.context["rows"]] == lines


def test_import_rejects_are_a_file_to_mend(desk, run):
    response = desk.get(f"/members/imports/{run.pk}/refused.csv")
    assert response["Content-Disposition"] == 'attachment; filename="annuaire-refused-rows.csv"'
    header, refused = csv.reader(response.content.decode("utf-8-sig").splitlines(), delimiter=";")
    assert header[-1] == "Reason for refusal" and header[0] == "Raison sociale"
    assert refused[header.index("Enseigne")] == "'=1+1"
    assert "shortened" in refused[-1]


def test_import_page_shows_how_far_it_has_come_and_offers_a_link_without_javascript(desk, run):
    ImportRun.objects.update(status=ImportStatus.IMPORTING, done=1, moved_at=timezone.now())
    page = desk.get(run.get_absolute_url()).content.decode()
    assert 'hx-trigger="every 2s"' in page and "1 of 3" in page and "See how far it has come" in page
    assert "Import now" not in page and "Throw this file away" not in page


def test_import_twice_gives_the_same_as_once(desk, run, coordinator):
    start_import(run, by=coordinator)
    import_directory(run.pk)
    import_directory(run.pk)
    assert Organisation.objects.count() == 2
    response = desk.post(f"/members/imports/{run.pk}/start/", follow=True)
    assert "cannot be started now" in response.content.decode()
    assert len([e for e in history_of(run) if e.code == "members.import.started"]) == 1


def test_check_twice_gives_the_same_as_once(run):
    rows = list(run.rows.values())
    assert check_import(run.pk).status == ImportStatus.CHECKED
    assert list(run.rows.values()) == rows


# --- Bad files --------------------------------------------------------------------------------------------------------


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (3, 3)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"x" * (20 * 1024 * 1024), "annuaire.csv", "larger than 10 MB"),
        (picture(), "annuaire.csv", "This file is a picture"),
        (b"%PDF-1.7", "annuaire.xlsx", "This file is a PDF"),
        (b"Bonjour", "annuaire.csv", "No known column"),
        (b"SIRET;Ville\n1;Nanterre", "annuaire.csv", "columns are missing"),
        (b"", "annuaire.csv", "This file is empty"),
    ],
    ids=["20 MB", "picture", "PDF", "no CSV", "columns missing", "empty"],
)
def test_upload_that_is_no_directory_is_refused_at_its_field_and_keeps_the_club(
    desk, coordinator, content, name, words
):
    other = ClubFactory(name="Autre club")
    coordinator.club_roles.create(club=other, kind="coordinator")
    response = desk.post(UPLOAD, {"file": upload(content, name), "club": other.pk})
    form = response.context["form"]
    assert response.status_code == 200
    assert words in form.errors["file"][0]
    assert form["club"].value() == str(other.pk)
    assert not ImportRun.objects.exists()


def test_upload_without_a_file_is_refused(desk, club):
    assert "file" in desk.post(UPLOAD, {"club": club.pk}).context["form"].errors


def test_upload_for_another_club_is_refused(desk):
    response = desk.post(UPLOAD, {"file": upload(directory()), "club": ClubFactory().pk})
    assert "club" in response.context["form"].errors
    assert not ImportRun.objects.exists()


def test_upload_is_stored_under_a_name_that_says_nothing(run):
    assert run.filename == "annuaire.csv"
    assert run.file.name.startswith("imports/") and "annuaire" not in run.file.name


def test_upload_is_not_kept_where_pictures_are_served(run):
    assert run.file.storage.exists(run.file.name)
    assert not default_storage.exists(run.file.name)


def test_file_that_breaks_off_ends_as_unreadable(desk, club, django_capture_on_commit_callbacks):
    send(desk, directory() + b'"' + b"x" * 200_000, django_capture_on_commit_callbacks, club=club.pk)
    run = ImportRun.objects.get()
    assert run.status == ImportStatus.FAILED and "line 5" in run.error
    assert "Import now" not in desk.get(run.get_absolute_url()).content.decode()


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_import_is_for_coordinators(client, club, run):
    member = member_of(OrganisationFactory())
    for person in (member, reader_of(club), PersonFactory()):
        signed_in(client, person)
        assert [client.get(url).status_code for url in (LIST, DIFFERENCES)] == [403, 403]
        assert client.post(UPLOAD, {"file": upload(directory())}).status_code == 403
        for verb in ("", "refused.csv"):
            assert client.get(f"/members/imports/{run.pk}/{verb}").status_code == 404
        for verb in ("start/", "resume/", "discard/"):
            assert client.post(f"/members/imports/{run.pk}/{verb}").status_code == 404
    client.logout()
    assert client.get(LIST).status_code == 302


def test_import_of_another_club_is_not_to_be_found(client, run):
    signed_in(client, coordinator_of(ClubFactory()))
    assert client.get(run.get_absolute_url()).status_code == 404
    assert client.post(f"/members/imports/{run.pk}/start/").status_code == 404
    assert list(client.get(LIST).context["page"].object_list) == []


def test_administrators_see_every_import(client, run):
    signed_in(client, administrator())
    assert client.get(run.get_absolute_url()).status_code == 200


def test_import_is_never_started_by_a_get(desk, run):
    for verb in ("start", "resume", "discard"):
        assert desk.get(f"/members/imports/{run.pk}/{verb}/").status_code == 405
    assert desk.get(UPLOAD).status_code == 405


# --- Lost workers, old files ------------------------------------------------------------------------------------------


def test_import_at_work_is_not_taken_up_again(desk, run):
    ImportRun.objects.update(status=ImportStatus.IMPORTING, moved_at=timezone.now())
    response = desk.post(f"/members/imports/{run.pk}/resume/", follow=True)
    assert "still at work" in response.content.decode()


def test_stalled_import_can_be_started_again(desk, run, coordinator):
    ImportRun.objects.update(status=ImportStatus.IMPORTING, moved_at=timezone.now() - 2 * STALLED_AFTER)
    assert "Take it up again" in desk.get(run.get_absolute_url()).content.decode()
    assert resume_import(run, by=coordinator).status == ImportStatus.CHECKED
    start_import(run, by=coordinator)
    assert import_directory(run.pk).status == ImportStatus.DONE


def test_stalled_check_is_done_again(desk, run, django_capture_on_commit_callbacks):
    ImportRun.objects.update(status=ImportStatus.CHECKING, moved_at=timezone.now() - 2 * STALLED_AFTER)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"/members/imports/{run.pk}/resume/")
    run.refresh_from_db()
    assert (run.status, run.done) == (ImportStatus.CHECKED, 3)


def test_import_that_stops_half_way_can_be_started_again(run, coordinator):
    start_import(run, by=coordinator)
    with run.file.open("rb") as content:
        kept = content.read()
    run.file.storage.delete(run.file.name)
    with pytest.raises(FileNotFoundError):
        import_directory(run.pk)
    run.refresh_from_db()
    assert run.status == ImportStatus.CHECKED and "start it again" in run.error
    run.file.storage.save(run.file.name, SimpleUploadedFile("x", kept))
    start_import(run, by=coordinator)
    assert import_directory(run.pk).status == ImportStatus.DONE


def test_discarded_upload_leaves_nothing_behind(desk, run, club, django_capture_on_commit_callbacks):
    storage, name = run.file.storage, run.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(f"/members/imports/{run.pk}/discard/").url == LIST
    assert not ImportRun.objects.exists() and not ImportRow.objects.exists() and not storage.exists(name)
    assert history_of(club)[0].code == "members.import.discarded"


def test_imported_file_cannot_be_discarded(desk, run, coordinator):
    start_import(run, by=coordinator)
    import_directory(run.pk)
    desk.post(f"/members/imports/{run.pk}/discard/")
    assert ImportRun.objects.exists()


def test_old_files_are_erased_and_their_counts_stay(desk, run, django_capture_on_commit_callbacks):
    storage, name = run.file.storage, run.file.name
    assert erase_old_import_files() == 0
    ImportRun.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_old_import_files() == 1
    assert not storage.exists(name)
    assert erase_old_import_files() == 0
    run.refresh_from_db()
    assert (run.counts["created"], run.rows.count(), run.file.name) == (2, 0, "")
    page = desk.get(run.get_absolute_url()).content.decode()
    assert "no longer kept" in page and "Import now" not in page
    desk.post(f"/members/imports/{run.pk}/start/")
    assert not Organisation.objects.exists()


def test_discarding_is_a_rule_of_the_moment(run, coordinator):
    assert discard_import(run, by=coordinator) == run.club


# --- What is to be decided --------------------------------------------------------------------------------------------


@pytest.fixture
def difference(run, coordinator, club):
    """A member has written another phone number than a later file."""
    start_import(run, by=coordinator)
    import_directory(run.pk)
    organisation = Organisation.objects.get(siret=row()["SIRET"])
    update_organisation(organisation, by=member_of(organisation), phone="+33147000000")
    content = as_csv([row(Téléphone="0140123456")])
    later = upload_import(club, by=coordinator, upload=upload(content))
    check_import(later.pk)
    assert not Difference.objects.exists()  # a check asks nothing
    start_import(later, by=coordinator)
    import_directory(later.pk)
    return Difference.objects.get()


def test_difference_is_shown_and_can_be_taken(desk, difference):
    page = desk.get(DIFFERENCES).content.decode()
    assert "+33147000000" in page and "+33140123456" in page
    assert desk.post(f"/members/differences/{difference.pk}/take/").url == DIFFERENCES
    organisation = difference.organisation
    organisation.refresh_from_db()
    assert organisation.phone == "+33140123456" and "phone" not in organisation.edited_fields
    assert history_of(organisation)[0].code == "members.difference.taken"
    assert "Nothing to decide" in desk.get(DIFFERENCES).content.decode()


def test_difference_can_be_kept(desk, difference, coordinator):
    desk.post(f"/members/differences/{difference.pk}/keep/")
    difference.refresh_from_db()
    assert (difference.organisation.phone, difference.is_taken) == ("+33147000000", False)
    assert difference.decided_by == coordinator


def test_difference_decided_twice_changes_nothing_the_second_time(desk, difference):
    for _time in range(2):
        desk.post(f"/members/differences/{difference.pk}/keep/")
    response = desk.post(f"/members/differences/{difference.pk}/take/", follow=True)
    assert "already been decided otherwise" in response.content.decode()
    assert difference.organisation.phone == "+33147000000"
    assert [e.code for e in history_of(difference.organisation)].count("members.difference.kept") == 1


def test_difference_of_an_address_moves_the_point(desk, difference):
    CommuneFactory(insee_code="92004", name="Asnières-sur-Seine", folded_name="asnieres sur seine", codes=["92600"],
                   latitude=48.915, longitude=2.287)  # fmt: skip
    Difference.objects.update(field="city", theirs="Asnières-sur-Seine")
    desk.post(f"/members/differences/{difference.pk}/take/")
    difference.organisation.refresh_from_db()
    assert difference.organisation.commune_id == "92004"


def test_difference_of_another_club_is_not_to_be_found(client, difference):
    signed_in(client, coordinator_of(ClubFactory()))
    assert list(client.get(DIFFERENCES).context["page"].object_list) == []
    assert client.post(f"/members/differences/{difference.pk}/take/").status_code == 404


def test_difference_that_a_newer_file_replaced_says_so(desk, difference):
    Difference.objects.filter(pk=difference.pk).delete()
    assert desk.post(f"/members/differences/{difference.pk}/take/").status_code == 404


# --- Queries ----------------------------------------------------------------------------------------------------------


def queries(desk, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(url).status_code == 200
    return len(captured)


def test_import_lists_need_the_same_queries_for_one_row_and_for_three(desk, run, difference, coordinator, club):
    desk.get(LIST)
    before = [queries(desk, url) for url in (LIST, DIFFERENCES, run.get_absolute_url())]
    for number in range(2):
        ImportRun.objects.create(club=club, by=PersonFactory(), filename="x.csv", file="imports/x.csv")
        organisation = OrganisationFactory()
        organisation.clubs.add(club)
        Difference.objects.create(organisation=organisation, field="naf", theirs="8121Z", found_at=timezone.now())
        ImportRow.objects.create(run=run, number=90 + number, verdict="created", organisation=organisation)
    assert [queries(desk, url) for url in (LIST, DIFFERENCES, run.get_absolute_url())] == before


def test_import_addresses_are_those_others_rely_on(run):
    assert reverse("members:import_list") == LIST
    assert reverse("members:difference_list") == DIFFERENCES
