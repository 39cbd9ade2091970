import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.utils import translation
from openpyxl import load_workbook

from core import spreadsheets
from core.spreadsheets import csv_response, safe_cell, table_response, workbook_response, xlsx_response


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "  =1+1", "\r\n=1", "＝1+1", '=HYPERLINK("x")'],
)
def test_cell_that_begins_like_a_formula_is_text(typed):
    assert safe_cell(typed).startswith("'")


@pytest.mark.parametrize("typed", ["ACI - Nanterre", "a=b", "-12,5", "+33 1 47 00 00 00", "", "'quoted"])
def test_cell_of_harmless_text_is_left_alone(typed):
    assert safe_cell(typed) == typed


def test_cell_writes_dates_amounts_and_nothing():
    with translation.override("fr"):
        assert safe_cell(None) == ""
        assert safe_cell(0) == "0"
        assert safe_cell(Decimal("-1234.50")) == "-1234,50"
        assert safe_cell(date(2026, 11, 22)) == "2026-11-22"
        assert safe_cell(datetime(2026, 7, 1, 6, 45, tzinfo=UTC)) == "2026-07-01 08:45"
        assert safe_cell("two\r\nlines\x00") == "two\nlines"


def _csv(response):
    text = b"".join(response.streaming_content).decode()
    return text, list(csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_csv_opens_in_a_french_spreadsheet():
    response = csv_response("annuaire été", ["Nom", "Ville"], [("Régie; de quartier", "L’Haÿ"), ("=1", None)])
    text, rows = _csv(response)
    assert text.startswith("\ufeff")
    assert rows == [["Nom", "Ville"], ["Régie; de quartier", "L’Haÿ"], ["'=1", ""]]
    assert "filename*=utf-8''annuaire%20%C3%A9t%C3%A9.csv" in response["Content-Disposition"]
    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_csv_reads_its_rows_only_as_they_are_sent(monkeypatch):
    monkeypatch.setattr(spreadsheets, "ROWS_AT_ONCE", 1)
    read = []
    response = csv_response("x", ["n"], (read.append(n) or [n] for n in range(3)))
    lines = iter(response.streaming_content)
    next(lines)
    next(lines)
    assert read == [0]


def test_csv_keeps_its_language_and_leaves_none_behind():
    with translation.override("fr"):
        response = csv_response("x", ["n"], ([translation.get_language()] for _ in range(2)))
    with translation.override("en"):
        assert [row for row in _csv(response)[1]] == [["n"], ["fr"], ["fr"]]
        assert translation.get_language() == "en"


def test_xlsx_keeps_types_and_runs_no_formula():
    response = xlsx_response(
        "a/b", ["Nom", "SIRET", "Le", "Montant"], [("=1+1", "80746912300018", date(2026, 11, 22), Decimal("1.5"))]
    )
    page = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    name, siret, day, amount = page[2]
    assert (name.data_type, name.value) == ("s", "=1+1")
    assert (siret.data_type, siret.value) == ("s", "80746912300018")
    assert (day.value.date(), amount.value) == (date(2026, 11, 22), 1.5)


def test_xlsx_takes_a_broken_cell_and_an_error_word():
    response = table_response("xlsx", "x", ["a"], [("\x0bbad",), ("#N/A",), (None,), ("x" * 40_000,)])
    page = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    assert [page.cell(n, 1).data_type for n in (2, 3)] == ["s", "s"]
    assert len(page.cell(5, 1).value) == 32_000


def test_table_is_csv_unless_asked_otherwise():
    assert table_response("", "x", ["a"], [])["Content-Type"].startswith("text/csv")
    assert "sheet" in table_response("xlsx", "x", ["a"], [])["Content-Type"]


def test_workbook_holds_its_sheets_in_order_under_titles_that_fit():
    sheets = [("Un", ["A"], [[1], ["=1+1"]]), ("Deux/trois: " + "x" * 40, ["B", "C"], [[2, date(2026, 5, 1)]])]
    book = load_workbook(BytesIO(b"".join(workbook_response("bilan", sheets).streaming_content)))
    assert book.sheetnames == ["Un", "Deux trois  " + "x" * 19]
    assert [cell.data_type for cell in book["Un"]["A"]] == ["s", "n", "s"]
    assert book.worksheets[1]["B2"].value == datetime(2026, 5, 1)
