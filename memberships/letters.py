"""The letters about membership: to the applicant, to the organisation's managers, to the club's coordinators."""

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from members.enums import ClubRoleKind, RoleLevel
from members.models import Club, Organisation, Person
from memberships.models import Application, Term

# --- Who is written to ------------------------------------------------------------------------------------------------


def managers_of(organisation: Organisation) -> list[Person]:
    """Those who speak for the organisation."""
    return list(
        Person.objects.with_account()
        .filter(roles__organisation=organisation, roles__level=RoleLevel.MANAGER)
        .order_by("pk")
    )


def coordinators_of(club: Club) -> list[Person]:
    """Those who run the club's desk."""
    return list(
        Person.objects.with_account()
        .filter(club_roles__club=club, club_roles__kind=ClubRoleKind.COORDINATOR)
        .order_by("pk")
    )


def applicants_of(application: Application) -> list[Person]:
    """Whoever applied; once that account is gone, the organisation's managers."""
    by = application.by
    return [by] if by and by.is_active else managers_of(application.organisation)


# --- Applications -----------------------------------------------------------------------------------------------------


def application_received(application: Application, *, to: Person) -> None:
    """To a coordinator: somebody asks to become a member."""
    with writing_to(Recipient.of(to)):
        names = _names(application)
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
        names = _names(application)
        _to_member(
            "memberships.application.acknowledged",
            application,
            to=application.by,
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
        names = _names(application)
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
        _welcome("memberships.application.accepted", application, term, to=person)


def application_refused(application: Application) -> None:
    """To the applicant, with the reason."""
    for person in applicants_of(application):
        with writing_to(Recipient.of(person)):
            names = _names(application)
            _to_member(
                "memberships.application.refused",
                application,
                to=person,
                subject=_("Your application to %(club)s") % names,
                paragraphs=[
                    _("%(club)s cannot accept the application of %(organisation)s.") % names,
                    _("The reason given: %(reason)s") % {"reason": application.reason},
                    _("If your situation changes you can apply again."),
                ],
                button=(_("See the application"), link_to(application.get_absolute_url())),
            )


# --- Terms ------------------------------------------------------------------------------------------------------------


def organisation_enrolled(term: Term) -> None:
    """To the managers, if there are any yet: the club has made the organisation a member."""
    for person in managers_of(term.organisation):
        _welcome("memberships.term.enrolled", term, term, to=person)


def membership_ended(term: Term, *, by: Person | None) -> None:
    """To the organisation's managers, and to the club's coordinators; not to the person who ended it as coordinator."""
    for person in managers_of(term.organisation):
        with writing_to(Recipient.of(person)):
            names = {**_names(term), "date": formats.date_format(term.ends_on, "DATE_FORMAT")}
            paragraphs = [_("%(organisation)s is a member of %(club)s until %(date)s (included).") % names]
            if term.end_reason:
                paragraphs.append(_("The reason given: %(reason)s") % {"reason": term.end_reason})
            paragraphs.append(_("Its page and its history stay yours, and you can apply again at any time."))
            _to_member(
                "memberships.term.ended",
                term,
                to=person,
                subject=_("The membership of %(club)s ends") % names,
                paragraphs=paragraphs,
                button=(_("My memberships"), link_to(reverse("memberships:membership_list"))),
            )
    for person in coordinators_of(term.club):
        if person != by:
            _tell_coordinator_of_end(term, to=person)


def _tell_coordinator_of_end(term: Term, *, to: Person) -> None:
    with writing_to(Recipient.of(to)):
        names = {**_names(term), "date": formats.date_format(term.ends_on, "DATE_FORMAT")}
        paragraphs = [_("%(organisation)s is a member of %(club)s until %(date)s (included).") % names]
        if term.end_reason:
            paragraphs.append(_("The reason given: %(reason)s") % {"reason": term.end_reason})
        queue_letter(
            "memberships.term.ended",
            to=Recipient.of(to),
            subject=_("%(organisation)s leaves %(club)s") % names,
            paragraphs=paragraphs,
            button=(_("See the membership"), link_to(term.get_absolute_url())),
            about=[term, term.club],
        )


def _welcome(code: str, about, term: Term, *, to: Person) -> None:
    with writing_to(Recipient.of(to)):
        names = {**_names(term), "date": formats.date_format(term.starts_on, "DATE_FORMAT")}
        _to_member(
            code,
            about,
            to=to,
            subject=_("Welcome to %(club)s") % names,
            paragraphs=[
                _("%(organisation)s is a member of %(club)s from %(date)s on.") % names,
                _("It now stands in the members’ directory: complete its page, so that the other members know what "
                  "you do and what you look for."),
            ],
            button=(_("Complete our page"), link_to(term.organisation.get_absolute_url())),
        )  # fmt: skip


def _to_member(code: str, about, *, to: Person, subject: str, paragraphs: list[str], button: tuple[str, str]) -> None:
    """A letter in the club's name, answered to the club."""
    queue_letter(
        code,
        to=Recipient.of(to),
        subject=subject,
        paragraphs=paragraphs,
        button=button,
        about=[about, about.club],
        sender_name=about.club.name,
        reply_to=about.club.email,
    )


def _names(thing: Application | Term) -> dict[str, str]:
    return {"organisation": str(thing.organisation), "club": thing.club.name}
