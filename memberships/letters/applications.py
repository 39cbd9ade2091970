"""Letters about applications."""

from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from members.models import Person
from memberships.letters.people import applicants_of, names_of, to_member
from memberships.letters.terms import welcome
from memberships.models import Application, Term


def application_received(application: Application, *, to: Person) -> None:
    """To a coordinator: somebody asks to become a member."""
    with writing_to(Recipient.of(to)):
        names = names_of(application)
        paragraphs = [_("%(organisation)s asks to become a member of %(club)s.") % names]
        if application.message:
            paragraphs.append(_("Their message: %(message)s") % {"message": application.message})
        organisation = application.organisation
        facts = [
            (_("Organisation"), str(organisation)),
            (_("Kind"), organisation.get_kind_display()),
            (_("Town"), organisation.city),
            (_("SIRET"), organisation.siret_spaced),
        ]
        queue_letter(
            "memberships.application.received",
            to=Recipient.of(to),
            subject=_("An application from %(organisation)s") % names,
            paragraphs=paragraphs,
            facts=[(label, value) for label, value in facts if value],
            button=(_("See the application"), link_to(application.get_absolute_url())),
            about=[application, application.club],
        )


def application_acknowledged(application: Application) -> None:
    """The receipt, to the person who applied."""
    with writing_to(Recipient.of(application.by)):
        names = names_of(application)
        to_member(
            "memberships.application.acknowledged",
            application,
            to=Recipient.of(application.by),
            subject=_("Your application to %(club)s") % names,
            paragraphs=[
                _("%(club)s has received the application of %(organisation)s.") % names,
                _("The club’s coordination reads it and answers by e-mail. Until then you can follow or withdraw it."),
            ],
            button=(_("Follow the application"), link_to(application.get_absolute_url())),
        )


def application_withdrawn(application: Application, *, to: Person) -> None:
    """To a coordinator: nothing is left to decide."""
    with writing_to(Recipient.of(to)):
        names = names_of(application)
        queue_letter(
            "memberships.application.withdrawn",
            to=Recipient.of(to),
            subject=_("%(organisation)s has withdrawn its application") % names,
            paragraphs=[_("%(organisation)s no longer asks to become a member of %(club)s.") % names],
            button=(_("See the application"), link_to(application.get_absolute_url())),
            about=[application, application.club],
        )


def application_accepted(application: Application, term: Term) -> None:
    """To the applicant: welcome."""
    for person in applicants_of(application):
        welcome("memberships.application.accepted", application, term, to=person)


def application_refused(application: Application) -> None:
    """To the applicant, with the reason."""
    for person in applicants_of(application):
        with writing_to(Recipient.of(person)):
            names = names_of(application)
            to_member(
                "memberships.application.refused",
                application,
                to=Recipient.of(person),
                subject=_("Your application to %(club)s") % names,
                paragraphs=[
                    _("%(club)s cannot accept the application of %(organisation)s.") % names,
                    _("The reason given: %(reason)s") % {"reason": application.reason},
                    _("If your situation changes you can apply again."),
                ],
                button=(_("See the application"), link_to(application.get_absolute_url())),
            )
