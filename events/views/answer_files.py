"""The files that an event asks for: the page of a place or of a registration where they are handed in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt
from events import actions, permissions
from events.answer_sheets import AnswerSheet, AskedFile, sheets_of
from events.forms import AnswerFileForm
from events.models import AnswerFile, Place, Registration
from events.views.files import hand_out
from events.views.finding import find_place
from events.views.registrations import NOT_YOURS, place_list
from members.rights import rights_of


def place_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked of the person of a place; POST hands in one file."""
    place = find_place(request, pk)
    require(permissions.can_change_place(request.user, place), NOT_YOURS)
    place.registration.event = place.event
    sheet = sheets_of([place]).get((place.registration_id, place.pk))
    return _answers_page(request, sheet, place.registration, place, back=place_list(request, place))


def registration_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked of the organisation as a whole; POST hands in one file."""
    registrations = Registration.objects.visible_to(request.user).select_related("event__club", "organisation")
    registration = get_object_or_404(registrations, pk=pk)
    require(permissions.can_hand_in_for(request.user, registration), NOT_YOURS)
    sheet = sheets_of(registration.places.all()).get((registration.pk, None))
    is_own = rights_of(request.user).belongs_to(registration.organisation_id)
    list_page = reverse("events:registration_list", args=[registration.event.slug])
    back = reverse("events:my_registrations") if is_own else list_page
    return _answers_page(request, sheet, registration, None, back=back)


def _answers_page(
    request: HttpRequest, sheet: AnswerSheet | None, registration: Registration, place: Place | None, *, back: str
) -> HttpResponse:
    lines = sheet.lines if sheet else []
    obstacle = actions.files_obstacle(registration.event, registration, place, timezone.now())
    wanted = request.POST.get("question") if request.method == "POST" else None
    rows = [(line, _form(request, line, wanted)) for line in lines]
    for line, form in rows:
        if form.is_bound and form.is_valid():
            file = form.cleaned_data["file"]
            if attempt(form, actions.hand_in_file, line.question, registration, place, file=file, by=request.user):
                messages.success(request, _("The file is handed in."))
                return redirect(_page_of(registration.pk, place.pk if place else None))
    if wanted is not None and not any(form.is_bound for _line, form in rows):
        messages.error(request, _("This file is not asked of you (any more)."))
    context = {
        "rows": rows,
        "obstacle": obstacle,
        "registration": registration,
        "place": place,
        "event": registration.event,
        "back": back,
    }
    return render(request, "events/answer_files.html", context)


def _form(request: HttpRequest, line: AskedFile, wanted: str | None) -> AnswerFileForm:
    """The form of one question, bound if its button was pressed."""
    is_pressed = wanted == str(line.question.pk)
    form_id = f"id_question_{line.question.pk}_%s"
    return AnswerFileForm(request.POST if is_pressed else None, request.FILES if is_pressed else None, auto_id=form_id)


def _page_of(registration_pk: int, place_pk: int | None) -> str:
    if place_pk is None:
        return reverse("events:registration_answers", args=[registration_pk])
    return reverse("events:place_answers", args=[place_pk])


def answer_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, always as a download, for its own people and the coordination."""
    found = _find(request, pk)
    name = f"{slugify(found.question.text)[:60] or 'file'}-{found.place_id or found.registration_id}.{found.extension}"
    return hand_out(found.file, name, found.media_type)


@require_POST
def remove_answer_file(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    to = _page_of(found.registration_id, found.place_id)
    return act(request, actions.remove_file, found, by=request.user, done=_("The file is removed."), to=to)


def _find(request: HttpRequest, pk: int) -> AnswerFile:
    files = AnswerFile.objects.visible_to(request.user)
    return get_object_or_404(
        files.select_related("question", "registration__event", "registration__organisation"), pk=pk
    )
