"""Uploaded files of events: erased once the row that named them is gone for good, and not before."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models.fields.files import FieldFile


def drop_file(file: FieldFile) -> None:
    """Erase a file after the transaction; when that is undone, the file stays."""
    if file and file.name:
        storage, name = file.storage, file.name
        transaction.on_commit(lambda: storage.delete(name))


def drop_files(files: Iterable[FieldFile]) -> None:
    for file in files:
        drop_file(file)
