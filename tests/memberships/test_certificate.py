import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image
from pypdf import PdfReader

from memberships.documents import READABLE, Certificate, certificate_pdf, contrast_to_white, readable

CERTIFICATE = Certificate(
    club="Club Busin’ESS",
    organisation="La Ressourcerie du Spectacle",
    plan="Structure",
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    issued_on=date(2026, 11, 25),
    siret="80746912300018",
    city="Vitry-sur-Seine",
    language="en",
)
HOSTILE = "#panic() *x* $y$ \\n @ref // [a] <b> 'q' \"q\" 😀 漢字 \x00"


def text_of(certificate: Certificate) -> str:
    return " ".join(" ".join(page.extract_text() for page in opened(certificate).pages).split())


def opened(certificate: Certificate) -> PdfReader:
    return PdfReader(io.BytesIO(certificate_pdf(certificate)))


def logo(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (60, 30), (200, 30, 30, 128)).save(out, form)
    return out.getvalue()


def test_certificate_says_who_is_a_member_of_what_and_when():
    text = text_of(CERTIFICATE)
    for words in (
        "Certificate of membership",
        "Club Busin’ESS certifies that La Ressourcerie du Spectacle SIRET 807 469 123 00018 · Vitry-sur-Seine",
        "is a member from 1 January 2026 to 31 December 2026, under the plan “Structure”.",
        "Issued on 25 November 2026",
        "The coordination of Club Busin’ESS",
    ):
        assert words in text, words
    assert "fee" not in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": None}, "has been a member since 1 January 2026, under the plan “Structure”."),
        ({"issued_on": date(2027, 1, 1)}, "was a member from 1 January 2026 to 31 December 2026"),
        ({"fee": Decimal("1350")}, "Membership fee paid: 1,350.00 €."),
        ({"signatory": "Ada, president"}, "Ada, president"),
    ],
)
def test_certificate_says_what_is_particular(changes, words):
    assert words in text_of(replace(CERTIFICATE, **changes))


def test_certificate_without_siret_or_town_has_no_empty_words():
    assert "certifies that La Ressourcerie du Spectacle is a member" in text_of(replace(CERTIFICATE, siret="", city=""))


def test_certificate_is_one_page_of_a5_in_its_language():
    pdf = opened(replace(CERTIFICATE, language="fr"))
    assert len(pdf.pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]] == [210, 148]
    assert pdf.trailer["/Root"]["/Lang"] == "fr"
    assert "25 novembre 2026" in " ".join(pdf.pages[0].extract_text().split())


def test_certificate_of_the_same_term_has_the_same_bytes():
    assert certificate_pdf(CERTIFICATE) == certificate_pdf(replace(CERTIFICATE))
    assert certificate_pdf(CERTIFICATE) != certificate_pdf(replace(CERTIFICATE, plan="Other"))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_certificate_shows_the_logo(form):
    [picture] = opened(replace(CERTIFICATE, logo=logo(form))).pages[0].images
    assert picture.image.size == (60, 30)
    assert list(opened(CERTIFICATE).pages[0].images) == []


def test_hostile_texts_are_printed_as_they_are():
    names = {"club": HOSTILE, "organisation": HOSTILE + "W" * 5000, "plan": HOSTILE, "city": HOSTILE}
    text = text_of(replace(CERTIFICATE, **names)).replace(" ", "")
    assert text.count("#panic()*x*$y$\\n@ref//[a]<b>'q'\"q\"□□□") >= 5
    assert text.count("W") == 5000


@pytest.mark.parametrize("colour", ["#ffffff", "#f2c230", "#00ff00", "#0b5d57", "#000000", "#777777"])
def test_title_can_be_read_whatever_the_colour(colour):
    darker = readable(colour)
    assert contrast_to_white([int(darker[i : i + 2], 16) for i in (1, 3, 5)]) >= READABLE
    assert certificate_pdf(replace(CERTIFICATE, colour=colour)).startswith(b"%PDF")


def test_colour_that_can_be_read_is_left_alone():
    assert readable("#0b5d57") == "#0b5d57"
    assert readable("#777777") != "#777777"  # 4.48
