"""Who is written to, and in whose name."""

from core.letters import Recipient, queue_letter
from core.models import Letter
from members.enums import ClubRoleKind, RoleLevel
from members.models import Club, Organisation, Person
from memberships.models import Application, DuesCall, Term


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


def recipients_of(organisation: Organisation) -> list[Recipient]:
    """Its managers; while it has none, its own address."""
    managers = managers_of(organisation)
    if managers or not organisation.email:
        return [Recipient.of(person) for person in managers]
    return [Recipient(organisation.email, str(organisation))]


def to_member(
    code: str, about: Application | DuesCall | Term, *, to: Recipient, subject: str, paragraphs: list[str],
    button: tuple[str, str], facts: list[tuple[str, str]] | None = None, key: str | None = None,
) -> Letter | None:  # fmt: skip
    """A letter in the club's name, answered to the club."""
    return queue_letter(
        code, to=to, subject=subject, paragraphs=paragraphs, facts=facts or [], button=button,
        about=[about, about.club], sender_name=about.club.name, reply_to=about.club.email, key=key,
    )  # fmt: skip


def names_of(thing: Application | DuesCall | Term) -> dict[str, str]:
    return {"organisation": str(thing.organisation), "club": thing.club.name}
