import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from members.codes import clean_naf, clean_phone, clean_post_code, clean_siret
from tests.factories import siret


@pytest.mark.parametrize(
    "written",
    ["73282932000074", "732 829 320 00074", "732\u00a0829\u00a0320\u202f00074", "'73282932000074", "732.829.320-00074"],
)
def test_siret_is_stored_as_fourteen_digits_however_it_was_written(written):
    assert clean_siret(written) == "73282932000074"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("73282932000075", "key"),
        ("7328293200007", "length"),
        ("732829320000741", "length"),
        ("732 829 320", "length"),
        ("7328293200007A", "length"),
        ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "length"),
        ("8,07469E+13", "shortened"),
        ("7.3E+13", "shortened"),
        ("", "length"),
    ],
)
def test_siret_that_is_wrong_is_refused_with_the_reason(written, code):
    with pytest.raises(ValidationError) as refused:
        clean_siret(written)
    assert refused.value.code == code


def test_siret_of_la_poste_follows_its_own_rule():
    assert clean_siret("356 000 000 49837") == "35600000049837"  # digits add up to 45, Luhn does not hold
    with pytest.raises(ValidationError):
        clean_siret("35600000049838")


@given(number=st.integers(0, 9_999_999), place=st.integers(0, 13), step=st.integers(1, 9))
def test_siret_with_one_wrong_digit_is_always_refused(number, place, step):
    right = siret(number)
    wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
    assert clean_siret(right) == right
    if not wrong.startswith("356000000"):
        with pytest.raises(ValidationError):
            clean_siret(wrong)


@pytest.mark.parametrize(
    ("written", "stored"),
    [("01 40 00 00 00", "+33140000000"), ("+33 (0)1 40 00 00 00", "+33140000000"), ("0262 20 12 34", "+262262201234"),
     ("+32 2 555 12 12", "+3225551212"), ("  ", "")],
)  # fmt: skip
def test_phone_is_stored_as_e164(written, stored):
    assert clean_phone(written) == stored


@pytest.mark.parametrize("written", ["call me", "12", "00 00 00 00 00", "01 40 00 00 00 00 00"])
def test_phone_that_is_none_is_refused(written):
    with pytest.raises(ValidationError):
        clean_phone(written)


def test_naf_loses_its_dot_and_gains_its_capital():
    assert clean_naf("38.11z") == "3811Z"
    assert clean_naf("") == ""
    with pytest.raises(ValidationError):
        clean_naf("3811")


def test_post_code_gets_its_lost_zero_back():
    assert clean_post_code("1500") == "01500"
    assert clean_post_code("92 000") == "92000"
    for wrong in ("920", "9200A", "920001"):
        with pytest.raises(ValidationError):
            clean_post_code(wrong)
