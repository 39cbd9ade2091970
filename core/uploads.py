"""Uploaded pictures and files: judged by size and content, never by their name; pictures are re-encoded."""

import io
import uuid
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
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
