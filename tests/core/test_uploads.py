"""Pictures are judged by content and size, and what is kept is made by us."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.uploads import MAX_PICTURE_BYTES, PICTURE_SIDE, clean_picture


def picture(size=(40, 30), kind="PNG", **options) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#0b5d57").save(out, kind, **options)
    return SimpleUploadedFile(f"photo.{kind.lower()}", out.getvalue(), f"image/{kind.lower()}")


def test_picture_is_reencoded_under_a_random_name():
    cleaned = clean_picture(picture())
    kept = Image.open(cleaned)
    assert (kept.format, kept.size) == ("WEBP", (40, 30))
    assert cleaned.name.endswith(".webp") and "photo" not in cleaned.name


def test_large_picture_is_made_smaller():
    assert max(Image.open(clean_picture(picture((3000, 200)))).size) == PICTURE_SIDE


def test_picture_loses_its_place_and_camera():
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    assert not dict(Image.open(clean_picture(picture(kind="JPEG", exif=exif))).getexif())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 no picture at all", "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no_picture"),
        (b"", "no_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "no_picture"),
        (b"x" * (20 * 1024 * 1024), "too_large"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(content, code):
    with pytest.raises(ValidationError) as refusal:
        clean_picture(SimpleUploadedFile("photo.png", content, "image/png"))
    assert refusal.value.code == code


def test_picture_that_unpacks_too_large_is_refused():
    bomb = picture((9000, 9000))
    assert bomb.size < MAX_PICTURE_BYTES
    with pytest.raises(ValidationError) as refusal:
        clean_picture(bomb)
    assert refusal.value.code == "too_large"
