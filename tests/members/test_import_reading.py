"""Whatever spreadsheet a coordinator has: encodings, separators, headers, workbooks, and what is no directory."""

import io
import zipfile

import pytest
from openpyxl import Workbook
from PIL import Image

from members.importing.columns import find_columns
from members.importing.reading import UnreadableFile, open_table
from tests.members.importing import HEADER, WELL, as_csv, row

ACCENTED = row(Raison_sociale="L’Élan créatif – Œuvre", Ville="Châtillon")


def read(content: bytes):
    table = open_table(io.BytesIO(content))
    return table, [dict(zip(table.header, found.cells, strict=False)) for found in table.rows()]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_in_any_separator_and_encoding(separator, encoding):
    table, rows = read(as_csv([ACCENTED], separator=separator, encoding=encoding))
    assert table.separator == separator
    assert [r["Raison sociale"] for r in rows] == ["L’Élan créatif – Œuvre"]
    assert rows[0]["Ville"] == "Châtillon"


def test_csv_of_an_old_macintosh_is_read():
    _table, rows = read(as_csv([row(Raison_sociale="Élan créé à Sèvres")], encoding="mac-roman"))
    assert rows[0]["Raison sociale"] == "Élan créé à Sèvres"


def test_csv_lines_may_end_in_any_way():
    for newline in ("\n", "\r\n", "\r"):
        _table, rows = read(as_csv([row(), row()], newline=newline))
        assert len(rows) == 2, repr(newline)


def test_csv_cells_may_hold_line_breaks_and_lines_are_counted_as_spreadsheets_do():
    table, rows = read(as_csv([row(Adresse="Bâtiment A\n1 rue de la Paix"), row()]))
    assert rows[0]["Adresse"] == "Bâtiment A\n1 rue de la Paix"
    assert [r.number for r in table.rows()] == [2, 3]


def test_csv_header_may_stand_below_a_title_and_empty_lines_are_no_rows():
    content = as_csv([row()], before="sep=;\r\nAnnuaire 2026;;\r\n;;\r\n") + b";;;;\r\n\r\n"
    table, rows = read(content)
    assert (table.header_line, len(rows)) == (4, 1)
    assert [r.number for r in table.rows()] == [5]


def test_rows_can_be_read_again_from_the_top():
    table, _rows = read(as_csv([row(), row()]))
    assert table.count() == table.count() == 2


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["RAISON SOCIALE", "n° siret", "Type de structure"], {"name": 0, "siret": 1, "kind": 2}),
        (["Dénomination", "Siret ", "Kind", "APE", "Rue", "CP", "Commune"],
         {"siret": 1, "name": 0, "kind": 2, "naf": 3, "street": 4, "post_code": 5, "city": 6}),
        (["Nom", "SIRET", "Type", "Mail", "Tél", "Site internet", "Effectif"],
         {"siret": 1, "name": 0, "kind": 2, "email": 3, "phone": 4, "website": 5, "headcount": 6}),
        (["Nom", "SIRET", "Type", "Courriel", "Tél.", "Secteur(s)", "Code\npostal"],
         {"siret": 1, "name": 0, "kind": 2, "post_code": 6, "email": 3, "phone": 4, "sectors": 5}),
        # « Nom » is a person's beside « Prénom », and a poorer name than « Raison sociale »
        (["Nom", "Prénom", "Raison sociale", "SIRET", "Type"], {"siret": 3, "name": 2, "kind": 4}),
        (["Nom", "Prénom", "Enseigne", "SIRET", "Type"], {"siret": 3, "name": 2, "kind": 4}),
        (["Nom", "Raison sociale", "SIRET", "Type"], {"siret": 2, "name": 1, "kind": 3}),
    ],
)  # fmt: skip
def test_headers_are_known_by_many_names(header, expected):
    assert find_columns(header) == expected


def test_columns_that_are_not_used_are_named():
    table, _rows = read(as_csv([row()], header=[*HEADER, "Remarque"]))
    assert table.unused == ["Remarque"]


def workbook(rows, *, sheet_before=False, title=None) -> bytes:
    book = Workbook()
    sheet = book.active
    if sheet_before:
        sheet.append(["Mode d’emploi"])
        sheet = book.create_sheet("Annuaire")
    if title:
        sheet.append([title])
        sheet.append([])
    for cells in rows:
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_workbook_is_read_with_numbers_for_codes():
    content = workbook([["Raison sociale", "SIRET", "Type", "CP"], ["A", 80746931700018, "EI", 1500.0]])
    _table, rows = read(content)
    assert rows == [{"Raison sociale": "A", "SIRET": "80746931700018", "Type": "EI", "CP": "1500"}]


def test_workbook_header_may_stand_lower_and_on_another_sheet():
    table, rows = read(workbook([list(WELL), list(WELL.values())], sheet_before=True, title="Annuaire du club"))
    assert (table.sheet, table.header_line, len(rows)) == ("Annuaire", 3, 1)
    assert rows[0]["SIRET"] == WELL["SIRET"]


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (3, 3)).save(stream, "PNG")
    return stream.getvalue()


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (picture(), "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, ".xls"),
        (b"<!DOCTYPE html><html><body>SIRET;Nom;Type</body></html>", "web page"),
        (bytes(range(256)) * 20, "no spreadsheet"),
        (b"MZ\x00\x00\x03", "no spreadsheet"),
        (archive("word/document.xml"), "no spreadsheet"),
        (archive("mimetype", "content.xml"), "OpenDocument"),
        (archive("xl/workbook.xml"), "damaged"),
        (b"PK\x03\x04 not an archive", "damaged"),
        (b"Bonjour,\nvoici la liste.\n", "No known column"),
        (b"a;b;c\n1;2;3\n", "No known column"),
        (b"SIRET;Ville\n80746931700018;Nanterre\n", "missing"),
        (b"SIRET;Raison sociale\n80746931700018;A\n", "missing"),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_what_is_no_directory_is_refused_with_its_reason(content, words):
    with pytest.raises(UnreadableFile, match=words.replace(".", r"\.")):
        open_table(io.BytesIO(content))


@pytest.mark.usefixtures("in_english")
def test_file_that_breaks_off_says_where():
    content = as_csv([row()] * 3) + b'"' + b"x" * 200_000
    table = open_table(io.BytesIO(content))
    with pytest.raises(UnreadableFile, match="beyond line 5"):
        list(table.rows())


def test_spoilt_letters_spoil_their_own_row_only():
    content = as_csv([row(Raison_sociale="Élan créé"), row(), row(Raison_sociale="Été")])
    content = content.replace("Été".encode(), "\xc9t\xe9".encode("latin-1"))
    faults = [found.fault and found.fault.code for found in open_table(io.BytesIO(content)).rows()]
    assert faults == [None, None, "unreadable_characters"]
