"""A coordinator's import on the desk: upload, check (preview), import, discard; old files go by themselves."""

from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from core.uploads import drop_file, store_file
from members.actions.imports import Outcome, Tally, import_table
from members.enums import ImportStatus
from members.importing.reading import UnreadableFile, open_table
from members.models import Club, ImportRow, ImportRun

NOT_NOW = gettext_lazy("This import cannot be started now: it has not been checked, or has already been imported.")
GONE = gettext_lazy("The file is no longer kept: upload it again.")
STOPPED = gettext_lazy("The import stopped half-way. What is done stays done: start it again.")


@transaction.atomic
def upload_import(club: Club, *, by, upload: UploadedFile) -> ImportRun:
    """Keep a directory file for `club`, to be checked next. Raises RuleBroken (field `file`) if it is no directory."""
    try:
        table = open_table(upload)
    except UnreadableFile as unreadable:
        raise RuleBroken(str(unreadable), field="file") from unreadable
    upload.seek(0)
    run = ImportRun(
        club=club, by=by, filename=(upload.name or "")[:200], header=table.header,
        columns={name: table.header[index] for name, index in table.columns.items()},
    )  # fmt: skip
    store_file(run.file, upload)
    run.save()
    record(
        "members.import.uploaded",
        gettext_noop("Uploaded the directory “%(file)s”"),
        by=by,
        about=[club, run],
        file=run.filename,
    )
    return run


def check_import(run_id: int) -> ImportRun:
    """Judge every row of an uploaded file and keep the verdicts; nothing of the directory is written.

    Does nothing for a run that waits no longer. An unreadable file ends as such, with its sentence.
    """
    run = _claim(run_id, ImportStatus.CHECKING)
    if run is None:
        return ImportRun.objects.get(pk=run_id)
    try:
        with run.file.open("rb") as content:
            total = open_table(content).count()
        ImportRun.objects.filter(pk=run.pk).update(total=total)
        tally = _run(run, write=False)
    except UnreadableFile as unreadable:
        return _finish(run, ImportStatus.FAILED, error=str(unreadable))
    except Exception:
        _finish(run, ImportStatus.FAILED, error=_("The file could not be checked."))
        raise
    return _finish(run, ImportStatus.CHECKED, tally)


@transaction.atomic
def start_import(run: ImportRun, *, by) -> ImportRun:
    """Say that a checked file shall be imported; the work itself is `import_directory`. Raises RuleBroken if not now."""
    run = lock_row(ImportRun.objects.all(), run.pk)
    if not run.state.can_become(ImportStatus.IMPORTING):
        raise RuleBroken(NOT_NOW)
    if not run.file:
        raise RuleBroken(GONE)
    run.status, run.by, run.done, run.error, run.moved_at = ImportStatus.IMPORTING, by, 0, "", timezone.now()
    run.save(update_fields=["status", "by", "done", "error", "moved_at"])
    record(
        "members.import.started",
        gettext_noop("Started the import of “%(file)s”"),
        by=by,
        about=[run],
        file=run.filename,
    )
    return run


def import_directory(run_id: int) -> ImportRun:
    """Import a file whose import was started, row by row as the command does. Repeat-safe: what is done stays done."""
    run = ImportRun.objects.select_related("club", "by").get(pk=run_id)
    if run.status != ImportStatus.IMPORTING:
        return run
    try:
        tally = _run(run, write=True)
    except UnreadableFile as unreadable:
        return _finish(run, ImportStatus.FAILED, error=str(unreadable))
    except Exception:
        _finish(run, ImportStatus.CHECKED, error=str(STOPPED))
        raise
    return _finish(run, ImportStatus.DONE, tally)


@transaction.atomic
def resume_import(run: ImportRun, *, by) -> ImportRun:
    """Take up a run whose worker was lost: a check waits again, an import may be started again."""
    run = lock_row(ImportRun.objects.all(), run.pk)
    if not run.is_stalled(timezone.now()):
        raise RuleBroken(_("This import is still at work."))
    if run.status == ImportStatus.IMPORTING:
        run.status, run.error = ImportStatus.CHECKED, str(STOPPED)
    else:
        run.status, run.done = ImportStatus.WAITING, 0
    run.moved_at = timezone.now()
    run.save(update_fields=["status", "error", "done", "moved_at"])
    record(
        "members.import.resumed",
        gettext_noop("Took up the import of “%(file)s” again"),
        by=by,
        about=[run],
        file=run.filename,
    )
    return run


@transaction.atomic
def discard_import(run: ImportRun, *, by) -> Club:
    """Throw an upload away that was not imported, with its file and verdicts; return its club."""
    run = lock_row(ImportRun.objects.all(), run.pk)
    if run.is_done or (run.is_running and not run.is_stalled(timezone.now())):
        raise RuleBroken(_("This import is at work or done: it cannot be thrown away."))
    _forget_file(run)
    record(
        "members.import.discarded",
        gettext_noop("Threw the upload “%(file)s” away"),
        by=by,
        about=[run.club],
        file=run.filename,
    )
    club = run.club
    run.delete()
    return club


def erase_old_import_files() -> int:
    """Erase uploaded files, and what their rows said, when their time is over; the counts stay. For the daily run."""
    erased = 0
    for run in ImportRun.objects.expired(timezone.now()).select_related("club"):
        with transaction.atomic():
            _forget_file(run)
            run.rows.all().delete()
            run.save(update_fields=["file"])
            record(
                "members.import.erased",
                gettext_noop("Erased the uploaded file “%(file)s”"),
                by=None,
                about=[run],
                file=run.filename,
            )
        erased += 1
    return erased


@transaction.atomic
def _claim(run_id: int, status: str) -> ImportRun | None:
    """The run, moved on to `status`, or None if another worker has it."""
    run = lock_row(ImportRun.objects.all(), run_id)
    if not run.state.can_become(status):
        return None
    run.status, run.done, run.error, run.moved_at = status, 0, "", timezone.now()
    run.save(update_fields=["status", "done", "error", "moved_at"])
    return run


def _run(run: ImportRun, *, write: bool) -> Tally:
    """Run the file through, keeping each row's verdict and how far it has come."""
    with run.file.open("rb") as content:
        return import_table(
            open_table(content),
            tally=Tally(),
            by=run.by,
            club=run.club,
            filename=run.filename,
            write=write,
            each=_keeper(run),
        )


def _keeper(run: ImportRun) -> Callable[[list[Outcome]], None]:
    @transaction.atomic
    def keep(outcomes: list[Outcome]) -> None:
        rows = [_row(run, outcome) for outcome in outcomes]
        fields = ["verdict", "is_warned", "findings", "name", "siret", "kind", "city", "cells", "organisation"]
        ImportRow.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["run", "number"], update_fields=fields, batch_size=200
        )
        ImportRun.objects.filter(pk=run.pk).update(done=F("done") + len(outcomes), moved_at=timezone.now())

    return keep


def _row(run: ImportRun, outcome: Outcome) -> ImportRow:
    organisation, shown = outcome.organisation, outcome.entry.shown
    return ImportRow(
        run=run,
        number=outcome.number,
        verdict=outcome.verdict,
        is_warned=outcome.is_warned and not outcome.is_refused,
        findings=[found.as_json() for found in outcome.findings if found.is_refusal or not outcome.is_refused],
        name=shown["name"],
        siret=outcome.entry.siret or shown["siret"],
        kind=outcome.entry.kind or shown["kind"],
        city=shown["city"],
        cells=outcome.entry.cells if outcome.is_refused else [],
        organisation=organisation if organisation and organisation.pk else None,
    )


def _finish(run: ImportRun, status: str, tally: Tally | None = None, *, error: str = "") -> ImportRun:
    now = timezone.now()
    run.refresh_from_db(fields=["done", "total"])
    run.status, run.error, run.moved_at = status, error[:500], now
    if tally:
        run.counts, run.warnings = tally.counts(), dict(tally.warnings)
    if status == ImportStatus.DONE:
        run.finished_at = now
    run.save(update_fields=["status", "error", "moved_at", "counts", "warnings", "finished_at"])
    return run


def _forget_file(run: ImportRun) -> None:
    drop_file(run.file)
    run.file = ""
