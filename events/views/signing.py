"""At the desk: people sign with a finger for a half-day."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt, page_of
from events import actions, permissions
from events.forms import SignatureForm, SigningFilter
from events.halves import find_half_day, half_day_now, half_days_of
from events.models import Event, Place, Signature, paper_settings_of
from events.views.finding import find_event, find_place

DESK = gettext_lazy("Only the club’s coordinators and this event’s reception desk can do this.")


def signing_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has signed for a half-day (the one that is signed now, or `?half=`), and who has still to."""
    event = find_event(request, slug)
    require(permissions.can_check_in(request.user, event), DESK)
    now, halves = timezone.now(), half_days_of(event)
    half = find_half_day(halves, request.GET.get("half", "")) or half_day_now(halves, now)
    form = SigningFilter(request.GET, initial={"half": half.key})
    places = event.places.seated().named().for_list()
    if text := form.chosen("q"):
        places = places.matching(text)
    page = page_of(request, places, 100)
    context = {
        "event": event,
        "form": form,
        "page": page,
        "half": half,
        "halves": halves,
        "signed": _signatures(event, half, page),
        "count": Signature.objects.filter(place__event=event, day=half.day, half=half.half).of_holders().count(),
        "can_edit": permissions.can_edit_event(request.user, event),
        "signs_on_screen": paper_settings_of(event).signs_on_screen,
        "may_be_signed": half.may_be_signed(now) and event.is_published,
    }
    return render(request, "events/signing_list.html", context)


def _signatures(event: Event, half, places) -> dict[int, Signature]:
    found = Signature.objects.filter(place__in=[place.pk for place in places], day=half.day, half=half.half)
    return {one.place_id: one for one in found.of_holders().defer("picture")}


def sign_half_day(request: HttpRequest, pk: int, half: str) -> HttpResponse:
    """The box to sign in, for one person."""
    place = find_place(request, pk)
    event = place.event
    require(permissions.can_check_in(request.user, event), DESK)
    half_day = find_half_day(half_days_of(event), half)
    if half_day is None or not place.is_seated:
        raise Http404
    form = SignatureForm(request.POST or None)
    to = f"{reverse('events:signing_list', args=[event.slug])}?half={half_day.key}"
    if request.method == "POST" and form.is_valid():
        picture = form.cleaned_data["picture"]
        if attempt(form, actions.sign_half_day, place, half_day, picture=picture, by=request.user):
            messages.success(request, _("Thank you, %(person)s: signed.") % {"person": place.full_name})
            return redirect(f"{to}#place-{place.pk}")
    context = {"place": place, "event": event, "half": half_day, "form": form, "back": to}
    return render(request, "events/signing_page.html", context)


@require_POST
def clear_signature(request: HttpRequest, pk: int) -> HttpResponse:
    signatures = Signature.objects.filter(place__in=Place.objects.visible_to(request.user))
    signature = get_object_or_404(signatures.select_related("place__event", "place__registration__organisation"), pk=pk)
    event = signature.place.event
    require(permissions.can_check_in(request.user, event), DESK)
    to = reverse("events:signing_list", args=[event.slug])
    to = f"{to}?half={signature.day:%Y-%m-%d}-{signature.half}#place-{signature.place_id}"
    return act(request, actions.clear_signature, signature, by=request.user, done=_("The signature is cleared."), to=to)
