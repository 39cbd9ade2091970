import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from typst import TypstError

from core.pdf import fit_text, render_pdf

DAY = date(2026, 11, 25)
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(width: 600pt, height: 400pt)
#set text(font: "Libertinus Serif", lang: sys.inputs.language)
#data.title
#data.lines.join(linebreak())
"""


@pytest.fixture
def template(tmp_path) -> Path:
    path = tmp_path / "app" / "letter.typ"
    path.parent.mkdir()
    path.write_text(TEMPLATE)
    return path


def render(template, *lines: str, title="Title", **options) -> bytes:
    return render_pdf(template, {"title": title, "lines": list(lines)}, made_on=DAY, **options)


def words(pdf: bytes) -> list[str]:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split()


@pytest.mark.parametrize("is_archival", [False, True])
@pytest.mark.parametrize(
    "typed",
    [
        '#panic() #import "x" #let',
        "*x* _y_ `z` ```raw```",
        "$ x^2 $ \\ \\u{41} \\n",
        "@ref <label> //comment /*comment*/",
        "\"double\" 'single' ‘curly’",
        "= heading - list + enum / term: x",
        "[content] {code} #{1+1} ~ -- ---",
        "https://example.org/?a=1&b=%20",
        '{"title": "JSON"}',
    ],
)
def test_text_that_looks_like_markup_is_printed_as_it_is(template, typed, is_archival):
    assert words(render(template, typed, is_archival=is_archival)) == ["Title", *typed.split()]


def test_text_of_any_length_is_printed(template):
    assert "".join(words(render(template, "ab " * 1700, is_archival=True))) == "Title" + "ab" * 1700


def test_french_text_keeps_every_sign(template):
    typed = "é è ê ë à â ç ï î ô ö ù û ü ÿ æ œ É À Ç Œ Æ « » ’ – — … € ° n° 1\u202f234\u00a0€ ½ § × −"
    assert words(render(template, typed, is_archival=True)) == ["Title", *typed.split()]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Bravo 😀 !", "Bravo □ !"),
        ("漢字 Kanji", "□□ Kanji"),
        ("n° 1️⃣ é⃣", "n° 1 é"),  # a keycap around a digit: the digit stays
        ("👨‍👩‍👧 famille", "□□□ famille"),
    ],
)
def test_sign_that_no_font_has_becomes_a_square(template, typed, printed):
    assert words(render(template, typed, is_archival=True)) == ["Title", *printed.split()]


def test_thousands_of_signs_that_no_font_has_become_squares(template):
    chinese = "".join(chr(0x4E00 + n) for n in range(5000))
    assert "".join(words(render(template, chinese, is_archival=True))) == "Title" + "□" * 5000


def test_sign_that_no_font_has_breaks_no_ordinary_document(template):
    assert words(render(template, "Bravo 😀 !"))[:2] == ["Title", "Bravo"]


@pytest.mark.parametrize("is_archival", [False, True])
def test_control_characters_are_left_out(template, is_archival):
    typed = "a\x00b\x1bc\x7fd\x85e\ud83df\ufffeg\uffffh"
    assert words(render(template, typed, is_archival=is_archival)) == ["Title", *"abcdefgh"]


def test_fit_text_keeps_line_ends_and_joins_accents():
    assert fit_text("e\u0301te\u0301\r\n\tfin\x0b") == "été\n\tfin "


def test_document_says_its_title_language_and_day(template):
    pdf = PdfReader(io.BytesIO(render(template, title="Été #1", language="en")))
    assert pdf.metadata.title == "Été #1"
    assert pdf.trailer["/Root"]["/Lang"] == "en"
    assert pdf.metadata.creation_date.date() == DAY


def test_document_of_the_same_data_has_the_same_bytes(template):
    first = render(template, "text", is_archival=True)
    assert render(template, "text", is_archival=True) == first
    assert render(template, "texts", is_archival=True) != first


def test_archival_document_says_so(template):
    archival, ordinary = (render(template, "text", is_archival=is_archival) for is_archival in (True, False))
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in archival
    assert b"pdfaid:part" not in ordinary


def test_bytes_reach_the_template_as_they_are(template):
    picture = io.BytesIO()
    Image.new("RGB", (4, 3), "#0b5d57").save(picture, "PNG")
    template.write_text("#let data = json(bytes(sys.inputs.data))\n#image(bytes(data.logo))")
    pdf = render_pdf(template, {"logo": picture.getvalue()}, made_on=DAY)
    [image] = PdfReader(io.BytesIO(pdf)).pages[0].images
    assert image.image.size == (4, 3)


def test_template_reads_nothing_outside_its_folder(template):
    (template.parent.parent / "secret.txt").write_text("secret")
    (template.parent / "beside.txt").write_text("beside")
    template.write_text('#read("beside.txt")')
    assert words(render(template)) == ["beside"]
    template.write_text('#read("../secret.txt")')
    with pytest.raises(TypstError):
        render(template)


def test_template_with_a_mistake_is_an_error(template):
    template.write_text("#data.title")
    with pytest.raises(TypstError, match="unknown variable"):
        render(template, "😀", is_archival=True)


# --- Accessible -------------------------------------------------------------------------------------------------------


def test_accessible_document_says_so_and_may_be_archival_too(template):
    for options in ({"is_accessible": True}, {"is_accessible": True, "is_archival": True}):
        pdf = PdfReader(io.BytesIO(render(template, "Bonjour", **options)))
        assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] and pdf.trailer["/Root"]["/Lang"] == "fr"
        metadata = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
        assert "pdfuaid:part>1<" in metadata
        assert ("pdfaid:part>3<" in metadata) is ("is_archival" in options)


def test_picture_without_words_is_refused_in_an_accessible_document(template):
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    template.write_text(TEMPLATE + f'#image(bytes("{svg}"), format: "svg")')
    assert render(template, "Bonjour").startswith(b"%PDF")
    with pytest.raises(TypstError, match="alt"):
        render(template, "Bonjour", is_accessible=True)
