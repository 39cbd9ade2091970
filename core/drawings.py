"""A drawing made on the screen (a signature): what a canvas sends as a data URL, made into a small picture of ink."""

import base64
import binascii
import io

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

PREFIX = "data:image/png;base64,"
MAX_SENT = 400_000  # letters of base64; a whole tablet's canvas has a tenth of that
MAX_PIXELS = 4_000_000
WIDTH, HEIGHT = 480, 160  # what is kept: enough for 40 mm on paper
MAX_KEPT = 12_000
LEAST_INK = 40  # pixels: a tap is no signature


def clean_drawing(sent: str) -> bytes:
    """The drawing as a fresh PNG of at most 480 × 160 pixels, ink on nothing, cut to what was drawn.

    Raises ValidationError for what is no PNG of a canvas, for one that is too large, and for an empty one.
    """
    picture = _opened(sent)
    ink = picture.getchannel("A")
    box = ink.getbbox()
    if box is None:
        raise ValidationError(_("Nothing is drawn yet: sign in the box."), code="empty")
    ink = ink.crop(box)
    ink.thumbnail((WIDTH, HEIGHT))
    if sum(ink.histogram()[64:]) < LEAST_INK:
        raise ValidationError(_("Nothing is drawn yet: sign in the box."), code="empty")
    kept = _written(ink)
    if len(kept) > MAX_KEPT:
        raise ValidationError(_("This drawing has too many strokes: clear it and sign once more."), code="too_large")
    return kept


def _opened(sent: str) -> Image.Image:
    fault = ValidationError(_("This is no drawing that can be read: clear it and sign once more."), code="no_drawing")
    if not sent:
        raise ValidationError(_("Nothing is drawn yet: sign in the box."), code="empty")
    if not sent.startswith(PREFIX) or len(sent) > MAX_SENT:
        raise fault
    try:
        content = base64.b64decode(sent[len(PREFIX) :], validate=True)
        picture = Image.open(io.BytesIO(content), formats=["PNG"])
        if picture.width * picture.height > MAX_PIXELS:
            raise fault
        return picture.convert("RGBA")
    except (
        binascii.Error, UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError,
    ) as error:  # fmt: skip
        raise fault from error


def _written(ink: Image.Image) -> bytes:
    """Sixteen greys of one ink: a few kilobytes."""
    steps = ink.point(lambda value: value // 17 * 17)
    picture = Image.new("LA", ink.size, 0)
    picture.putalpha(steps)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
