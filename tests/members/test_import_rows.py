"""What becomes of each kind of row, and what an import never does."""

import gc
import io
import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from stdnum import luhn

from core.models import HistoryEntry, HistorySubject
from core.pages import history_of
from members.actions.differences import keep_difference, take_difference
from members.actions.imports import Tally, import_table
from members.actions.organisations import update_organisation
from members.enums import PointSource, Verdict
from members.importing.findings import REFUSALS, SENTENCES, SUMMARIES, WARNINGS
from members.importing.reading import open_table
from members.models import Difference, Organisation
from members.reference import STRUCTURES_FILE, load_reference
from tests.factories import (
    ClubFactory,
    CommuneFactory,
    OrganisationFactory,
    PersonFactory,
    SectorFactory,
    TerritoryFactory,
    member_of,
    siret,
)
from tests.members.importing import HEADER, as_csv, codes, row, run

pytestmark = pytest.mark.django_db

CREATED, UPDATED, UNCHANGED, REFUSED = Verdict.CREATED, Verdict.UPDATED, Verdict.UNCHANGED, Verdict.REFUSED


@pytest.fixture
def places():
    CommuneFactory()
    CommuneFactory(insee_code="92004", name="Asnières-sur-Seine", folded_name="asnieres sur seine", codes=["92600"],
                   latitude=48.915, longitude=2.287)  # fmt: skip
    CommuneFactory(insee_code="01004", name="Ambérieu-en-Bugey", folded_name="amberieu en bugey", codes=["01500"],
                   department=TerritoryFactory(code="01", name="Ain"), latitude=45.96, longitude=5.38)  # fmt: skip
    CommuneFactory(insee_code="98818", name="Nouméa", folded_name="noumea", codes=["98800"],
                   department=TerritoryFactory(code="988", name="Nouvelle-Calédonie"),
                   latitude=None, longitude=None)  # fmt: skip
    SectorFactory(name="Menuiserie")
    SectorFactory(name="Maraîchage, légumerie, conserverie")


@pytest.fixture
def club():
    return ClubFactory(name="Club 92", slug="club-92")


def with_zero() -> str:
    """A SIRET that begins with a zero."""
    digits = "05552013"
    digits += luhn.calc_check_digit(digits)
    digits += "0001"
    return digits + luhn.calc_check_digit(digits)


# --- The dirty file: one row of each kind -----------------------------------------------------------------------------

FAR = {"Latitude": "43.3", "Longitude": "5.4"}
DIRTY = [
    # (what is wrong, changes to a good row, verdict, findings)
    ("nothing", {}, CREATED, set()),
    ("no name", {"Raison sociale": ""}, REFUSED, {"no_name"}),
    ("a name of dashes", {"Raison sociale": "---"}, REFUSED, {"no_name"}),
    ("an endless name", {"Raison sociale": "x" * 161}, REFUSED, {"name_too_long"}),
    ("no SIRET", {"SIRET": ""}, REFUSED, {"no_siret"}),
    ("spaces in the SIRET", {"SIRET": "SPACED"}, CREATED, set()),
    ("an apostrophe", {"SIRET": "'GOOD"}, CREATED, set()),
    ("a shortened SIRET, comma", {"SIRET": "8,07469E+13"}, REFUSED, {"siret_shortened"}),
    ("a shortened SIRET, point", {"SIRET": "8.07469E+13"}, REFUSED, {"siret_shortened"}),
    ("a SIREN", {"SIRET": "807469317"}, REFUSED, {"siret_siren"}),
    ("a digit too few", {"SIRET": "8074693170001"}, REFUSED, {"siret_length"}),
    ("a lost zero", {"SIRET": with_zero()[1:]}, CREATED, {"siret_padded"}),
    ("a bad key", {"SIRET": "80746931700019"}, REFUSED, {"siret_key"}),
    ("a letter O", {"SIRET": "8O746931700018"}, REFUSED, {"siret_characters"}),
    ("La Poste", {"SIRET": "35600000049837"}, CREATED, set()),
    ("no kind", {"Type": ""}, REFUSED, {"no_kind"}),
    ("an unknown kind", {"Type": "Boulangerie"}, REFUSED, {"unknown_kind"}),
    ("a vague kind", {"Type": "SIAE"}, REFUSED, {"vague_kind"}),
    ("two kinds", {"Type": "ACI / EI"}, REFUSED, {"several_kinds"}),
    ("a kind in words", {"Type": "Entreprise d'insertion"}, CREATED, set()),
    ("name, SIRET and kind all wrong", {"Raison sociale": "", "SIRET": "1", "Type": "?"}, REFUSED,
     {"no_name", "siret_length", "no_kind"}),
    ("no NAF", {"NAF": ""}, CREATED, {"no_naf"}),
    ("NAF with a dot", {"NAF": "81.21z"}, CREATED, set()),
    ("a bad NAF", {"NAF": "nettoyage"}, CREATED, {"bad_naf"}),
    ("no point", {"Latitude": "", "Longitude": ""}, CREATED, {"no_point"}),
    ("half a point", {"Longitude": ""}, CREATED, {"bad_point"}),
    ("a point in metres", {"Latitude": "6862000", "Longitude": "652000"}, CREATED, {"bad_point"}),
    ("a point far away", FAR, CREATED, {"far_point"}),
    ("a decimal comma", {"Latitude": "48,89", "Longitude": "2,2"}, CREATED, set()),
    ("CEDEX", {"Code postal": "92013", "Ville": "NANTERRE CEDEX"}, CREATED, {"cedex"}),
    ("a lost zero in the post code",
     {"Code postal": "1500", "Ville": "AMBERIEU EN BUGEY", "Latitude": "45.9", "Longitude": "5.3"}, CREATED, set()),
    ("a foreign post code", {"Code postal": "B-1000", "Ville": "Bruxelles"}, CREATED, {"bad_post_code", "unknown_town"}),
    ("a town that is not there", {"Ville": "Trifouillis"}, CREATED, {"other_town"}),
    ("nowhere", {"Code postal": "99999", "Ville": "Trifouillis", "Latitude": "", "Longitude": ""}, CREATED,
     {"unknown_town", "nowhere"}),
    ("no address at all", {"Adresse": "", "Code postal": "", "Ville": "", "Latitude": "", "Longitude": ""}, CREATED,
     {"nowhere"}),
    ("a commune without a point", {"Code postal": "98800", "Ville": "Nouméa", "Latitude": "", "Longitude": ""}, CREATED,
     {"nowhere"}),
    ("two phones", {"Téléphone": "01 40 12 34 56 / 06 12 34 56 78"}, CREATED, {"several_values"}),
    ("a bad phone", {"Téléphone": "12"}, CREATED, {"bad_phone"}),
    ("two e-mails", {"E-mail": "a@exemple.fr; b@exemple.fr"}, CREATED, {"several_values"}),
    ("a bad e-mail", {"E-mail": "a(at)exemple.fr"}, CREATED, {"bad_email"}),
    ("a bad website", {"Site web": "en construction"}, CREATED, {"several_values", "bad_website"}),
    ("not filled in", {"Téléphone": "Non renseigné", "E-mail": "n/a", "Site web": "-"}, CREATED, set()),
    ("an error cell", {"Adresse": "#REF!"}, CREATED, {"error_cell"}),
    ("an endless street", {"Adresse": "x" * 201}, CREATED, {"too_long"}),
    ("known sectors", {"Secteurs": "menuiserie, Maraichage, légumerie, conserverie"}, CREATED, set()),
    ("an unknown sector", {"Secteurs": "Menuiserie ; Astrologie"}, CREATED, {"unknown_sector"}),
    ("a formula", {"Enseigne": "=HYPERLINK(\"http://mal.example\")"}, CREATED, set()),
    ("a doubled apostrophe", {"Adresse": "Place de l''Hôtel de Ville"}, CREATED, set()),
    ("a line break in a cell", {"Adresse": "Bâtiment A\n1 rue de la Paix"}, CREATED, set()),
]  # fmt: skip


def dirty_rows() -> list[dict[str, str]]:
    rows = []
    for number, (_what, changes, _verdict, _codes) in enumerate(DIRTY):
        good = siret(6000 + number)
        rows.append({**row(SIRET=good), **changes})
        if "SIRET" in changes:
            spaced = f" {good[:3]} {good[3:6]}\u00a0{good[6:9]}\u202f{good[9:]} "
            rows[-1]["SIRET"] = changes["SIRET"].replace("GOOD", good).replace("SPACED", spaced)
    return rows


def test_import_judges_every_kind_of_row(places, club):
    tally, outcomes = run(as_csv(dirty_rows()), club=club)
    found = {what: (o.verdict, codes(o)) for (what, *_), o in zip(DIRTY, outcomes, strict=True)}
    assert found == {what: (verdict, expected) for what, _changes, verdict, expected in DIRTY}
    assert len(DIRTY) >= 25
    assert tally.verdicts[CREATED] == Organisation.objects.count()
    assert tally.verdicts[REFUSED] == sum(verdict == REFUSED for *_rest, verdict, _codes in DIRTY)


def test_import_preview_gives_the_same_verdicts_and_writes_nothing(places, club):
    preview, told = run(as_csv(dirty_rows()), club=club, write=False)
    assert (Organisation.objects.count(), HistoryEntry.objects.count()) == (0, 0)
    real, outcomes = run(as_csv(dirty_rows()), club=club)
    assert preview == real
    assert [o.findings for o in told] == [o.findings for o in outcomes]


def test_import_of_the_dirty_file_changes_nothing_the_second_time(places, club):
    run(as_csv(dirty_rows()), club=club)
    before = list(Organisation.objects.order_by("pk").values())
    entries = HistoryEntry.objects.count()
    tally, _outcomes = run(as_csv(dirty_rows()), club=club)
    assert tally.verdicts[CREATED] == tally.verdicts[UPDATED] == 0
    assert list(Organisation.objects.order_by("pk").values()) == before
    assert HistoryEntry.objects.count() == entries


def test_import_keeps_clean_values(places, club):
    changes = {"Téléphone": "01 40 12 34 56", "E-mail": "Contact@Exemple.fr", "Site web": "www.exemple.fr", "NAF": "81.21z",
               "Adresse": "Place de l''Hôtel de Ville", "Secteurs": "Menuiserie"}  # fmt: skip
    run(as_csv([{**row(), **changes}]), club=club)
    organisation = Organisation.objects.get()
    assert (organisation.phone, organisation.email) == ("+33140123456", "contact@exemple.fr")
    assert (organisation.website, organisation.naf) == ("https://www.exemple.fr", "8121Z")
    assert organisation.street == "Place de l'Hôtel de Ville"
    assert (organisation.commune_id, organisation.point_source) == ("92050", PointSource.FILE)
    assert [sector.name for sector in organisation.sectors.all()] == ["Menuiserie"]
    assert Organisation.objects.matching("ateliers nanterre").get() == organisation
    assert (list(organisation.clubs.all()), organisation.is_listed) == ([club], True)


def test_import_without_a_club_lists_nothing(places):
    run(as_csv([row()]))
    assert not Organisation.objects.get().is_listed


def test_import_point_comes_from_the_commune_and_is_to_be_refined(places):
    run(as_csv([row(Latitude="", Longitude="")]))
    organisation = Organisation.objects.get()
    assert (organisation.latitude, organisation.longitude) == (48.8960, 2.2066)
    assert organisation.point_source == PointSource.COMMUNE
    assert organisation.refine_after is not None


def test_import_does_not_believe_a_point_far_from_its_commune(places):
    run(as_csv([row(**FAR)]))
    organisation = Organisation.objects.get()
    assert (organisation.latitude, organisation.point_source) == (48.8960, PointSource.COMMUNE)


# --- Within the file --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_english")
def test_import_refuses_the_same_siret_and_kind_twice_and_names_the_first_line(places):
    _tally, outcomes = run(as_csv([row(), row(Raison_sociale="Encore"), row(Type="ACI")]))
    assert [o.verdict for o in outcomes] == [CREATED, REFUSED, CREATED]
    assert [found.sentence for found in outcomes[1].findings] == ["The same SIRET and kind already stand on line 2."]
    assert Organisation.objects.count() == 2


def test_import_takes_a_row_whose_earlier_twin_was_refused(places):
    _tally, outcomes = run(as_csv([row(Raison_sociale=""), row()]))
    assert [o.verdict for o in outcomes] == [REFUSED, CREATED]


def test_import_refuses_a_row_with_more_cells_than_columns(places):
    content = as_csv([row(), row(SIRET=siret(7001))]) + ";".join([*row().values(), *["x"] * 9]).encode()
    _tally, outcomes = run(content)
    assert codes(outcomes[2]) == {"too_many_cells"}


def test_import_refuses_a_row_that_swallowed_the_next_ones(places):
    lines = [",".join(HEADER), f'Encore,"oubli,{siret(7002)},EI', *["x,y,z"] * 40]
    _tally, outcomes = run("\n".join(lines).encode())
    assert [codes(o) for o in outcomes] == [{"open_quote"}]


def test_import_refuses_repeated_headers(places):
    _tally, outcomes = run(as_csv([row(), dict(zip(HEADER, HEADER, strict=True))]))
    assert codes(outcomes[1]) == {"header_again"}


# --- What is known already --------------------------------------------------------------------------------------------


def test_import_updates_what_changed_and_says_what(places, club):
    run(as_csv([row()]), club=club)
    tally, outcomes = run(as_csv([row(NAF="8130Z", Téléphone="0140123456")]), club=club)
    assert tally.verdicts[UPDATED] == 1
    assert [f.values for f in outcomes[0].findings if f.code == "changed"] == [{"fields": "naf phone"}]
    organisation = Organisation.objects.get()
    assert (organisation.naf, organisation.phone) == ("8130Z", "+33140123456")


def test_import_never_empties_a_field(places):
    run(as_csv([row(Téléphone="0140123456")]))
    tally, _outcomes = run(as_csv([row()]))
    assert tally.verdicts[UNCHANGED] == 1
    assert Organisation.objects.get().phone == "+33140123456"


def test_import_adds_a_known_organisation_to_the_club(places, club):
    run(as_csv([row()]))
    tally, outcomes = run(as_csv([row()]), club=club)
    assert tally.verdicts[UPDATED] == 1 and "joined" in codes(outcomes[0])
    organisation = Organisation.objects.get()
    assert organisation.is_listed and list(organisation.clubs.all()) == [club]
    assert run(as_csv([row()]), club=club)[0].verdicts[UNCHANGED] == 1


def test_import_moves_the_point_with_the_address(places):
    run(as_csv([row()]))
    Organisation.objects.update(latitude=48.8901, longitude=2.2, point_source=PointSource.ADDRESS)
    moved = row(Adresse="2 rue du Port", Code_postal="92600", Ville="Asnières-sur-Seine", Latitude="", Longitude="")
    run(as_csv([moved]))
    organisation = Organisation.objects.get()
    assert (organisation.commune_id, organisation.point_source) == ("92004", PointSource.COMMUNE)
    assert organisation.refine_after is not None


def test_import_keeps_a_refined_point_while_the_address_stays(places):
    run(as_csv([row()]))
    Organisation.objects.update(latitude=48.8901, longitude=2.2, point_source=PointSource.ADDRESS)
    assert run(as_csv([row()]))[0].verdicts[UNCHANGED] == 1
    assert Organisation.objects.get().latitude == 48.8901


def test_import_adds_sectors_and_takes_none_away(places):
    run(as_csv([row(Secteurs="Menuiserie")]))
    tally, _outcomes = run(as_csv([row(Secteurs="Maraîchage, légumerie, conserverie")]))
    assert tally.verdicts[UPDATED] == 1
    assert Organisation.objects.get().sectors.count() == 2


# --- What its members wrote -------------------------------------------------------------------------------------------


@pytest.fixture
def edited(places, club):
    """An imported organisation whose member has put another phone number."""
    run(as_csv([row(Téléphone="0140123456")]), club=club)
    organisation = Organisation.objects.get()
    return update_organisation(organisation, by=member_of(organisation), phone="+33147000000")


def test_import_keeps_what_a_member_wrote_and_asks(edited, club):
    tally, outcomes = run(as_csv([row(Téléphone="0140123456", NAF="8130Z")]), club=club)
    edited.refresh_from_db()
    assert (edited.phone, edited.naf) == ("+33147000000", "8130Z")
    difference = Difference.objects.get()
    assert (difference.field, difference.ours, difference.theirs) == ("phone", "+33147000000", "+33140123456")
    assert "difference" in codes(outcomes[0]) and tally.new_differences == 1


def test_import_does_not_ask_the_same_twice(edited, club):
    content = as_csv([row(Téléphone="0140123456")])
    run(content, club=club)
    found_at, entries = Difference.objects.get().found_at, HistoryEntry.objects.count()
    tally, outcomes = run(content, club=club)
    assert (tally.verdicts[UNCHANGED], tally.new_differences) == (1, 0)
    assert "difference" in codes(outcomes[0])
    assert (Difference.objects.get().found_at, HistoryEntry.objects.count()) == (found_at, entries)


def test_import_does_not_ask_again_what_was_decided_to_be_kept(edited, club):
    content = as_csv([row(Téléphone="0140123456")])
    run(content, club=club)
    keep_difference(Difference.objects.get(), by=PersonFactory())
    _tally, outcomes = run(content, club=club)
    assert "difference" not in codes(outcomes[0])
    assert not Difference.objects.undecided().exists()
    edited.refresh_from_db()
    assert edited.phone == "+33147000000"


def test_import_asks_about_another_value_in_the_place_of_the_open_one(edited, club):
    run(as_csv([row(Téléphone="0140123456")]), club=club)
    run(as_csv([row(Téléphone="0140999999")]), club=club)
    assert [d.theirs for d in Difference.objects.undecided()] == ["+33140999999"]


def test_import_leaves_the_point_alone_when_its_members_wrote_another_address(edited, club):
    update_organisation(edited, by=edited.roles.get().person, post_code="92600", city="Asnières-sur-Seine")
    run(as_csv([row()]), club=club)
    edited.refresh_from_db()
    assert (edited.city, edited.commune_id, edited.point_source) == ("Asnières-sur-Seine", "92004", PointSource.COMMUNE)
    assert {d.field for d in Difference.objects.all()} == {"post_code", "city"}


def test_import_asks_about_sectors_where_there_are_people(edited, club):
    run(as_csv([row(Secteurs="Menuiserie")]), club=club)
    assert not edited.sectors.exists()
    take_difference(Difference.objects.get(field="sectors"), by=PersonFactory())
    assert [sector.name for sector in edited.sectors.all()] == ["Menuiserie"]


# --- All or nothing ---------------------------------------------------------------------------------------------------


@pytest.fixture
def database_that_refuses_boom():
    """The database itself refuses an organisation called BOOM, whatever our own checks say."""
    condition = "CHECK (name <> 'BOOM')"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE members_organisation ADD CONSTRAINT no_boom {condition}")
        else:
            cursor.execute(
                "CREATE TRIGGER no_boom BEFORE INSERT ON members_organisation WHEN NEW.name = 'BOOM' "
                "BEGIN SELECT RAISE(ABORT, 'no_boom'); END"
            )


def test_import_refuses_just_the_row_the_database_refuses(places, club, database_that_refuses_boom):
    rows = [row(SIRET=siret(8000 + n), Secteurs="Menuiserie") for n in range(4)]
    rows[2]["Raison sociale"] = "BOOM"
    tally, outcomes = run(as_csv(rows), club=club)
    assert [o.verdict for o in outcomes] == [CREATED, CREATED, REFUSED, CREATED]
    assert codes(outcomes[2]) == {"database"}
    assert Organisation.objects.count() == club.organisations.count() == 3
    assert HistoryEntry.objects.filter(code="members.organisation.imported").count() == 3


# --- History ----------------------------------------------------------------------------------------------------------


def test_import_writes_a_line_per_organisation_and_one_for_the_run(places, club):
    person = PersonFactory()
    run(as_csv([row(), row(SIRET=siret(5002), Type="?")]), club=club, by=person, filename="liste.xlsx")
    organisation = Organisation.objects.get()
    assert [(e.code, e.by, e.values) for e in history_of(organisation)] == [
        ("members.organisation.imported", person, {"file": "liste.xlsx"})
    ]
    (line,) = history_of(club)
    assert line.code == "members.directory.imported"
    assert (line.values["created"], line.values["refused"]) == ("1", "1")
    assert HistorySubject.objects.filter(entry=line).count() == 1


# --- The real directory -----------------------------------------------------------------------------------------------


def test_import_of_the_real_structures(club):
    load_reference(departments=["38", "60", "78", "80", "92", "93", "974"])
    content = STRUCTURES_FILE.read_bytes()
    tally, outcomes = run(content, club=club)
    assert tally.counts() == {CREATED: 367, UPDATED: 0, UNCHANGED: 0, REFUSED: 0, "warned": 11}
    assert dict(tally.warnings) == {"no_naf": 8, "no_point": 2, "far_point": 1}
    assert not any(o.organisation.commune_id is None for o in outcomes)
    assert club.organisations.count() == Organisation.objects.listed().count() == 367
    again, _outcomes = run(content, club=club)
    assert again.counts() == {CREATED: 0, UPDATED: 0, UNCHANGED: 367, REFUSED: 0, "warned": 11}


# --- Its size ---------------------------------------------------------------------------------------------------------


def test_import_needs_few_queries_a_batch(places, club):
    counts = []
    for first, size in ((100, 10), (200, 200)):
        content = as_csv([row(SIRET=siret(9000 + first + n)) for n in range(size)])
        with CaptureQueriesContext(connection) as queries:
            run(content, club=club)
        counts.append(len(queries))
    assert counts[0] < 30
    assert counts[1] - counts[0] <= 6  # SQLite cuts long lists of values into several statements


def test_import_memory_does_not_grow_with_the_file(places, club):
    def peak(size):
        content = as_csv([row(SIRET=siret(20_000 + n)) for n in range(size)])
        gc.collect()  # cycles that earlier tests left behind are not ours
        gc.disable()
        tracemalloc.start()
        run_without_keeping(content)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        gc.enable()
        return most

    peak(500)  # what is read once, such as the phone numbers' metadata
    small, large = peak(1_000), peak(3_000)
    # 2,000 rows more may cost what remembers their SIRETs (about 200 bytes each), not their cells
    assert large - small < 2_000 * 400


def run_without_keeping(content: bytes) -> None:
    table = open_table(io.BytesIO(content))
    import_table(table, tally=Tally(), by=None, filename="x.csv", write=False, each=lambda outcomes: None)


def test_every_finding_has_its_sentence_and_its_short_form(in_english):
    assert set(SUMMARIES) == {*REFUSALS, *WARNINGS}
    assert len(SENTENCES) == len(REFUSALS) + len(WARNINGS) + 2


def test_import_finds_an_organisation_that_another_import_has_just_created(places, club):
    OrganisationFactory(siret=row()["SIRET"], kind="EI", name="Les Ateliers du Parc")
    tally, _outcomes = run(as_csv([row()]), club=club)
    assert (tally.verdicts[UPDATED], Organisation.objects.count()) == (1, 1)
