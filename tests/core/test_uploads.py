"""Pictures are judged by content and size, and what is kept is made by us."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from core.uploads import MAX_PICTURE_BYTES, PICTURE_SIDE, clean_picture, replace_file, store_file
from tests.factories import ClubFactory


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


# --- Files follow their rows ------------------------------------------------------------------------------------------


@pytest.fixture
def club():
    return ClubFactory()


def stored(club) -> tuple:
    """A logo written for a club: its storage and name."""
    store_file(club.logo, ContentFile(b"x", name="logo.webp"))
    return club.logo.storage, club.logo.name


@pytest.mark.django_db(transaction=True)
def test_file_of_a_transaction_stays_with_its_commit_and_goes_with_its_rollback(club):
    with transaction.atomic():
        storage, kept = stored(club)
        club.save()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with transaction.atomic():
            _storage, undone = stored(club)
            club.save()
        assert storage.exists(undone)
        raise ZeroDivisionError
    assert storage.exists(kept) and not storage.exists(undone)
    club.refresh_from_db()
    assert club.logo.name == kept
    storage.delete(kept)


@pytest.mark.django_db(transaction=True)
def test_file_goes_with_a_savepoint_that_is_undone(club):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            storage, undone = stored(club)
            raise ZeroDivisionError
        assert not storage.exists(undone)
        _storage, kept = stored(club)
        club.save()
    assert storage.exists(kept)
    storage.delete(kept)


@pytest.mark.django_db(transaction=True)
def test_replaced_file_is_erased_by_the_commit_only(club):
    with transaction.atomic():
        storage, first = stored(club)
        club.save()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        replace_file(club.logo, ContentFile(b"y", name="other.webp"))
        second = club.logo.name
        raise ZeroDivisionError
    assert storage.exists(first) and not storage.exists(second)
    club.refresh_from_db()
    with transaction.atomic():
        replace_file(club.logo, None)
        club.save()
    assert not storage.exists(first) and not club.logo
