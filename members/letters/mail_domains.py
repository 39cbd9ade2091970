"""The letters to an organisation's managers about colleagues who join by their mail domain."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from members.models import MailDomain


def mail_domain_added(mail_domain: MailDomain, *, to) -> None:
    """To a manager who has not done it: how colleagues come in now, and where to withdraw it."""
    with writing_to(Recipient.of(to)):
        names = {"organisation": str(mail_domain.organisation), "domain": str(mail_domain)}
        queue_letter(
            "members.mail_domain.added",
            to=Recipient.of(to),
            subject=_("Colleagues at %(domain)s may join %(organisation)s by themselves") % names,
            paragraphs=[
                _("From now on whoever has confirmed an address at %(domain)s becomes a contributor of %(organisation)s "
                  "at once. You get a letter each time.") % names,
                _("The team’s page says who agreed to it. Any manager can withdraw it there."),
            ],
            button=_team_of(mail_domain),
            about=[mail_domain],
        )  # fmt: skip


def joined_by_mail_domain(person, mail_domain: MailDomain, *, to) -> None:
    """To a manager: who has joined."""
    with writing_to(Recipient.of(to)):
        names = {"organisation": str(mail_domain.organisation), "person": str(person), "domain": str(mail_domain)}
        queue_letter(
            "members.mail_domain.used",
            to=Recipient.of(to),
            subject=_("%(person)s has joined %(organisation)s") % names,
            paragraphs=[
                _("%(person)s has a confirmed address at %(domain)s and is now a contributor of %(organisation)s.") % names,
                _("If you do not know this person, take them off the team."),
            ],
            facts=[(_("Name"), str(person)), (_("E-mail"), person.email)],
            button=_team_of(mail_domain),
            about=[person],
        )  # fmt: skip


def _team_of(mail_domain: MailDomain) -> tuple[str, str]:
    return _("See the team"), link_to(reverse("members:team_page", args=[mail_domain.organisation_id]))
