"""An organisation's own pages: describe it, see it, change it, choose it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import attempt, history_of, page_of
from members import permissions
from members.actions import organisations as actions
from members.codes import clean_siret
from members.forms.organisations import FindForm, NewOrganisationForm, OrganisationForm
from members.models import Invitation, Organisation
from members.rights import rights_of
from members.views.redirects import back_to

EDIT = gettext_lazy("Only the organisation’s own people and the coordinators of its clubs can change its page.")


def onboarding_page(request: HttpRequest) -> HttpResponse:
    """For whom do you act? Accept an invitation, join at once by one's mail domain, find one's organisation, or describe it."""
    person = request.user
    invitations = Invitation.objects.open().for_email(person.email).filter(expires_at__gt=timezone.now())
    context = {
        "form": FindForm(),
        "invitations": invitations.for_list(),
        "requests": person.join_requests.pending().for_list(),
        "joinable": list(Organisation.objects.joinable_by(person).order_by("sort_name", "pk")),
        "organisations": Organisation.objects.of(person).order_by("sort_name"),
    }
    return render(request, "members/onboarding_page.html", context)


def find_organisation(request: HttpRequest) -> HttpResponse:
    """Search by SIRET (any organisation that is registered) or by name (those everybody may see)."""
    form = FindForm(request.GET or None)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = _found(text, request.user) if text else Organisation.objects.none()
    context = {
        "form": form,
        "text": text,
        "page": page_of(request, found.for_list(), 12),
        "mine": rights_of(request.user).organisation_ids,
        "joinable": set(Organisation.objects.joinable_by(request.user).values_list("pk", flat=True)),
        "asked": set(request.user.join_requests.pending().values_list("organisation", flat=True)),
    }
    return render(request, "members/organisation_find.html", context)


def _found(text: str, person):
    try:
        return Organisation.objects.filter(siret=clean_siret(text))
    except ValidationError:
        return Organisation.objects.visible_to(person).matching(text)


def register_organisation(request: HttpRequest) -> HttpResponse:
    form = NewOrganisationForm(request.POST or None, initial={"siret": request.GET.get("siret", "")})
    if request.method == "POST" and form.is_valid():
        organisation = attempt(form, actions.register_organisation, by=request.user, **form.cleaned_data)
        if organisation:
            messages.success(request, _("Your organisation is described. The next step: apply to a club."))
            return redirect(organisation)
    return render(request, "members/organisation_register.html", {"form": form})


@login_not_required
def organisation_page(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user).for_list(), pk=pk)
    can_update = request.user.is_authenticated and permissions.can_update_organisation(request.user, organisation)
    context = {
        "organisation": organisation,
        "networks": organisation.networks.filter(is_listed=True).order_by("sort_name"),
        "clubs_known": organisation.clubs.order_by("name"),
        "is_mine": rights_of(request.user).belongs_to(organisation.pk),
        "can_update": can_update,
        "can_see_contact": permissions.can_see_contact_details(request.user, organisation),
        "has_manager": organisation.roles.managers().exists(),
        "history": history_of(organisation, limit=20) if can_update else [],
    }
    return render(request, "members/organisation_page.html", context)


def update_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require(permissions.can_update_organisation(request.user, organisation), EDIT)
    form = OrganisationForm(request.POST or None, request.FILES or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.update_organisation, organisation, by=request.user, **form.cleaned_data):
            messages.success(request, _("The page is up to date."))
            return redirect("members:organisation_page", pk)
    kept = get_object_or_404(Organisation, pk=pk)  # the form has already filled in the other one
    return render(request, "members/organisation_update.html", {"form": form, "organisation": kept})


@require_POST
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations from now on."""
    pk = request.POST.get("organisation", "")
    mine = Organisation.objects.of(request.user)
    organisation = get_object_or_404(mine, pk=pk if pk.isdecimal() else None)
    actions.act_for(organisation, by=request.user)
    messages.success(request, _("You now act for %(organisation)s.") % {"organisation": organisation})
    return redirect(back_to(request, default="desk"))
