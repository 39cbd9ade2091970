"""Uploaded pictures and files: judged by size and content, never by their name; pictures are re-encoded.

A file is there if and only if its row is: `store_file` and `drop_file` follow the transaction.
"""

import io
import uuid
import weakref
from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.forms import ImageField as ImageFormField
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

MAX_PICTURE_BYTES = 5 * 1024 * 1024
MAX_PICTURE_PIXELS = 40_000_000
PICTURE_SIDE = 1600
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


@deconstructible
class RandomName:
    """A stored file's name says nothing of who sent it and cannot be guessed."""

    def __init__(self, folder: str):
        self.folder = folder

    def __call__(self, instance, filename: str) -> str:
        return f"{self.folder}{uuid.uuid4().hex}{Path(filename).suffix.lower()[:5]}"

    def __eq__(self, other):
        return isinstance(other, RandomName) and self.folder == other.folder


class _Written:
    """A file that a transaction has written, known to nothing but its commit: undone, whole or to a savepoint, the
    transaction forgets what it was to do at the commit, and the file goes with it."""

    def __init__(self, file: FieldFile):
        self._erase = weakref.finalize(self, file.storage.delete, str(file.name))

    def keep(self) -> None:
        self._erase.detach()


def store_file(file: FieldFile, content: File) -> None:
    """Write what was uploaded into a column of a row that is saved next; erased again when the transaction is undone."""
    file.save(content.name or "", content, save=False)
    transaction.on_commit(_Written(file).keep)


def drop_file(file: FieldFile) -> None:
    """Erase a file after the transaction; when that is undone, the file stays."""
    if file and file.name:
        storage, name = file.storage, file.name
        transaction.on_commit(lambda: storage.delete(name))


def replace_file(file: FieldFile, content: File | None) -> None:
    """Write another file in place of the one that is there, or none."""
    drop_file(file)
    if content:
        store_file(file, content)
    else:
        setattr(file.instance, file.field.name, "")


def drop_files(files: Iterable[FieldFile]) -> None:
    for file in files:
        drop_file(file)


def clean_picture(upload) -> ContentFile:
    """Return the picture as a fresh WebP of at most 1600 pixels a side, without metadata (place, camera).

    Raises ValidationError for more than 5 MB, for what is no picture, and for a picture that unpacks too large.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - a heavy module, only where a picture comes

    if upload.size > MAX_PICTURE_BYTES:
        raise ValidationError(_("This picture is larger than 5 MB: choose a smaller one."), code="too_large")
    try:
        upload.seek(0)
        picture = Image.open(upload, formats=PICTURE_FORMATS)
        if picture.width * picture.height > MAX_PICTURE_PIXELS:
            raise ValidationError(_("This picture has too many pixels: choose a smaller one."), code="too_large")
        picture = ImageOps.exif_transpose(picture)
        picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
        picture = picture.convert("RGBA" if picture.mode in {"RGBA", "LA", "P"} else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("This file is no picture that can be read: use a JPEG, PNG, WebP or GIF."), code="no_picture"
        ) from error
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=82)
    return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.webp")


class PictureFormField(ImageFormField):
    """A form field whose cleaned value is the re-encoded picture. Django's own check runs on what we made of it."""

    def to_python(self, data):
        if data in self.empty_values:
            return None
        return super().to_python(clean_picture(data))


class ImageField(models.ImageField):
    """An image column whose form field re-encodes and whose files bear random names."""

    def __init__(self, *args, **kwargs):
        folder = kwargs.get("upload_to", "")
        if isinstance(folder, str):
            kwargs["upload_to"] = RandomName(folder)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PictureFormField, **kwargs})
