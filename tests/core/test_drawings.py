"""A drawing on the screen becomes a small picture of ink; anything else is refused with a sentence."""

import base64
import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageDraw

from core.drawings import HEIGHT, MAX_KEPT, PREFIX, WIDTH, clean_drawing
from tests.drawings import drawn


def sent(picture: Image.Image, form: str = "PNG") -> str:
    out = io.BytesIO()
    picture.save(out, form)
    return PREFIX + base64.b64encode(out.getvalue()).decode()


def test_drawing_is_made_anew_small_and_of_ink_alone():
    picture = Image.open(io.BytesIO(clean_drawing(drawn())))
    assert picture.format == "PNG" and picture.mode == "LA" and not picture.info
    assert picture.width <= WIDTH and picture.height <= HEIGHT
    assert picture.getchannel("L").getextrema() == (0, 0) and picture.getchannel("A").getextrema()[1] > 200


def test_drawing_of_a_whole_page_of_strokes_stays_small():
    assert len(clean_drawing(drawn(strokes=40))) <= MAX_KEPT


def test_drawing_loses_the_colours_and_the_words_hidden_in_it():
    picture = Image.new("RGBA", (300, 100))
    ImageDraw.Draw(picture).rectangle((10, 10, 200, 60), fill="#ff0000")
    assert "red" not in str(Image.open(io.BytesIO(clean_drawing(sent(picture)))).info)
    assert clean_drawing(sent(picture)) == clean_drawing(sent(picture))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (sent(Image.new("RGBA", (960, 320))), "empty"),
        (drawn(strokes=0, dot=True), "empty"),
        ("data:image/png;base64,", "no_drawing"),
        ("data:image/png;base64,????", "no_drawing"),
        (PREFIX + base64.b64encode(b"<svg onload=alert(1)>").decode(), "no_drawing"),
        ("data:image/svg+xml;base64,PHN2Zz4=", "no_drawing"),
        ("https://example.org/a.png", "no_drawing"),
        (sent(Image.new("RGB", (60, 20), "white"), "JPEG"), "no_drawing"),
        (PREFIX + sent(Image.new("RGBA", (60, 20), "black"))[len(PREFIX) :][:60], "no_drawing"),
        (PREFIX + "A" * 400_001, "no_drawing"),
        (sent(Image.new("1", (9000, 9000))), "no_drawing"),
    ],
)
def test_what_is_no_drawing_is_refused(text, code):
    with pytest.raises(ValidationError) as refused:
        clean_drawing(text)
    assert refused.value.code == code


def test_noise_that_would_take_too_much_room_is_refused():
    picture = Image.effect_noise((900, 300), 200).convert("L")
    noisy = Image.new("RGBA", picture.size)
    noisy.putalpha(picture)
    if len(sent(noisy)) > 400_000:
        noisy = noisy.resize((480, 160))
    with pytest.raises(ValidationError) as refused:
        clean_drawing(sent(noisy))
    assert refused.value.code == "too_large"
