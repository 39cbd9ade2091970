"""An event's further life: more dates of it, a draft to show around, another date, the money of one that is off."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.guards import require
from core.letters import link_to
from core.pages import act, attempt, page_of
from events import actions, permissions
from events.forms import PostponeForm, SeriesDatesForm, SeriesForm
from events.models import Cancellation, Event, Repayment, prices_of, programme_of
from events.views.coordination import COORDINATORS
from events.views.finding import find_event
from events.views.money import price_lines


def series_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The dates of a series, and more of them: a rhythm in the address shows dates, the button drafts those chosen."""
    event = _managed(request, slug)
    form = SeriesForm(request.GET if "rhythm" in request.GET else None, event=event)
    dates = form.dates() if form.is_bound and form.is_valid() else []
    dates_form = SeriesDatesForm(_posted(request), dates=dates)
    if request.method == "POST" and dates_form.is_valid():
        if attempt(dates_form, actions.make_series, event, by=request.user, starts=dates_form.starts()):
            messages.success(request, _("Drafted. Look through the dates, then publish them."))
            return redirect("events:series_page", event.slug)
    chosen = set(request.POST.getlist("dates")) if request.method == "POST" else None
    events = event.series.events.for_list().order_by("starts_at", "pk") if event.series_id else Event.objects.none()
    context = {
        "event": event,
        "form": form,
        "dates": [(one, one.is_chosen if chosen is None else one.value in chosen) for one in dates],
        "dates_form": dates_form,
        "page": page_of(request, events, 50),
        "drafts": events.drafts().filter(starts_at__gt=timezone.now()).count(),
    }
    return render(request, "events/series_page.html", context)


@require_POST
def publish_series(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    try:
        if event.series is None:
            raise RuleBroken(_("No event of this series waits to be published."))
        published = actions.publish_series(event.series, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
    else:
        sentence = ngettext("One event is published.", "%(number)s events are published.", len(published))
        messages.success(request, sentence % {"number": len(published)})
    return redirect("events:series_page", event.slug)


# --- A draft to show around -------------------------------------------------------------------------------------------


def preview_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft's secret address: made, copied, renewed, ended."""
    event = _managed(request, slug)
    address = reverse("events:preview", args=[event.preview_token]) if event.preview_token else ""
    context = {"event": event, "address": link_to(address) if address else ""}
    return render(request, "events/preview_settings.html", context)


@require_POST
def open_preview(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    done = _("The draft has a new address: copy it, and send it to whoever is to read it.")
    to = reverse("events:preview_settings", args=[event.slug])
    return act(request, actions.open_preview, event, by=request.user, done=done, to=to)


@require_POST
def close_preview(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    to = reverse("events:preview_settings", args=[event.slug])
    return act(request, actions.close_preview, event, by=request.user, done=_("The address no longer works."), to=to)


@login_not_required
@never_cache
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A draft as its guests read it: the secret address is the key. Once it is published, its own page."""
    event = get_object_or_404(Event.objects.select_related("club").prefetch_related("sectors"), preview_token=token)
    if event.is_draft:
        context = {
            "event": event,
            "sessions": programme_of(event).sessions,
            "prices": price_lines(prices_of(event)),
        }
        response = render(request, "events/preview.html", context)
    else:
        response = redirect(event)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


# --- Another date -----------------------------------------------------------------------------------------------------


def postpone_event(request: HttpRequest, slug: str) -> HttpResponse:
    """Put off, or give the new date: who is told, then the act."""
    event = _managed(request, slug)
    form = PostponeForm(_posted(request), event=event, is_priced=bool(prices_of(event)))
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.postpone_event, event, by=request.user, **form.for_action()):
            messages.success(request, _("Everybody who is registered receives a letter."))
            return redirect("events:event_page", event.slug)
    context = {"form": form, "event": event, "people": event.places.active().count()}
    return render(request, "events/event_postpone.html", context)


# --- The money of an event that is off --------------------------------------------------------------------------------


def repayment_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every order of the event, how it stands, and what is left for somebody to do."""
    event = _managed(request, slug)
    settled, total = event.repayments.progress()
    context = {
        "event": event,
        "page": page_of(request, event.repayments.for_list(), 50),
        "settled": settled,
        "total": total,
        "decision": Cancellation.objects.filter(event=event).first(),
    }
    return render(request, "events/repayment_list.html", context)


@require_POST
def refund_everybody(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    done = _("Begun: one order after the other is refunded. What is left for you to do stays on this page.")
    to = reverse("events:repayment_list", args=[event.slug])
    return act(request, actions.refund_everybody, event, by=request.user, done=done, to=to)


@require_POST
def refund_repayment(request: HttpRequest, pk: int) -> HttpResponse:
    """Refund this one order."""
    visible = Event.objects.visible_to(request.user, timezone.localdate())
    repayments = Repayment.objects.filter(event__in=visible).select_related("event__club", "line__order")
    repayment = get_object_or_404(repayments, pk=pk)
    require(permissions.can_edit_event(request.user, repayment.event), COORDINATORS)
    to = reverse("events:repayment_list", args=[repayment.event.slug])
    return act(request, actions.refund_one, repayment, by=request.user, done=_("Settled."), to=to)


def _managed(request: HttpRequest, slug: str) -> Event:
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    return event


def _posted(request: HttpRequest):
    """What was sent; also when it is nothing at all."""
    return request.POST if request.method == "POST" else None
