"""Colleagues who join by themselves: a manager lets in whoever has confirmed an address at the organisation's domain.

The organisation's row is locked by all three verbs: who joins has joined before a withdrawal, or is refused after it.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.actions.teams import let_in, managers_of, settle_request
from members.enums import RoleLevel
from members.letters import mail_domains as letters
from members.mail_domains import is_public_provider, readable, verified_domains
from members.models import MailDomain, Organisation, Role
from members.permissions import can_add_any_mail_domain
from members.rights import forget_rights


@transaction.atomic
def add_mail_domain(organisation: Organisation, *, by, domain: str) -> MailDomain:
    """Agree that whoever has confirmed an address at `domain` (as `clean_domain` gives it) joins without being asked.

    Raises RuleBroken (field `domain`) for a public provider's, for one that is there already, and for a domain at which
    `by` has no confirmed address (coordinators and administrators need none); and when there is no manager to agree.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    _check_domain(organisation, domain, by)
    mail_domain = MailDomain.objects.create(
        organisation=organisation, domain=domain, added_by=by, added_at=timezone.now()
    )
    record(
        "members.mail_domain.added",
        gettext_noop("Let people with an address at %(domain)s join %(organisation)s by themselves"),
        by=by,
        about=[organisation],
        organisation=organisation,
        domain=mail_domain,
    )
    for manager in managers_of(organisation):
        if manager != by:
            letters.mail_domain_added(mail_domain, to=manager)
    return mail_domain


def _check_domain(organisation: Organisation, domain: str, by) -> None:
    shown = {"domain": readable(domain)}
    if is_public_provider(domain):
        raise RuleBroken(
            _("Anybody can have an address at %(domain)s: invite your colleagues one by one instead.") % shown,
            field="domain",
        )
    if domain not in verified_domains(by) and not can_add_any_mail_domain(by, organisation):
        raise RuleBroken(
            _("You have no confirmed address at %(domain)s: add it to your account and confirm it first.") % shown,
            field="domain",
        )
    if organisation.mail_domains.filter(domain=domain).exists():
        raise RuleBroken(_("People of this domain may join by themselves already."), field="domain")
    if not organisation.roles.managers().exists():
        raise RuleBroken(_("Nobody manages this organisation yet: invite its first manager."))


@transaction.atomic
def withdraw_mail_domain(mail_domain: MailDomain, *, by) -> Organisation:
    """Let nobody in by this domain any more; those who joined stay. Withdrawing twice is harmless."""
    organisation = lock_row(Organisation.objects.all(), mail_domain.organisation_id)
    deleted, _rows = MailDomain.objects.filter(pk=mail_domain.pk).delete()
    if deleted:
        record(
            "members.mail_domain.withdrawn",
            gettext_noop("No longer lets people with an address at %(domain)s join %(organisation)s by themselves"),
            by=by,
            about=[organisation],
            organisation=organisation,
            domain=mail_domain,
        )
    return organisation


@transaction.atomic
def join_by_mail_domain(organisation: Organisation, *, by) -> Role:
    """Become a contributor at once, by a confirmed address at one of the organisation's domains, and act for it from now
    on; one's own request that still waits is settled by it. Joining twice is harmless.

    Raises RuleBroken when no domain lets the person in (any more), when a manager keeps them out, and when the team is full.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    if role := organisation.roles.filter(person=by).first():
        return role
    if not Organisation.objects.joinable_by(by).filter(pk=organisation.pk).exists():
        raise RuleBroken(_("You cannot join this organisation by yourself: ask its managers."))
    mail_domain = organisation.mail_domains.filter(domain__in=verified_domains(by)).for_list().first()
    role = let_in(by, organisation, RoleLevel.CONTRIBUTOR)
    by.acting_for = organisation
    by.save(update_fields=["acting_for"])
    forget_rights(by)
    settle_request(organisation, by, decided_by=mail_domain.added_by)
    record(
        "members.mail_domain.used",
        gettext_noop("Joined %(organisation)s by an address at %(domain)s"),
        by=by,
        about=[organisation],
        organisation=organisation,
        domain=mail_domain,
    )
    for manager in managers_of(organisation):
        letters.joined_by_mail_domain(by, mail_domain, to=manager)
    return role
