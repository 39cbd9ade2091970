"""Documents of an event: added, changed, removed by its coordinators."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.documents import CheckedFile
from core.errors import RuleBroken
from core.history import record
from core.uploads import drop_file, store_file
from events.actions.locking import lock_event
from events.enums import DocumentKind
from events.models import Document, Event
from events.models.documents import WEBP

FIELDS = ("session", "kind", "title", "audience", "shown_from")
MOST = 500  # documents of one event


@transaction.atomic
def add_documents(event: Event, *, by, files: Sequence[CheckedFile] = (), url: str = "", **fields) -> list[Document]:
    """Add a link, or files (as `core.documents` made them); several get the title with a number. `fields`: see FIELDS.

    Raises RuleBroken, at its field, for neither or both, for a photo that is no picture, for a session of another event.
    """
    event = lock_event(event)
    if bool(files) == bool(url):
        raise RuleBroken(_("Give a file or a link, one of both."), field="files")
    if event.documents.count() + len(files) > MOST:
        raise RuleBroken(_("An event has at most %(most)s documents.") % {"most": MOST}, field="files")
    made = []
    for number, checked in enumerate(files or [None], start=1):
        document = Document(event=event, by=by, url=url)
        _fill(document, fields)
        if len(files) > 1:
            document.title = f"{document.title[:150]} ({number})"
        if checked is not None:
            document.media_type, document.size = checked.media_type, checked.content.size
        _check_photo(document)
        if checked is not None:
            store_file(document.file, checked.content)
        document.save()
        made.append(document)
    record("events.document.added", gettext_noop("Documents added: %(title)s; number: %(number)s"), by=by, about=[event],
           title=fields["title"], number=len(made))  # fmt: skip
    return made


@transaction.atomic
def change_document(document: Document, *, by, **fields) -> Document:
    """Change what is said of a document and who sees it from when; the file or link itself stays. `fields`: see FIELDS."""
    event = lock_event(document.event)
    document = event.documents.get(pk=document.pk)
    document.event = event
    _fill(document, fields)
    _check_photo(document)
    document.save()
    record("events.document.changed", gettext_noop("Document changed: %(title)s"), by=by, about=[event],
           title=document.title)  # fmt: skip
    return document


@transaction.atomic
def remove_document(document: Document, *, by) -> Event:
    """Remove a document and erase its file; repeat-safe."""
    event = lock_event(document.event)
    found = event.documents.filter(pk=document.pk).first()
    if found is not None:
        drop_file(found.file)
        found.delete()
        record("events.document.removed", gettext_noop("Document removed: %(title)s"), by=by, about=[event],
               title=found.title)  # fmt: skip
    return event


def _fill(document: Document, fields: dict) -> None:
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"a document has no field {name} to change")
        setattr(document, name, value)
    if document.session is not None and document.session.event_id != document.event_id:
        raise RuleBroken(_("This session belongs to another event."), field="session")


def _check_photo(document: Document) -> None:
    """A photo is shown among the pictures: it is one."""
    if document.kind == DocumentKind.PHOTO and document.media_type != WEBP:
        raise RuleBroken(_("A photo is a picture: choose a JPEG, PNG, WebP or GIF file."), field="files")
