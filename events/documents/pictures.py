"""The pictures on papers: logos as they were uploaded (made anew by `core.uploads`), codes drawn by segno."""

import io

import segno
from django.db.models.fields.files import FieldFile


def bytes_of(picture: FieldFile) -> bytes:
    """What the file holds; nothing where there is none or it is gone: a paper without its logo is better than none."""
    if not picture:
        return b""
    try:
        with picture.open("rb") as file:
            return file.read()
    except OSError:
        return b""


def qr_svg(text: str) -> str:
    """The QR code of `text` as SVG, with its quiet zone; black on white, whatever the page around it looks like."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    return out.getvalue().decode()


def qr_data_uri(text: str) -> str:
    """The same for an `img` on a page."""
    return segno.make_qr(text, error="m").svg_data_uri(
        border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
