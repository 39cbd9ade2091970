"""Screenshots small enough for a repository."""

from io import BytesIO
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


def small_png(content: bytes) -> bytes:
    """The same picture in 256 colours, which pages without photographs do not miss."""
    out = BytesIO()
    Image.open(BytesIO(content)).convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()
