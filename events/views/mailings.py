"""Messages of the coordination to attendees: written, looked at, sent, followed."""

import hashlib

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.enums import LetterStatus
from core.guards import require
from core.models import Letter
from core.pages import act, attempt, page_of
from events import actions, permissions
from events.actions.mailings import STALLED
from events.forms import MailingForm
from events.letter_kinds import COMMON
from events.letters import preview_of, recipient_of
from events.models import Event, Mailing, recipients_of
from events.views.coordination import COORDINATORS
from events.views.finding import find_event


def write_mailing(request: HttpRequest, slug: str) -> HttpResponse:
    """First the preview with the number of recipients; what was seen there can be sent."""
    event = find_event(request, slug)
    require(permissions.can_write_to_attendees(request.user, event), COORDINATORS)
    form = MailingForm(request.POST or None, event=event)
    shown = {}
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if "send" in request.POST and request.POST.get("seen") == _digest(values):
            mailing = attempt(form, actions.send_mailing, event, by=request.user, **values)
            if mailing:
                messages.success(request, _("The message is being written to its recipients."))
                return redirect(mailing)
        else:
            shown = _shown(event, values) | {"has_changed": "send" in request.POST}
    context = {
        "event": event,
        "form": form,
        "placeholders": [(f"{{{n}}}", text) for n, text in COMMON.items()],
        **shown,
    }
    return render(request, "events/mailing_form.html", context)


def _shown(event: Event, values: dict) -> dict:
    """How many it goes to, and how the first of them would read it."""
    places = recipients_of(event, values["to"], values["organisation"]).select_related("person").order_by("pk")
    first = places.first()
    if first is None:
        return {"people": 0}
    preview = preview_of(event, recipient_of(first), subject=values["subject"], body=values["body"])
    return {"people": places.count(), "preview": preview, "seen": _digest(values)}


def _digest(values: dict) -> str:
    """What was looked at: another text, or other recipients, have another one."""
    seen = "\x00".join(
        str(getattr(values[name], "pk", values[name])) for name in ("to", "organisation", "subject", "body")
    )
    return hashlib.sha256(seen.encode()).hexdigest()


def mailing_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come, and to whom it went; reloads itself by htmx while it is under way."""
    mailing = _find(request, pk)
    letters = Letter.objects.filter(pk__in=Letter.objects.about(mailing).order_by().values("pk"))
    count = {status: Count("pk", filter=Q(status=status)) for status in LetterStatus.values}
    figures = letters.order_by().aggregate(written=Count("pk"), **count)
    is_stalled = mailing.is_under_way and mailing.moved_at < timezone.now() - STALLED
    context = {
        "mailing": mailing,
        "event": mailing.event,
        "figures": figures,
        "is_stalled": is_stalled,
        "page": page_of(request, letters.for_list(), 50),
    }
    return render(request, "events/mailing_page.html", context)


@require_POST
def stop_mailing(request: HttpRequest, pk: int) -> HttpResponse:
    mailing = _find(request, pk)
    done = _("Stopped: nobody more is written to.")
    return act(request, actions.stop_mailing, mailing, by=request.user, done=done, to=mailing)


@require_POST
def resume_mailing(request: HttpRequest, pk: int) -> HttpResponse:
    mailing = _find(request, pk)
    return act(request, actions.resume_mailing, mailing, by=request.user, done=_("It goes on."), to=mailing)


def _find(request: HttpRequest, pk: int) -> Mailing:
    mailings = Mailing.objects.visible_to(request.user)
    return get_object_or_404(mailings.select_related("event__club", "organisation", "by"), pk=pk)
