"""The letters of a club, which its coordinators change, and those of one event, with what became of them."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.enums import LetterStatus
from core.guards import require
from core.letters import Recipient
from core.models import Letter
from core.pages import act, attempt, history_of, page_of
from events import actions, permissions
from events.forms import LetterFilter, LetterTextForm
from events.letter_kinds import KIND_NAMES, KINDS, THEMES, LetterKind, kind_named, text_of
from events.letters import Preview, preview_of, sample_of
from events.models import Event, LetterOff, LetterText
from events.views.coordination import COORDINATORS
from events.views.finding import find_event
from members.clubs import current_club
from members.models import Club
from members.rights import rights_of

# --- Of the club ------------------------------------------------------------------------------------------------------


def letter_kind_list(request: HttpRequest) -> HttpResponse:
    """All kinds: when each is sent, how many were, whose text it bears, whether it is sent at all."""
    require(rights_of(request.user).is_coordinator, COORDINATORS)
    clubs = list(Club.objects.coordinated_by(request.user).order_by("name"))
    if not clubs:
        raise Http404
    asked = current_club(request)
    club = asked if asked in clubs else clubs[0]
    texts = set(LetterText.objects.filter(club=club).values_list("code", "language"))
    off = set(LetterOff.objects.filter(club=club).values_list("code", flat=True))
    written = _written_by_code(club)
    rows = {
        code: {
            "kind": kind,
            "written": written.get(code, 0),
            "is_off": code in off,
            "languages": [(language, label, (code, language) in texts) for language, label in settings.LANGUAGES],
        }
        for code, kind in KINDS.items()
    }
    themes = [(theme, [rows[kind.code] for kind in kinds]) for theme, kinds in THEMES]
    context = {"club": club, "coordinated": clubs, "themes": themes, "history": history_of(club, limit=10)}
    return render(request, "events/letter_kind_list.html", context)


def _written_by_code(club: Club) -> dict[str, int]:
    letters = Letter.objects.filter(pk__in=Letter.objects.about(club).order_by().values("pk"), code__in=KINDS)
    return dict(letters.order_by().values("code").annotate(n=Count("pk")).values_list("code", "n"))


def edit_letter_text(request: HttpRequest, club: str, kind: str, language: str) -> HttpResponse:
    """Subject and opening in one language; looked at (`preview`) or saved."""
    club, kind = _find_kind(request, club, kind)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    subject, body = text_of(club, kind, language)
    form = LetterTextForm(request.POST or None, club=club, kind=kind, initial={"subject": subject, "body": body})
    preview = None
    if request.method == "POST" and form.is_valid():
        event = form.cleaned_data.pop("event")
        if "preview" in request.POST:
            preview = _preview(club, kind, language, event, **form.cleaned_data)
        elif attempt(form, actions.set_letter_text, club, kind, language, by=request.user, **form.cleaned_data):
            messages.success(request, _("Saved: from now on the letter says this."))
            return redirect(_list_of(club))
    elif request.method != "POST":
        preview = _preview(club, kind, language, None, subject=subject, body=body)
    context = {
        "club": club,
        "kind": kind,
        "text_language": language,  # `language` is that of the page
        "language_name": dict(settings.LANGUAGES)[language],
        "form": form,
        "preview": preview,
        "is_own": LetterText.objects.filter(club=club, code=kind.code, language=language).exists(),
        "placeholders": [(f"{{{name}}}", meaning) for name, meaning in kind.placeholders.items()],
        "back": _list_of(club),
    }
    return render(request, "events/letter_text_form.html", context)


def _preview(club: Club, kind: LetterKind, language: str, event: Event | None, *, subject: str, body: str) -> Preview:
    event = event or sample_of(club, timezone.now())
    event.club = club
    to = Recipient("", "Camille Martin", language)
    return preview_of(event, to, subject=subject, body=body, kind=kind)


@require_POST
def restore_letter_text(request: HttpRequest, club: str, kind: str, language: str) -> HttpResponse:
    club, kind = _find_kind(request, club, kind)
    return act(request, actions.restore_letter_text, club, kind, language, by=request.user,
               done=_("The letter says what the house text says."), to=_list_of(club))  # fmt: skip


@require_POST
def switch_letter(request: HttpRequest, club: str, kind: str) -> HttpResponse:
    club, kind = _find_kind(request, club, kind)
    is_on = request.POST.get("on") == "yes"
    done = _("This letter is sent from now on.") if is_on else _("This letter is no longer sent.")
    return act(request, actions.switch_letter, club, kind, is_on=is_on, by=request.user, done=done, to=_list_of(club))


def _find_kind(request: HttpRequest, slug: str, name: str) -> tuple[Club, LetterKind]:
    club, kind = get_object_or_404(Club.objects.coordinated_by(request.user), slug=slug), kind_named(name)
    if kind is None or not permissions.can_edit_letters(request.user, club):
        raise Http404
    return club, kind


def _list_of(club: Club) -> str:
    return f"{reverse('events:letter_kind_list')}?club={club.slug}"


# --- Of an event ------------------------------------------------------------------------------------------------------


def event_letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Who got what, and what became of it; the messages of the coordination above."""
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    form = LetterFilter(request.GET)
    letters = Letter.objects.about(event)
    found = letters.defer("text", "html").order_by("-created_at", "-pk")
    if status := form.chosen("status"):
        found = found.filter(status=status)
    if kind := form.chosen("kind"):
        found = found.filter(code=kind)
    if text := form.chosen("q"):
        found = found.filter(to_email__icontains=text) | found.filter(subject__icontains=text)
    page = page_of(request, found, 50)
    for letter in page:
        letter.kind_name = KIND_NAMES.get(letter.code, "")
    context = {
        "event": event,
        "form": form,
        "page": page,
        "failed": letters.filter(status=LetterStatus.FAILED).count(),
        "mailings": event.mailings.for_list()[:10],
    }
    return render(request, "events/event_letters.html", context)


@require_POST
def retry_event_letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Put those that were given up back in the queue: one (`letter`), or all of this event."""
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    letter = request.POST.get("letter", "")
    return act(
        request, actions.retry_letters, event, by=request.user, only=int(letter) if letter.isdecimal() else None,
        done=_("The letters are on their way again."), to=reverse("events:event_letters", args=[event.slug]),
    )  # fmt: skip
