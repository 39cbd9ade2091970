"""Cells as people and spreadsheets write them, brought into one form."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import luhn

from members.importing import values as clean
from members.importing.values import Doubt
from tests.factories import siret

GOOD = "80746931700018"
POSTE_HEAD, POSTE = "35600000000048", "35600000049837"
SPACES = [" ", "\u00a0", "\u202f", "\u2009", ".", "-", "\u200b", ""]


def refusal(cleaner, *cells) -> str:
    with pytest.raises(Doubt) as doubt:
        cleaner(*cells)
    return doubt.value.finding.code


@given(st.integers(0, 9_999_999), st.lists(st.sampled_from(SPACES), min_size=15, max_size=15))
@example(8958, [" "] * 13 + [".", " "])
def test_siret_is_the_same_whatever_stands_between_its_digits(number, between):
    digits = siret(number)
    written = "".join(space + digit for space, digit in zip(between, digits, strict=False)) + between[-1]
    assert clean.clean_siret_cell(written) == (digits, None)


@given(st.integers(0, 9_999_999), st.integers(0, 13), st.integers(1, 9))
def test_siret_with_one_digit_mistyped_is_refused(number, place, shift):
    digits = siret(number)
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert refusal(clean.clean_siret_cell, wrong) == "siret_key"


@given(st.text(max_size=40))
def test_siret_cell_is_fourteen_digits_with_their_keys_or_refused(text):
    try:
        digits, _note = clean.clean_siret_cell(text)
    except Doubt as doubt:
        assert doubt.finding.is_refusal
    else:
        assert len(digits) == 14 and digits.isascii() and digits.isdigit()
        assert luhn.is_valid(digits[:9])
        assert clean.clean_siret_cell(digits) == (digits, None)


@pytest.mark.parametrize(
    "written",
    [f"'{GOOD}", f"’{GOOD}", "807 469 317 00018", "807.469.317.00018", f"{GOOD}.0", f"{GOOD},00", f"SIRET : {GOOD}",
     f"N° SIRET {GOOD}", f"\ufeff{GOOD}", f"\t{GOOD}\n"],
)  # fmt: skip
def test_siret_is_recognised_as_spreadsheets_write_it(written):
    assert clean.clean_siret_cell(written)[0] == GOOD


@pytest.mark.parametrize(
    "written", ["8,07469E+13", "8.07469E+13", "8,07469317E13", "8E+13", "'8,07469e+13", "8.07 E+13"]
)
def test_siret_shortened_by_a_spreadsheet_is_refused_with_that_reason(written):
    assert refusal(clean.clean_siret_cell, written) == "siret_shortened"


def test_siret_of_la_poste_follows_its_own_rule():
    assert clean.clean_siret_cell(POSTE_HEAD)[0] == POSTE_HEAD
    assert clean.clean_siret_cell(POSTE)[0] == POSTE
    assert refusal(clean.clean_siret_cell, "35600000049838") == "siret_key"


def test_siret_gets_a_lost_zero_back_only_if_both_keys_agree():
    siren = "0" + "5552013"
    siren += luhn.calc_check_digit(siren)
    whole = f"{siren}0001"
    whole += luhn.calc_check_digit(whole)
    digits, note = clean.clean_siret_cell(whole[1:])
    assert (digits, note.code) == (whole, "siret_padded")
    assert refusal(clean.clean_siret_cell, GOOD[1:]) == "siret_length"


@pytest.mark.parametrize(
    ("written", "code"),
    [("", "no_siret"), (" ", "no_siret"), ("'", "no_siret"), ("807469317", "siret_siren"), ("8074693170001", "siret_length"),
     ("80746931700019", "siret_key"), ("0" * 14, "siret_key"), ("8074693170001O", "siret_characters"),
     ("FR35807469317", "siret_characters"), ("٨٠٧٤٦٩٣١٧٠٠٠١٨", "siret_characters")],
)  # fmt: skip
def test_siret_that_cannot_be_is_refused_with_its_own_reason(written, code):
    assert refusal(clean.clean_siret_cell, written) == code


@pytest.mark.parametrize(
    ("written", "kind"),
    [("EI", "EI"), ("E.I.", "EI"), ("ei", "EI"), ("Entreprise d'insertion", "EI"), ("Entreprise d’Insertion (EI)", "EI"),
     ("EI – Entreprise d'insertion", "EI"), ("Ateliers et chantiers d'insertion", "ACI"), ("Chantier d'insertion", "ACI"),
     ("Association intermédiaire", "AI"), ("A.I.", "AI"), ("ETTI", "ETTI"),
     ("Entreprise de travail temporaire d’insertion", "ETTI"),
     ("ESAT", "ESAT"), ("Entreprise adaptée", "EA"), ("GEIQ BTP", "GEIQ"), ("Entreprise", "company"), ("PME", "company"),
     ("Collectivité", "public_buyer"), ("Acheteur public", "public_buyer"), ("Mairie", "public_buyer"), ("SCIC", "other_ess"),
     ("Tête de réseau", "network"), ("Financeur", "funder"), ("Facilitatrice de clauses", "facilitator"),
     ("public_buyer", "public_buyer"), ("other ESS", "other_ess"), ("EITI", "EITI"), ("EATT", "EATT"), ("SEP", "SEP")],
)  # fmt: skip
def test_kind_is_known_by_acronym_and_by_name(written, kind):
    assert clean.clean_kind_cell(written) == kind


@pytest.mark.parametrize(
    ("written", "code"),
    [("ACI / EI", "several_kinds"), ("ACI et EI", "several_kinds"), ("SIAE", "vague_kind"), ("Insertion", "vague_kind"),
     ("Boulangerie", "unknown_kind"), ("ZZ", "unknown_kind")],
)  # fmt: skip
def test_kind_that_does_not_say_which_is_refused(written, code):
    assert refusal(clean.clean_kind_cell, written) == code


@pytest.mark.parametrize(
    ("written", "post_code", "number"),
    [("01 40 12 34 56", "", "+33140123456"), ("140123456", "", "+33140123456"), ("+33 (0)1 40 12 34 56", "", "+33140123456"),
     ("0033140123456", "", "+33140123456"), ("01.40.12.34.56", "75001", "+33140123456"),
     ("0262 41 12 34", "97400", "+262262411234"),
     ("0262411234", "", "+262262411234"), ("0692 12 34 56", "97410", "+262692123456"),
     ("06 12 34 56 78", "97410", "+33612345678"),
     ("0590 12 34 56", "97100", "+590590123456"), ("140123456.0", "", "+33140123456")],
)  # fmt: skip
def test_phone_becomes_international(written, post_code, number):
    assert clean.clean_phone_cell(written, post_code) == number


@pytest.mark.parametrize("written", ["12", "demander Mme X", "00 00 00 00 00", "01 40 12 34"])
def test_phone_that_is_none_is_doubted(written):
    assert refusal(clean.clean_phone_cell, written) == "bad_phone"


def test_naf_loses_its_dot_and_gets_its_zero_back():
    assert [clean.clean_naf_cell(text) for text in ("38.11z", "3811Z", " 38 11 Z", "111Z")] == ["3811Z"] * 3 + ["0111Z"]
    assert refusal(clean.clean_naf_cell, "insertion") == "bad_naf"


def test_post_code_gets_its_zero_back():
    assert [clean.clean_post_code_cell(t) for t in ("1500", "01500", "92 000", "F-92000", "1500.0", "97400")] == [
        "01500", "01500", "92000", "92000", "01500", "97400",
    ]  # fmt: skip
    assert refusal(clean.clean_post_code_cell, "B-1000 Bruxelles") == "bad_post_code"


def test_website_gets_its_scheme():
    assert clean.clean_website_cell("www.Exemple.fr/Page") == "https://www.exemple.fr/Page"
    assert clean.clean_website_cell("HTTP://exemple.fr") == "http://exemple.fr"
    for wrong in ("en construction", "javascript:alert(1)", "http://"):
        assert refusal(clean.clean_website_cell, wrong) == "bad_website"


def test_email_is_lower_case_and_checked():
    assert clean.clean_email_cell("mailto:Contact@Exemple.FR") == "contact@exemple.fr"
    assert refusal(clean.clean_email_cell, "contact(at)exemple.fr") == "bad_email"


def test_text_is_one_line_of_plain_letters():
    assert clean.clean_text("  Place de l''Hôtel\u00a0de\tVille\x00 ") == "Place de l'Hôtel de Ville"
    assert clean.clean_text("E\u0301lan") == "Élan"
    assert clean.clean_text("'=1+1") == "=1+1"  # the guard of our own list of refused rows


def test_point_is_in_degrees_or_doubted():
    assert clean.clean_point("48,89", "2.2") == (48.89, 2.2)
    assert clean.clean_point("", "-") is None
    for wrong in (("48,89", ""), ("652000", "6862000"), ("0", "0"), ("nan", "2"), ("nord", "est")):
        assert refusal(clean.clean_point, *wrong) == "bad_point"


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_distance_is_the_same_both_ways_and_never_over_half_the_earth(lat, lon, lat2, lon2):
    there, back = clean.kilometres((lat, lon), (lat2, lon2)), clean.kilometres((lat2, lon2), (lat, lon))
    assert there == pytest.approx(back) and 0 <= there <= 20_016


def test_distance_between_paris_and_lyon():
    assert clean.kilometres((48.8566, 2.3522), (45.7640, 4.8357)) == pytest.approx(392, abs=2)
