"""`manage.py import_organisations`: what it prints, writes, and how it ends."""

import csv

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from core.models import HistoryEntry
from members.models import Organisation
from members.reference import STRUCTURES_FILE, load_reference
from tests.factories import ClubFactory, CommuneFactory, siret
from tests.members.importing import HEADER, as_csv, row, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def club():
    CommuneFactory()
    return ClubFactory(slug="club-92")


@pytest.fixture
def directory(tmp_path):
    """Two good rows, a refused one with a formula, a warned one."""
    path = tmp_path / "annuaire.csv"
    rows = [
        row(), row(SIRET=siret(5002)), row(SIRET="8,07469E+13", Enseigne="=cmd|' /C calc'!A0", Téléphone="+33 1 40 12 34 56"),
        row(SIRET=siret(5003), NAF=""),
    ]  # fmt: skip
    path.write_bytes(as_csv(rows, header=[*HEADER, "Remarque"], encoding="cp1252"))
    return path


def test_command_imports_for_a_club_and_tells_what_became_of_the_rows(club, directory, capsys):
    call_command("import_organisations", str(directory), "--club", "club-92")
    told = capsys.readouterr().out
    assert club.organisations.count() == 3
    assert "Columns left aside: Remarque" in told
    assert "line 4 · refused · A spreadsheet has shortened the SIRET to 8,07469E+13" in told
    counts = [line.split(maxsplit=1) for line in told.splitlines() if line.startswith(" ")]
    assert ["3", "created"] in counts and ["1", "refused"] in counts and ["1", "with a warning"] in counts
    assert ["1", "No NAF code"] in counts and ["1", "SIRET shortened by a spreadsheet"] in counts
    assert HistoryEntry.objects.get(code="members.directory.imported").by is None


def test_command_run_again_changes_nothing(club, directory, capsys):
    call_command("import_organisations", str(directory), "--club", "club-92")
    before, entries = list(Organisation.objects.order_by("pk").values()), HistoryEntry.objects.count()
    call_command("import_organisations", str(directory), "--club", "club-92")
    assert list(Organisation.objects.order_by("pk").values()) == before
    assert HistoryEntry.objects.count() == entries
    assert "      3 unchanged" in capsys.readouterr().out


def test_command_dry_run_writes_nothing(club, directory, capsys):
    call_command("import_organisations", str(directory), "--club", "club-92", "--dry-run")
    told = capsys.readouterr().out
    assert "      3 created" in told and "Nothing was written" in told
    assert (Organisation.objects.count(), HistoryEntry.objects.count()) == (0, 0)


def test_command_writes_the_refused_rows_safe_for_spreadsheets(club, directory, tmp_path):
    rejects = tmp_path / "refused.csv"
    call_command("import_organisations", str(directory), "--rejects", str(rejects), verbosity=0)
    text = rejects.read_bytes().decode("utf-8-sig")
    header, *rows = csv.reader(text.splitlines(), delimiter=";")
    assert header == [*HEADER, "Remarque", "Reason for refusal"]
    (refused,) = rows
    assert refused[1] == "'=cmd|' /C calc'!A0"
    assert refused[HEADER.index("Téléphone")] == "'+33 1 40 12 34 56"
    assert refused[HEADER.index("Latitude")] == "48.89"
    assert "shortened" in refused[-1]


def test_command_rejects_can_be_mended_and_imported_again(club, directory, tmp_path):
    rejects = tmp_path / "refused.csv"
    call_command("import_organisations", str(directory), "--rejects", str(rejects), verbosity=0)
    mended = rejects.read_bytes().replace(b"8,07469E+13", siret(5009).encode())
    tally, outcomes = run(mended)
    assert tally.verdicts["created"] == 1
    assert outcomes[0].organisation.trade_name == "=cmd|' /C calc'!A0"
    assert outcomes[0].organisation.phone == "+33140123456"


def test_command_says_why_in_french_by_default(club, directory, tmp_path):
    rejects = tmp_path / "refus.csv"
    with translation.override(settings.LANGUAGE_CODE):
        call_command("import_organisations", str(directory), "--rejects", str(rejects), verbosity=0)
    header, refused = rejects.read_text("utf-8-sig").splitlines()
    assert header.endswith(";Motif du refus")
    assert "Un tableur a abrégé le SIRET en 8,07469E+13" in refused


def test_command_without_refused_rows_leaves_the_header_only(club, tmp_path):
    path, rejects = tmp_path / "good.csv", tmp_path / "refused.csv"
    path.write_bytes(as_csv([row()]))
    call_command("import_organisations", str(path), "--rejects", str(rejects), verbosity=0)
    assert len(rejects.read_text("utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["absent.csv"], "absent.csv"),
        (["{directory}", "--club", "nowhere"], "No club “nowhere”. Known: club-92."),
        (["{picture}"], "picture"),
        (["{directory}", "--rejects", "/nowhere/at/all.csv"], "/nowhere/at/all.csv"),
    ],
)
def test_command_fails_with_a_sentence_and_imports_nothing(club, directory, tmp_path, arguments, words):
    picture = tmp_path / "photo.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    arguments = [argument.format(directory=directory, picture=picture) for argument in arguments]
    with pytest.raises(CommandError, match=words):
        call_command("import_organisations", *arguments, verbosity=0)
    assert not Organisation.objects.exists()


def test_command_keeps_what_came_before_the_place_where_a_file_breaks_off(club, tmp_path, capsys):
    path = tmp_path / "broken.csv"
    path.write_bytes(as_csv([row(), row(SIRET=siret(5002))]) + b'"' + b"x" * 200_000)
    with pytest.raises(CommandError, match="beyond line 4"):
        call_command("import_organisations", str(path))
    assert Organisation.objects.count() == 2
    assert "      2 created" in capsys.readouterr().out


def test_command_imports_the_real_structures(capsys):
    ClubFactory(slug="club-92")
    load_reference(departments=["38", "60", "78", "80", "92", "93", "974"])
    call_command("import_organisations", str(STRUCTURES_FILE), "--club", "club-92")
    assert "    367 created" in capsys.readouterr().out
