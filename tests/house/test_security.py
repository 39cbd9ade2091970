"""What every answer carries, what no request can do: policy headers, forged forms, GETs that write, ways out, formulas."""

import csv
import io

import openpyxl
import pytest
from django.conf import settings
from django.core.files.storage import default_storage, storages
from django.test import Client
from django.urls import get_resolver, reverse

from core.uploads import clean_picture
from members.models import Organisation
from tests.demo import demo_person
from tests.house import addresses
from tests.house.things import person_of, picture_file

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("https://evil.example","x")'
ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example/", "///evil.example", "javascript:alert(1)"]


# --- Headers ----------------------------------------------------------------------------------------------------------


def test_every_answer_carries_the_strict_policy(visited):
    policies = {answer.headers.get("Content-Security-Policy", "none") for answer in visited.answers}
    assert len(policies) == 1
    [policy] = policies
    assert "unsafe" not in policy and "*" not in policy
    for directive in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
        assert directive in policy


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_carries_the_header(visited, header, value):
    without = [str(answer) for answer in visited.answers if answer.headers.get(header) != value]
    assert without == []


def test_pages_of_a_person_are_not_kept_by_shared_caches(visited):
    """What depends on who asks says so, so that a proxy gives it to nobody else."""
    kept = [
        str(answer)
        for answer in visited.answers
        if answer.role != "visitor"
        and answer.word == "ok"
        and "Cookie" not in answer.headers.get("Vary", "")
        and "private" not in answer.headers.get("Cache-Control", "")
        and answer.call.name not in {"health", "events:feed"}  # say the same to everybody
    ]
    assert kept == []


# --- Forged requests --------------------------------------------------------------------------------------------------


def test_no_address_acts_without_the_token_of_a_form(things):
    client = Client(enforce_csrf_checks=True)
    client.force_login(demo_person("admin"))
    acting = [call for call in addresses.calls(things) if "POST" in addresses.methods_of(call.name)]
    assert len(acting) > 60
    answers = {call.label: client.post(call.url, call.data).status_code for call in acting}
    assert {label: status for label, status in answers.items() if status != 403} == {}


@pytest.mark.parametrize("name", ["set_language", "account_login", "account_logout", "account_signup"])
def test_no_address_of_packages_acts_without_the_token_of_a_form(db, name):
    assert Client(enforce_csrf_checks=True).post(reverse(name)).status_code == 403


def test_no_view_is_exempt_from_the_token_of_a_form_but_the_one_that_is_signed():
    """News of the payment provider bear its signature, without which they are refused (see tests/billing/test_online)."""
    exempt = [name for name in addresses.names() if getattr(addresses.view_of(name), "csrf_exempt", False)]
    assert exempt == ["billing:stripe_webhook"]


# --- GET never writes -------------------------------------------------------------------------------------------------


def test_get_writes_nothing(visited):
    """But sessions: a message that waits to be shown, a club that was chosen."""
    written = {
        f"{answer}: {statement[:120]}"
        for answer in visited.answers
        if answer.method == "GET"
        for statement in answer.writes
        if "django_session" not in statement
    }
    assert not written, "\n".join(sorted(written))


def test_writing_is_noticed(visited):
    """The watch over GET really sees statements."""
    assert sum(bool(answer.writes) for answer in visited.answers if answer.method == "POST") > 50


# --- Ways out ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("name", ["members:choose_club", "members:choose_organisation", "set_language"])
def test_redirects_stay_on_this_site(things, client, name, target):
    client.force_login(demo_person("directrice"))
    data = {"next": target, "club": things.club.slug, "organisation": things.company.pk, "language": "fr"}
    for headers in ({}, {"referer": target}):
        response = client.post(reverse(name), data, headers=headers)
        assert response.status_code == 302
        location = response["Location"]
        assert location.startswith("/") and not location.startswith(("//", "/\\")), location


@pytest.mark.parametrize("target", ELSEWHERE)
def test_sign_in_leads_to_this_site(things, client, target):
    client.force_login(demo_person("directrice"))
    location = client.get(reverse("account_login"), {"next": target})["Location"]
    assert location.startswith("/") and not location.startswith(("//", "/\\")), location


# --- Uploads ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def media(monkeypatch):
    """Serve what these tests uploaded, wherever the addresses were read first."""
    [pattern] = [entry for entry in get_resolver().url_patterns if getattr(entry, "name", "") == "media"]
    monkeypatch.setitem(pattern.default_args, "document_root", settings.MEDIA_ROOT)


def test_uploaded_picture_is_served_as_a_picture_and_nothing_else(things, client, media):
    response = client.get(things.picture.image.url)
    assert b"WEBP" in b"".join(response.streaming_content)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_uploaded_directory_is_served_to_nobody(things, client, media):
    """It holds people's names and addresses; its coordinators read its rows on the import's page."""
    assert things.import_run.file.storage is storages["private"]
    for role in ("visitor", "coordinator", "administrator"):
        if person := person_of(role):
            client.force_login(person)
        response = client.get(settings.MEDIA_URL + things.import_run.file.name)
        assert response.status_code == 404


def test_stored_names_say_nothing_of_the_sender(things):
    assert "annuaire" not in things.import_run.file.name
    assert default_storage.exists(things.picture.image.name)
    assert clean_picture(picture_file()).name.endswith(".webp")


# --- Formulas ---------------------------------------------------------------------------------------------------------

EXPORTS = [
    "memberships:export_contacts",
    "events:registration_export",
    "introductions:export_introductions",
    "introductions:export_contracts",
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", EXPORTS)
def test_export_runs_no_formula(things, client, name, form):
    Organisation.objects.filter(pk=things.company.pk).update(name=FORMULA, trade_name="", sort_name="a")
    client.force_login(demo_person("coordination"))
    args = {EXPORTS[0]: (), EXPORTS[1]: (things.event.slug, form)}.get(name, (form,))
    response = client.get(reverse(name, args=args), {"format": form, "club": things.club.slug})
    cells = cells_of(b"".join(response.streaming_content), form)
    typed = [cell for cell in cells if "HYPERLINK" in str(getattr(cell, "value", cell))]
    assert typed, "the organisation is in the table"
    assert [cell for cell in typed if is_formula(cell)] == []


def test_refused_rows_run_no_formula(things, client):
    """The file of refused rows gives back what was written by others."""
    client.force_login(demo_person("coordination"))
    things.import_run.rows.update(verdict="refused", cells=["1", FORMULA, "EI", "92000", "Nanterre"])
    response = client.get(reverse("members:import_rejects", args=[things.import_run.pk]))
    typed = [cell for cell in cells_of(response.content, "csv") if "HYPERLINK" in cell]
    assert typed and [cell for cell in typed if is_formula(cell)] == []


def test_open_data_runs_no_formula(things, client):
    response = client.get(reverse("observatory:data"))
    cells = cells_of(b"".join(response.streaming_content), "csv")
    assert cells and [cell for cell in cells if cell.startswith(("=", "@", "+"))] == []


def cells_of(content: bytes, form: str) -> list:
    """All cells; of a workbook the ones that would be calculated are given as « =… », typed text as it stands."""
    if form == "csv":
        return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";") for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]


def is_formula(cell) -> bool:
    if isinstance(cell, str):
        return cell.lstrip().startswith(("=", "+", "-", "@"))
    return cell.data_type == "f"


def test_files_that_are_taken_away_are_attachments(visited):
    shown = [
        str(answer)
        for answer in visited.answers
        if answer.word == "ok"
        and answer.headers.get("Content-Type", "").partition(";")[0]
        in {"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        and not answer.headers.get("Content-Disposition", "").startswith("attachment")
    ]
    assert shown == []
