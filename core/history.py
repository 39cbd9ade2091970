from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from core.models import HistoryEntry, HistorySubject, subject_keys


def record(code: str, message: str, *, by, about: Iterable[models.Model], **values) -> HistoryEntry:
    """Write the one history line of an action, inside its transaction.

    `code` is `app.noun.past_participle`; `message` is the English source of the sentence, marked with
    `gettext_noop` by the caller, with `%(named)s` values; `by` is a person or None (the system); `about` are the
    saved things on whose pages the line is read. Raises TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs in the action's transaction")
    entry = HistoryEntry.objects.create(
        code=code, message=message, by=by, values={name: str(value) for name, value in values.items()}
    )
    HistorySubject.objects.bulk_create(
        HistorySubject(entry=entry, content_type_id=content_type, object_id=pk)
        for content_type, pk in subject_keys(about)
    )
    return entry


def record_each(code: str, message: str, *, by, lines: Iterable[tuple[models.Model, dict]]) -> None:
    """Write one history line for each (thing, values), as `record` does, with two queries for all of them.

    For actions that treat many things alike, such as a batch of an import.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record_each() belongs in the action's transaction")
    lines = list(lines)
    entries = HistoryEntry.objects.bulk_create(
        HistoryEntry(code=code, message=message, by=by, values={name: str(value) for name, value in values.items()})
        for _thing, values in lines
    )
    HistorySubject.objects.bulk_create(
        HistorySubject(entry=entry, content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)
        for entry, (thing, _values) in zip(entries, lines, strict=True)
    )
