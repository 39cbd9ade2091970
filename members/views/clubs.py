"""Which club one looks at, and how a club presents itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import attempt, history_of
from members import permissions
from members.actions import clubs as actions
from members.clubs import SESSION_KEY
from members.forms.organisations import ClubForm
from members.models import Club
from members.views.redirects import back_to


@require_POST
@login_not_required
def choose_club(request: HttpRequest) -> HttpResponse:
    """Look at one club from now on, or at all of them (an empty choice)."""
    slug = request.POST.get("club", "")
    if slug:
        request.session[SESSION_KEY] = get_object_or_404(Club, slug=slug).slug
    else:
        request.session.pop(SESSION_KEY, None)
    return redirect(back_to(request, default="front_page", drop="club"))


def edit_club(request: HttpRequest, slug: str) -> HttpResponse:
    club = get_object_or_404(Club, slug=slug)
    require(
        permissions.can_edit_club(request.user, club), gettext_lazy("Only the club’s coordinators can change its page.")
    )
    form = ClubForm(request.POST or None, request.FILES or None, instance=club)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.edit_club, club, by=request.user, **form.cleaned_data):
            messages.success(request, _("The club’s page is up to date."))
            return redirect("members:edit_club", slug)
    kept = get_object_or_404(Club, slug=slug)  # the form has already filled in the other one
    return render(
        request, "members/club_edit.html", {"form": form, "edited": kept, "history": history_of(kept, limit=20)}
    )
