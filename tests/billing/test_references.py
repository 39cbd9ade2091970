"""The reference of a transfer is found in whatever banks and payers make of it, and never a wrong one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from billing.references import MOST, number_of, reference_of, references_in, spaced

NUMBERS = st.integers(1, MOST)
ONE = reference_of(1234)


@given(NUMBERS)
def test_reference_is_a_creditor_reference_that_others_can_check(number):
    reference = reference_of(number)
    assert iso11649.is_valid(reference)
    assert re.fullmatch("RF[0-9]{2}M[0-9]{7}", reference)
    assert number_of(reference) == number
    assert reference_of(number) == reference


def test_reference_of_a_number_never_changes():
    """They stand on invoices that were sent."""
    assert [reference_of(number) for number in (1, 1234, MOST)] == ["RF35M0000001", "RF15M0001234", "RF74M9999999"]


@given(NUMBERS, NUMBERS)
def test_two_numbers_never_share_a_reference(one, other):
    assert (reference_of(one) == reference_of(other)) == (one == other)


@pytest.mark.parametrize("number", [0, -1, MOST + 1])
def test_reference_of_a_number_out_of_range_is_refused(number):
    with pytest.raises(ValueError, match="has no reference"):
        reference_of(number)


def test_reference_is_spaced_in_groups_of_four():
    assert spaced(ONE) == "RF15 M000 1234"
    assert number_of(spaced(ONE)) == 1234


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        ONE.lower(),
        "RF15 M000 1234",
        "REF:RF15M0001234 MERCI",
        "/RFB/RF15M0001234/",
        "/RFB/RF15 M000\n1234",
        "VIR INST COTISATION 2026 DE LES ATELI RF15M00\r\n01234 ERS DU PARC",
        "COTISATIONRF15M0001234MERCI",
        "FACTURE F2026-17RF15M00012342026",
        "RF-15-M000-1234",
        "rf15–m000–1234",
        "RF15.M000/1234,",
        "R F 1 5 M 0 0 0 1 2 3 4",
        "RF15\u00a0M000\u202f1234",
        "RF15M\u00ad000\u200b1234",
        "ＲＦ１５Ｍ０００１２３４",
        "RF RF15 M000 1234",
        "RFRF15M0001234",
        "RF15_M000_1234",
    ],
)
def test_reference_is_found_however_it_is_written(text):
    assert references_in(text) == [ONE]


@pytest.mark.parametrize("width", [5, 11, 20, 35])
@pytest.mark.parametrize("between", [" ", "\n", "\r\n", "   \n", " - "])
def test_reference_is_found_when_the_text_is_cut_into_lines(width, between):
    text = f"VIREMENT DE LA SOCIETE DES EAUX, REGLEMENT DE VOTRE FACTURE {ONE} DU 12 JANVIER AVEC NOS REMERCIEMENTS"
    cut = between.join(text[start : start + width] for start in range(0, len(text), width))
    assert references_in(cut) == [ONE]


def test_several_references_are_found_in_their_order_and_each_once():
    two = reference_of(77)
    assert references_in(f"{two}, {spaced(ONE)} et {two.lower()}") == [two, ONE]
    assert references_in(f"{ONE}{two}") == [ONE, two]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "COTISATION 2026",
        "RF18 5390 0754 7034",  # a good one, of another creditor
        "RF15M000123",
        "RF15 M000 1235",
        "15M0001234",
        "RF15N0001234",
        "RF15M000I234",
        "ЯF15M0001234",
        "RF١٥M0001234",
    ],
)
def test_what_is_no_reference_of_ours_is_not_found(text):
    assert references_in(text) == []
    assert number_of(text) is None


@given(NUMBERS, st.data())
def test_reference_with_a_changed_character_is_not_found(number, data):
    reference = reference_of(number)
    at = data.draw(st.integers(0, len(reference) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ").filter(lambda one: one != reference[at]))
    damaged = reference[:at] + other + reference[at + 1 :]
    assert references_in(damaged) == []
    assert number_of(damaged) is None


@given(NUMBERS, st.data())
def test_reference_with_two_swapped_characters_is_not_found(number, data):
    reference = reference_of(number)
    one, other = sorted(data.draw(st.lists(st.integers(0, 11), min_size=2, max_size=2, unique=True)))
    swapped = list(reference)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    damaged = "".join(swapped)
    assert references_in(damaged) == ([reference] if damaged == reference else [])


@given(NUMBERS, st.data())
def test_reference_that_lacks_a_character_is_not_found(number, data):
    reference = reference_of(number)
    at = data.draw(st.integers(0, len(reference) - 1))
    assert references_in(reference[:at] + reference[at + 1 :]) == []


def test_check_digits_have_one_spelling():
    """97 could also be written 00, 98 as 01 and 02 as 99: the sum alone would pass."""
    twins = {"97": "00", "98": "01", "02": "99"}
    seen = set()
    for number in range(1, 3000):
        reference = reference_of(number)
        if twin := twins.get(reference[2:4]):
            other = f"RF{twin}{reference[4:]}"
            assert iso11649.is_valid(other)
            assert references_in(other) == []
            seen.add(twin)
    assert seen == set(twins.values())


@given(st.text() | st.text(alphabet="RFrfMm0123456789 -\n", max_size=200))
def test_any_text_yields_only_references_that_stand_in_it(text):
    letters = "".join(one for one in text.upper() if one.isalnum())
    for reference in references_in(text):
        assert iso11649.is_valid(reference)
        assert reference in letters or not text.isascii()
        assert reference_of(number_of(reference)) == reference


@given(
    st.lists(NUMBERS, min_size=1, max_size=4, unique=True), st.lists(st.sampled_from([" ", "\n", "-", " DE ", "/RFB/"]))
)
def test_references_survive_words_between_them(numbers, words):
    references = [reference_of(number) for number in numbers]
    between = "".join(words) or " "
    assert references_in(between.join(references)) == references


@given(st.text(max_size=30))
def test_number_of_takes_the_reference_alone(text):
    assert number_of(ONE + text) in {None, 1234}
    assert number_of(f"{ONE}0") is None
    assert number_of(f"X{ONE}") is None
