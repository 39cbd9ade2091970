from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.guards import require
from core.pages import attempt
from events.models import Event, Place
from introductions import actions
from introductions.forms import AskForm, ProposeForm
from introductions.forms.asking import member_label
from introductions.models import clubs_shared_by
from introductions.permissions import can_ask_introduction, can_propose_introduction
from members.models import Club, Organisation, Sector
from members.rights import rights_of
from memberships.models import Term
from offers.models import Offer


@dataclass(frozen=True)
class Target:
    """Whom an introduction is asked to, and because of what."""

    organisation: Organisation
    offer: Offer | None = None
    event: Event | None = None

    def sectors(self):
        """What may be said of the line of trade: the offer's, else the organisation's, else all."""
        own = (self.offer or self.organisation).sectors.select_related("group")
        return own if own.exists() else Sector.objects.for_list()


def ask_introduction(request: HttpRequest) -> HttpResponse:
    """The form, for `?offer=`, for `?event=&organisation=` or for `?organisation=`."""
    target = _target(request)
    if target is None:
        messages.info(request, _("Choose an offer, a participant of an event or a member, then ask from there."))
        return redirect("introductions:introduction_list")
    asking = Organisation.objects.filter(pk=rights_of(request.user).organisation_id or 0).first()
    context = {"target": target, "asking": asking}
    if asking is None:
        allowed = request.method != "POST" or can_ask_introduction(request.user)
        require(allowed, _("Join or describe your organisation first."))
        return render(request, "introductions/ask_introduction.html", {**context, "clubs": None, "form": None})
    clubs = clubs_shared_by(asking, target.organisation, timezone.localdate())
    form = AskForm(
        request.POST or None,
        initial=_initial(target),
        sectors=target.sectors(),
        clubs=_clubs_to_choose(clubs, target.event),
    )
    if request.method == "POST" and form.is_valid():
        introduction = attempt(
            form, actions.ask_introduction, asking, target.organisation, by=request.user, offer=target.offer,
            event=target.event, **form.values(),
        )  # fmt: skip
        if introduction:
            messages.success(request, _("Your request is on its way. You receive a letter when it is answered."))
            return redirect(introduction)
    return render(request, "introductions/ask_introduction.html", {**context, "clubs": clubs, "form": form})


def propose_introduction(request: HttpRequest) -> HttpResponse:
    """The coordination introduces two members; `?asking=` and `?asked=` fill in one side."""
    require(can_propose_introduction(request.user), _("Only the coordination of a club introduces two members."))
    clubs = Club.objects.coordinated_by(request.user).order_by("name")
    terms = Term.objects.current(timezone.localdate()).filter(club__in=clubs)
    members = Organisation.objects.filter(pk__in=terms.order_by().values("organisation")).order_by("sort_name", "pk")
    chosen = {side: _whole(request.GET.get(side)) for side in ("asking", "asked")}
    initial = {side: member_label(m) for side, pk in chosen.items() for m in members.filter(pk=pk or 0)}
    form = ProposeForm(request.POST or None, clubs=clubs, members=members, initial=initial)
    if request.method == "POST" and form.is_valid():
        club = form.chosen_club()
        require(can_propose_introduction(request.user, club))
        introduction = attempt(
            form, actions.propose_introduction, club, form.cleaned_data["asking"], form.cleaned_data["asked"],
            by=request.user, **form.values(),
        )  # fmt: skip
        if introduction:
            messages.success(request, _("Both organisations have been asked whether they agree."))
            return redirect(introduction)
    return render(request, "introductions/propose_introduction.html", {"form": form})


def _target(request: HttpRequest) -> Target | None:
    """Whom the query names, if the person may see that they can be asked; 404 else."""
    today = timezone.localdate()
    offer, event, organisation = (_whole(request.GET.get(name)) for name in ("offer", "event", "organisation"))
    if offer is not None:
        visible = Offer.objects.visible_to(request.user, today).select_related("organisation")
        offer = get_object_or_404(visible, pk=offer)
        return Target(offer.organisation, offer=offer)
    if event is not None:
        event = get_object_or_404(Event.objects.visible_to(request.user, today).select_related("club"), pk=event)
        # Who did not agree to stand on the list is not to be guessed either.
        listed = Place.objects.consenting().filter(event=event).values("registration__organisation")
        return Target(get_object_or_404(Organisation.objects.filter(pk__in=listed), pk=organisation), event=event)
    if organisation is not None:
        return Target(get_object_or_404(Organisation.objects.visible_to(request.user), pk=organisation))
    return None


def _whole(text: str | None) -> int | None:
    """An id of the query string; 404 for what is no id."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Http404
    return int(text)


def _initial(target: Target) -> dict:
    if target.offer is None:
        return {}
    sectors = list(target.offer.sectors.all()[:2])
    return {"subject": target.offer.title, "sector": sectors[0] if len(sectors) == 1 else None}


def _clubs_to_choose(clubs, event: Event | None):
    """The clubs to choose from, or None when there is nothing to choose."""
    return clubs if len(clubs) > 1 and not (event and event.club in clubs) else None
