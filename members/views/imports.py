"""The import of a directory on the coordination desk: upload, preview, import, what is to be decided."""

import io
from functools import partial

from django.core.paginator import Page
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt, history_of, page_of
from members import permissions
from members.actions import differences as difference_actions
from members.actions import import_runs as actions
from members.clubs import current_club
from members.enums import ImportStatus, Verdict
from members.forms.imports import ImportForm
from members.importing.findings import field_label, from_json, summary
from members.importing.rejects import RejectsWriter
from members.models import Difference, ImportRow, ImportRun
from members.tasks import check_import_task, import_directory_task

COORDINATORS = gettext_lazy("Only the coordinators of a club can import a directory.")
SHOWN = 50
WARNED = "warned"
TABS = {
    Verdict.CREATED: pgettext_lazy("rows of a file", "Created"),
    Verdict.UPDATED: pgettext_lazy("rows of a file", "Updated"),
    Verdict.UNCHANGED: pgettext_lazy("rows of a file", "Unchanged"),
    Verdict.REFUSED: pgettext_lazy("rows of a file", "Refused"),
    WARNED: pgettext_lazy("rows of a file", "With a warning"),
}


def import_list(request: HttpRequest) -> HttpResponse:
    """What was imported, and the form to import more."""
    require(permissions.can_import_directory(request.user), COORDINATORS)
    return _import_list(request, ImportForm(person=request.user, club=current_club(request)))


def _import_list(request: HttpRequest, form: ImportForm) -> HttpResponse:
    context = {
        "form": form,
        "page": page_of(request, ImportRun.objects.visible_to(request.user).for_list()),
        "undecided": Difference.objects.visible_to(request.user).undecided().count(),
    }
    return render(request, "members/import_list.html", context)


@require_POST
def upload_import(request: HttpRequest) -> HttpResponse:
    """Keep the file and check it; a file that is no directory is refused at its field."""
    require(permissions.can_import_directory(request.user), COORDINATORS)
    form = ImportForm(request.POST, request.FILES, person=request.user)
    if form.is_valid():
        club, upload = form.cleaned_data["club"], form.cleaned_data["file"]
        if run := attempt(form, actions.upload_import, club, by=request.user, upload=upload):
            transaction.on_commit(partial(check_import_task.enqueue, run.pk))
            return redirect(run)
    return _import_list(request, form)


def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The check of a file, row by row, before and after it is imported; how far it has come meanwhile."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).for_list(), pk=pk)
    shown = request.GET.get("verdict", "")
    rows = _rows(run, shown)
    context = {
        "run": run,
        "status": run.state,
        "is_stalled": run.is_stalled(timezone.now()),
        "tabs": _tabs(run, shown),
        "warnings": [(summary(code), count) for code, count in _by_count(run.warnings)],
        "columns": [(field_label(name), header) for name, header in run.columns.items()],
        "unused": [header for header in run.header if header and header not in run.columns.values()],
        "page": page_of(request, rows, SHOWN),
        "history": history_of(run),
        "has_refused": bool(run.counts.get(Verdict.REFUSED)),
    }
    context["rows"] = _told(context["page"])
    return render(request, "members/import_page.html", context)


def _rows(run: ImportRun, shown: str):
    rows = ImportRow.objects.filter(run=run).for_list()
    if shown == WARNED:
        return rows.warned()
    return rows.filter(verdict=shown) if shown in Verdict.values else rows


def _told(page: Page) -> list[tuple[ImportRow, Verdict, list]]:
    """Each row of a page with its verdict and its findings, in the reader's language."""
    return [(row, Verdict(row.verdict), [from_json(stored) for stored in row.findings]) for row in page.object_list]


def _tabs(run: ImportRun, shown: str) -> list[tuple]:
    path = run.get_absolute_url()
    every = (_("All rows"), path, shown not in TABS, run.total)
    return [
        every,
        *((label, f"{path}?verdict={key}", shown == key, run.counts.get(key, 0)) for key, label in TABS.items()),
    ]


def _by_count(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


@require_POST
def start_import(request: HttpRequest, pk: int) -> HttpResponse:
    """« Import now »."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)

    def start():
        actions.start_import(run, by=request.user)
        transaction.on_commit(partial(import_directory_task.enqueue, run.pk))

    return act(request, start, done=_("The import has been started."), to=run)


@require_POST
def resume_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a run that stands still."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)

    def resume():
        if actions.resume_import(run, by=request.user).status == ImportStatus.WAITING:
            transaction.on_commit(partial(check_import_task.enqueue, run.pk))

    return act(request, resume, done=_("The import has been taken up again."), to=run)


@require_POST
def discard_import(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    done = _("The file has been thrown away; nothing was imported.")
    return act(request, actions.discard_import, run, by=request.user, done=done, to="members:import_list")


def import_rejects(request: HttpRequest, pk: int) -> HttpResponse:
    """The refused rows as a CSV file with the reason, to be mended and imported again."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    stream = io.StringIO(newline="")
    writer = RejectsWriter(stream, run.header)
    for row in ImportRow.objects.filter(run=run).refused().order_by("number").iterator():
        writer.write(row.cells, [from_json(stored) for stored in row.findings])
    name = f"{slugify(run.filename.rsplit('.', 1)[0]) or 'import'}-{slugify(_('refused rows'))}.csv"
    response = HttpResponse(stream.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def difference_list(request: HttpRequest) -> HttpResponse:
    """Where files say otherwise than members, to be decided one by one."""
    require(permissions.can_import_directory(request.user), COORDINATORS)
    differences = Difference.objects.visible_to(request.user).undecided().for_list()
    page = page_of(request, differences)
    context = {"page": page, "differences": [(d, field_label(d.field), _now(d)) for d in page.object_list]}
    return render(request, "members/difference_list.html", context)


def _now(difference: Difference) -> str:
    """What the organisation's page says today."""
    return difference.ours if difference.field == "sectors" else getattr(difference.organisation, difference.field)


@require_POST
def take_difference(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, difference_actions.take_difference, _("The file’s value has been taken over."))


@require_POST
def keep_difference(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, difference_actions.keep_difference, _("What its members wrote stays."))


def _decide(request: HttpRequest, pk: int, action, done: str) -> HttpResponse:
    difference = get_object_or_404(Difference.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    require(permissions.can_decide_difference(request.user, difference), COORDINATORS)
    return act(request, action, difference, by=request.user, done=done, to="members:difference_list")
