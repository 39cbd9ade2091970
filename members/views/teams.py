"""An organisation's team: its roles, the requests to join it, the invitations, the mail domains that let people in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.guards import require
from core.pages import act, attempt, history_of, page_of
from members import permissions
from members.actions import mail_domains
from members.actions import teams as actions
from members.enums import RequestStatus
from members.forms.organisations import AnswerForm, InvitationForm, JoinForm, LevelForm, MailDomainForm
from members.mail_domains import readable, verified_domains
from members.models import Invitation, JoinRequest, MailDomain, Organisation, Role
from members.rights import rights_of
from members.team_size import why_full

SEE = gettext_lazy("Only the organisation’s own people see its team.")
MANAGE = gettext_lazy("Only a manager of the organisation can change its team.")


def ask_to_join(request: HttpRequest, siret: str, kind: str) -> HttpResponse:
    """Ask to act for an organisation. It is named by its SIRET and kind, which are public: an organisation that is not
    listed yet has no public page, and still its people must find it.

    Whoever may join by their mail domain does so here too, and need not ask; unless the team is full.
    """
    organisation = get_object_or_404(Organisation, siret=siret, kind=kind)
    is_welcome = Organisation.objects.joinable_by(request.user).filter(pk=organisation.pk).exists()
    full = why_full(organisation) if is_welcome else ""
    if request.method == "POST" and is_welcome and not full:
        return _join(request, organisation)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.ask_to_join, organisation, by=request.user, **form.cleaned_data):
            messages.success(request, _("Your request is on its way: you get a letter as soon as it is answered."))
            return redirect("members:onboarding_page")
    context = {
        "form": form,
        "organisation": organisation,
        "has_manager": organisation.roles.managers().exists(),
        "is_welcome": is_welcome,
        "full": full,
    }
    return render(request, "members/join_request_ask.html", context)


@require_POST
def join_by_mail_domain(request: HttpRequest, siret: str, kind: str) -> HttpResponse:
    return _join(request, get_object_or_404(Organisation, siret=siret, kind=kind))


def _join(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Join at once; whoever cannot (any more) is shown the way to ask."""
    try:
        mail_domains.join_by_mail_domain(organisation, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
        return redirect("members:ask_to_join", organisation.siret, organisation.kind)
    messages.success(request, _("Welcome! You now act for %(organisation)s.") % {"organisation": organisation})
    return redirect("desk")


def join_request_list(request: HttpRequest) -> HttpResponse:
    """The requests the person may answer, oldest first."""
    requests = JoinRequest.objects.answerable_by(request.user).for_list()
    page = page_of(request, requests.with_ways_in())
    domains = MailDomain.objects.filter(organisation__in=[asked.organisation_id for asked in page])
    context = {"page": page, "free_to_join": _free_to_join(page.object_list, domains)}
    return render(request, "members/join_request_list.html", context)


def _free_to_join(requests, domains) -> set[int]:
    """The requests (`with_ways_in`) of people whom a mail domain lets in meanwhile: to be told to those who answer."""
    known = {(domain.organisation_id, domain.domain) for domain in domains}
    return {
        asked.pk
        for asked in requests
        if not asked.is_kept_out
        and any((asked.organisation_id, domain) in known for domain in verified_domains(asked.person))
    }


@require_POST
def answer_join_request(request: HttpRequest, pk: int) -> HttpResponse:
    join_request = get_object_or_404(JoinRequest.objects.visible_to(request.user).for_list(), pk=pk)
    require(permissions.can_answer_join_request(request.user, join_request), MANAGE)
    back = _after_answer(request, join_request)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say whether you accept or refuse."))
        return redirect(back)
    if form.cleaned_data["answer"] == RequestStatus.ACCEPTED:
        return act(
            request, actions.accept_join_request, join_request, by=request.user, done=_("Welcome on board!"), to=back
        )
    reason, done = form.cleaned_data["reason"], _("The request is refused; the person gets a letter.")
    return act(request, actions.refuse_join_request, join_request, by=request.user, reason=reason, done=done, to=back)


def _after_answer(request: HttpRequest, join_request: JoinRequest) -> str:
    if rights_of(request.user).belongs_to(join_request.organisation_id):
        return reverse("members:team_page", args=[join_request.organisation_id])
    return reverse("members:join_request_list")


def team_page(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require(permissions.can_see_team(request.user, organisation), SEE)
    return _team(request, organisation)


def _team(request: HttpRequest, organisation: Organisation, *, form=None, domain_form=None) -> HttpResponse:
    """The page of the team, with a form that came back with mistakes, if any."""
    can_invite = permissions.can_invite_colleague(request.user, organisation)
    requests = JoinRequest.objects.answerable_by(request.user).filter(organisation=organisation)
    requests = requests.for_list().with_ways_in()
    domains = list(organisation.mail_domains.for_list())
    context = {
        "organisation": organisation,
        "roles": organisation.roles.for_list(),
        "requests": requests,
        "free_to_join": _free_to_join(requests, domains),
        "invitations": organisation.invitations.open().for_list() if can_invite else [],
        "now": timezone.now(),
        "form": form or InvitationForm(),
        "domains": domains,
        "domain_form": domain_form or _new_domain_form(request, organisation, domains),
        "is_mine": rights_of(request.user).belongs_to(organisation.pk),
        "can_manage": permissions.can_manage_team(request.user, organisation),
        "can_invite": can_invite,
        "history": history_of(organisation, limit=20),
    }
    return render(request, "members/team_page.html", context)


def invite_colleague(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require(permissions.can_invite_colleague(request.user, organisation), MANAGE)
    if request.method != "POST":
        return redirect("members:team_page", pk)
    form = InvitationForm(request.POST)
    if form.is_valid() and attempt(form, actions.invite_colleague, organisation, by=request.user, **form.cleaned_data):
        messages.success(request, _("The invitation is on its way."))
        return redirect("members:team_page", pk)
    return _team(request, organisation, form=form)


def _new_domain_form(request: HttpRequest, organisation: Organisation, domains: list) -> MailDomainForm | None:
    """Filled in with a domain of the manager's own; None for those who may not add one."""
    if not permissions.can_manage_mail_domains(request.user, organisation):
        return None
    own = sorted(verified_domains(request.user) - {known.domain for known in domains})
    is_mine = rights_of(request.user).manages(organisation.pk)
    return _domain_form(request, organisation, initial={"domain": readable(own[0])} if own and is_mine else {})


def _domain_form(request: HttpRequest, organisation: Organisation, *args, **kwargs) -> MailDomainForm:
    return MailDomainForm(*args, is_for_others=not rights_of(request.user).manages(organisation.pk), **kwargs)


def add_mail_domain(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    require(permissions.can_manage_mail_domains(request.user, organisation), MANAGE)
    if request.method != "POST":
        return redirect("members:team_page", pk)
    form = _domain_form(request, organisation, request.POST)
    domain = form.cleaned_data.get("domain", "") if form.is_valid() else ""
    if domain and attempt(form, mail_domains.add_mail_domain, organisation, by=request.user, domain=domain):
        messages.success(request, _("Colleagues with an address there may now join by themselves."))
        return redirect("members:team_page", pk)
    return _team(request, organisation, domain_form=form)


@require_POST
def withdraw_mail_domain(request: HttpRequest, pk: int) -> HttpResponse:
    mail_domain = get_object_or_404(MailDomain.objects.visible_to(request.user).for_list(), pk=pk)
    require(permissions.can_manage_mail_domains(request.user, mail_domain.organisation), MANAGE)
    back = reverse("members:team_page", args=[mail_domain.organisation_id])
    done = _("Nobody joins by this mail domain any more. Those who joined stay.")
    return act(request, mail_domains.withdraw_mail_domain, mail_domain, by=request.user, done=done, to=back)


@require_POST
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user).for_list(), pk=pk)
    require(permissions.can_revoke_invitation(request.user, invitation), MANAGE)
    back = reverse("members:team_page", args=[invitation.organisation_id])
    done = _("The invitation is withdrawn: its link no longer works.")
    return act(request, actions.revoke_invitation, invitation, by=request.user, done=done, to=back)


@login_not_required
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of an invitation leads: what it is about, and the button that accepts it.

    Somebody without an account comes by here first: the link has proved that the address is theirs, so that they need
    not confirm it again.
    """
    invitation = Invitation.objects.for_list().filter(token_hash=actions.hash_of(token)).first()
    if invitation is None:
        return render(request, "members/invitation_unusable.html", {"reason": _("This link is not known.")}, status=404)
    reason = actions.why_unusable(invitation, timezone.now())
    if reason:
        return render(request, "members/invitation_unusable.html", {"reason": reason}, status=410)
    if request.method == "POST" and not request.user.is_authenticated:
        request.session["account_verified_email"] = invitation.email
        return redirect(f"{reverse('account_signup')}?next={request.path}")
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "can_accept": permissions.can_accept_invitation(request.user, invitation),
        "token": token,
    }
    return render(request, "members/invitation_page.html", context)


@require_POST
def accept_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.for_list(), pk=pk)
    if not permissions.can_accept_invitation(request.user, invitation):
        raise Http404
    done = _("Welcome! You now act for %(organisation)s.") % {"organisation": invitation.organisation}
    return act(request, actions.accept_invitation, invitation, by=request.user, done=done, to="desk")


def _role(request: HttpRequest, pk: int) -> Role:
    """A role of a team the person may see; a manager's right to change it is asked for."""
    role = get_object_or_404(Role.objects.visible_to(request.user).for_list(), pk=pk)
    require(permissions.can_manage_team(request.user, role.organisation), MANAGE)
    return role


@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    role = _role(request, pk)
    back = reverse("members:team_page", args=[role.organisation_id])
    form = LevelForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose manager or contributor."))
        return redirect(back)
    level = form.cleaned_data["level"]
    return act(
        request, actions.change_role, role, by=request.user, level=level, done=_("The role is changed."), to=back
    )


@require_POST
def remove_role(request: HttpRequest, pk: int) -> HttpResponse:
    role = _role(request, pk)
    back = reverse("members:team_page", args=[role.organisation_id])
    done = _("This person no longer belongs to the team.")
    return act(request, actions.remove_role, role, by=request.user, done=done, to=back)


@require_POST
def leave_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.of(request.user), pk=pk)
    done = _("You no longer act for %(organisation)s.") % {"organisation": organisation}
    return act(request, actions.leave_organisation, organisation, by=request.user, done=done, to="members:profile_page")
