"""Screenshots small enough for a repository, and what a camera sees."""

from io import BytesIO
from pathlib import Path

import segno
from PIL import Image

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


def small_png(content: bytes) -> bytes:
    """The same picture in 256 colours, which pages without photographs do not miss."""
    out = BytesIO()
    Image.open(BytesIO(content)).convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def picture_of_code(code: str) -> bytes:
    """A JPEG of a ticket's QR code, grey around it."""
    out = BytesIO()
    segno.make(code, error="m").save(out, kind="png", scale=5, border=4)
    picture = Image.new("RGB", (640, 480), "#8a8a86")
    picture.paste(Image.open(out).convert("RGB"), (200, 110))
    jpeg = BytesIO()
    picture.save(jpeg, "JPEG", quality=85)
    return jpeg.getvalue()
