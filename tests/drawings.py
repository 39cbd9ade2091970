"""What a canvas sends when somebody signs."""

import base64
import io

from PIL import Image, ImageDraw

from core.drawings import PREFIX


def drawn(*, strokes: int = 3, dot: bool = False) -> str:
    picture = Image.new("RGBA", (960, 320))
    pen = ImageDraw.Draw(picture)
    for number in range(strokes):
        pen.line((50, 40 + number * 6, 400, 240 - number * 5, 900, 60 + number * 6), fill="#16302e", width=6)
    if dot:
        pen.ellipse((100, 100, 105, 105), fill="#16302e")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return PREFIX + base64.b64encode(out.getvalue()).decode()
