"""The papers of an event on one page: badges, attendance sheets, certificates, and what stands on them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt
from events import actions, permissions
from events.certificates import certified
from events.documents.badges import badges_pdf
from events.documents.sheets import sheet_pdf
from events.enums import BadgeHolders
from events.forms import BadgeForm, CertificateFilter, FunderLogoForm, PapersForm
from events.forms.papers import MOST_BADGES
from events.halves import find_half_day, half_days_of
from events.models import Event, FunderLogo, Place, Signature, paper_settings_of, without_badge
from events.views.files import pdf_response
from events.views.finding import find_event
from members.models import Club
from members.rights import rights_of

COORDINATORS = gettext_lazy("Only the club’s coordinators can do this.")
DESK = gettext_lazy("Only the club’s coordinators and this event’s reception desk can do this.")


def papers_page(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    form = PapersForm(
        request.POST if request.method == "POST" else None, event=event, instance=paper_settings_of(event)
    )
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.set_papers, event, by=request.user, **form.for_action()):
            messages.success(request, _("Saved."))
            return redirect("events:papers_page", event.slug)
    return _page(request, event, form, BadgeForm(initial=BadgeForm.DEFAULTS))


def _page(request: HttpRequest, event: Event, form: PapersForm, badge_form: BadgeForm) -> HttpResponse:
    present = certified(event, timezone.now())
    context = {
        "event": event,
        "form": form,
        "badge_form": badge_form,
        "certificate_form": CertificateFilter(places=present),
        "certified": present.count(),
        "is_over": event.is_over(timezone.now()),
        "halves": half_days_of(event),
        "seated": event.places.seated().count(),
        "without_badge": without_badge(event.places.seated()).count(),
        "signs_on_screen": paper_settings_of(event).signs_on_screen,
    }
    return render(request, "events/papers_page.html", context)


@require_POST
def make_badges(request: HttpRequest, slug: str) -> HttpResponse:
    """The badges as PDF; it is remembered who has one."""
    event = _managed(request, slug)
    form = BadgeForm(request.POST)
    places = _chosen(event, form) if form.is_valid() else []
    if form.is_valid() and not places and not form.cleaned_data["blanks"]:
        form.add_error(None, _("Nobody fits this choice: there is no badge to make."))
    if len(places) > MOST_BADGES:
        sentence = _("One file holds %(most)s badges: choose an audience, or only those who have no badge yet.")
        form.add_error(None, sentence % {"most": MOST_BADGES})
    if not form.is_valid():
        return _page(request, event, PapersForm(event=event, instance=paper_settings_of(event)), form)
    values = form.cleaned_data
    content = badges_pdf(
        event, places, size=values["size"], with_code=values["with_code"], blanks=values["blanks"]
    )  # before it is noted: what could not be made was not made
    if places:
        actions.note_badges(event, places, by=request.user)
    name = pgettext("file name", "badges")
    return pdf_response(content, f"{name}-{event.slug}", is_download=True)


def _chosen(event: Event, form: BadgeForm) -> list[Place]:
    values = form.cleaned_data
    places = {
        BadgeHolders.EXPECTED: event.places.seated,
        BadgeHolders.CONFIRMED: event.places.holding_a_place,
        BadgeHolders.PRESENT: event.places.attended,
    }[BadgeHolders(values["holders"])]()
    if values["audience"]:
        places = places.filter(audience=values["audience"])
    if values["q"]:
        places = places.matching(values["q"])
    places = places.for_list()
    # Of those who have none, the first ones; the next time, the next.
    return list(without_badge(places)[:MOST_BADGES] if values["is_new"] else places[: MOST_BADGES + 1])


def attendance_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Émargement: everybody expected, with a box to sign for each half-day (or for one: `?half=`); made to be printed."""
    event = find_event(request, slug)
    require(permissions.can_check_in(request.user, event), DESK)
    halves = half_days_of(event)
    one = find_half_day(halves, request.GET.get("half", ""))
    content = sheet_pdf(
        event, list(event.places.seated().for_list()), [one] if one else halves, settings=paper_settings_of(event),
        logos=FunderLogo.objects.shown_at(event),
        signatures=Signature.objects.filter(place__event=event).of_holders(),
    )  # fmt: skip
    name = pgettext("file name", "attendance-sheet")
    return pdf_response(content, f"{name}-{event.slug}-{one.key}" if one else f"{name}-{event.slug}")


def funder_logos(request: HttpRequest, slug: str) -> HttpResponse:
    """The logos that a club's events can bear."""
    require(rights_of(request.user).is_coordinator, COORDINATORS)
    club = get_object_or_404(Club.objects.coordinated_by(request.user), slug=slug)
    form = FunderLogoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.add_funder_logo, club, by=request.user, **form.cleaned_data):
            messages.success(request, _("Added: events can choose it on their page “Papers”."))
            return redirect("events:funder_logos", club.slug)
    context = {"logo_club": club, "form": form, "logos": club.funder_logos.all()}
    return render(request, "events/funder_logos.html", context)


@require_POST
def remove_funder_logo(request: HttpRequest, pk: int) -> HttpResponse:
    clubs = Club.objects.coordinated_by(request.user)
    logo = get_object_or_404(FunderLogo.objects.select_related("club").filter(club__in=clubs), pk=pk)
    to = reverse("events:funder_logos", args=[logo.club.slug])
    return act(request, actions.remove_funder_logo, logo, by=request.user, done=_("The logo has been removed."), to=to)


def _managed(request: HttpRequest, slug: str) -> Event:
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    return event
