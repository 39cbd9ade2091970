"""Documents to print: a Typst template of the app, filled with data, as PDF.

    render_pdf(Path(__file__).with_name("certificate.typ"), {"title": …}, made_on=term.starts_on, language="fr")

What the template shows reaches it as JSON, by `json(bytes(sys.inputs.data))`, and never as source: whatever a person
typed is text. Fonts are those inside the Typst package, never the machine's, and the only clock is `made_on`: the same
data give the same bytes everywhere.
"""

import json
import re
import unicodedata
from datetime import UTC, date, datetime, time
from pathlib import Path

ARCHIVAL = "a-3b"  # PDF/A-3b: for archives, with files attached
ACCESSIBLE = "ua-1"  # PDF/UA-1: read aloud in order, every picture with its words; the compiler refuses what is not
NO_GLYPH = "□"  # stands for a sign that no font has (an emoji, Chinese)
# Every font has the Latin letters; a sign beside them may be what is missing, and is then named together with them.
LAST_LATIN = "\u024f"

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NAMED = re.compile(r'the text `"(.*?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def render_pdf(
    template: Path, data: dict, *, made_on: date, language: str = "fr", is_archival: bool = False,
    is_accessible: bool = False,
) -> bytes:  # fmt: skip
    """The PDF of `template` with `data`; archival ones are PDF/A-3b, and may have files attached (`pdf.attach`);
    accessible ones are PDF/UA-1.

    In such a document a sign without a glyph is an error: it is replaced by an empty square, and only it.
    """
    standards = [ARCHIVAL] * is_archival + [ACCESSIBLE] * is_accessible
    from typst import TypstError  # noqa: PLC0415 - a heavy module, only where a document is made

    fit = _in_texts(data, fit_text)
    while True:
        try:
            return _compiled(template, fit, made_on, language, standards)
        except TypstError as error:
            unknown = _without_glyph(error.diagnostic)
            replaced = _in_texts(fit, lambda text, unknown=unknown: text.translate(unknown))
            if replaced == fit:
                raise
            fit = replaced


def fit_text(text: str) -> str:
    """`text` without the control characters that neither a page nor XML can hold (tabs and line ends stay)."""
    return _UNFIT.sub(" ", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))


def _compiled(template: Path, data: dict, made_on: date, language: str, standards: list) -> bytes:
    import typst  # noqa: PLC0415

    return typst.compile(
        template,
        root=template.parent,  # a template reads what lies beside it, and nothing else
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data), "language": language.partition("-")[0]},
        pdf_standards=standards,
        timestamp=datetime.combine(made_on, time(), UTC),
    )


def _without_glyph(diagnostic: str) -> dict[int, str]:
    """What to write for the signs that an error names; what only joins or marks others is left out."""
    named = "".join(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in _NAMED.findall(diagnostic))
    marks = {"Mn", "Me", "Cf"}
    return {ord(c): "" if unicodedata.category(c) in marks else NO_GLYPH for c in set(named) if c > LAST_LATIN}


def _in_texts(value, change):
    """`value` as JSON takes it, with every text inside changed; bytes become numbers, which `bytes(…)` turns back."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, bytes):
        return list(value)
    if isinstance(value, dict):
        return {key: _in_texts(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_in_texts(one, change) for one in value]
    return value
