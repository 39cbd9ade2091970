"""A person's own account: profile, what is known of her, and how it is erased."""

import logging

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from core.models import HistoryEntry, Letter
from members import personal_data
from members.enums import RoleLevel
from members.letters import people as letters
from members.letters import teams as team_letters
from members.models import Invitation, JoinRequest, MailDomain, Organisation, Person
from members.models.people import WARNED_BEFORE

logger = logging.getLogger(__name__)

PROFILE = ("first_name", "last_name", "job_title", "phone", "language")


@transaction.atomic
def update_profile(person: Person, *, by, **values) -> Person:
    """Change one's own profile (the fields of PROFILE). Nothing is written when nothing changes."""
    changed = [field for field in PROFILE if field in values and getattr(person, field) != values[field]]
    if not changed:
        return person
    for field in changed:
        setattr(person, field, values[field])
    person.save(update_fields=changed)
    record("members.person.updated", gettext_noop("Updated their profile"), by=by, about=[person])
    return person


def data_of(person: Person) -> dict:
    """All that this app knows of a person, for the download of one's own data."""
    return {
        "profile": {
            **{field: getattr(person, field) for field in ("email", *PROFILE)},
            "joined": person.date_joined,
            "last_signed_in": person.last_login,
            "privacy_notice_accepted": person.consented_at,
        },
        "addresses": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
        "roles": list(person.roles.values("organisation__name", "organisation__siret", "level", "created_at")),
        "club_roles": list(person.club_roles.values("club__name", "kind")),
        "requests_to_join": list(
            person.join_requests.values("organisation__name", "message", "status", "created_at", "decided_at")
        ),
        "invitations": list(
            Invitation.objects.for_email(person.email).values("organisation__name", "level", "created_at", "expires_at")
        ),
        "mail_domains_agreed_to": list(
            MailDomain.objects.filter(added_by=person).values("organisation__name", "domain", "added_at")
        ),
        "kept_out_of": list(person.kept_out.values("organisation__name", "since")),
        "letters": list(_letters_to(person).values("subject", "created_at", "sent_at", "status")),
        "actions": [
            {"when": entry.happened_at, "what": entry.sentence}
            for entry in HistoryEntry.objects.filter(by=person).order_by("happened_at")
        ],
    }


def _letters_to(person: Person):
    return Letter.objects.filter(Q(person=person) | Q(to_email__iexact=person.email)).order_by("created_at")


@transaction.atomic
def erase_account(person: Person, *, by) -> Person:
    """Forget a person: name, address, phone, letters, roles. Their actions stay in the history, without a name.

    Raises RuleBroken for the last manager of an organisation with colleagues, and for the last administrator.
    Erasing twice is harmless.
    """
    person = lock_row(Person.objects.all(), person.pk)
    if person.erased_at:
        return person
    for organisation in _only_managed_by(person):
        raise RuleBroken(
            _("You are the only manager of %(organisation)s: make one of your colleagues a manager first.")
            % {"organisation": organisation}
        )
    if (
        person.is_superuser
        and not Person.objects.with_account().filter(is_superuser=True).exclude(pk=person.pk).exists()
    ):
        raise RuleBroken(_("You are the only administrator: appoint another one first."))
    personal_data.erase_all(person)
    _anonymise(person)
    record("members.person.erased", gettext_noop("Erased an account"), by=None if by == person else by, about=[person])
    return person


def _only_managed_by(person: Person) -> list[Organisation]:
    """Locked organisations whose other people would be left without any manager."""
    ids = person.roles.managers().order_by("organisation").values_list("organisation", flat=True)
    organisations = [lock_row(Organisation.objects.all(), pk) for pk in ids]
    return [
        organisation
        for organisation in organisations
        if (others := organisation.roles.exclude(person=person)).exists() and not others.managers().exists()
    ]


def forget(person: Person) -> None:
    """This app's own part of an erasure: roles, requests, invitations and every letter that names the person."""
    invitations = Invitation.objects.for_email(person.email) | Invitation.objects.filter(invited_by=person)
    _delete_letters_about(JoinRequest, person.join_requests.values_list("pk", flat=True))
    _delete_letters_about(Invitation, invitations.values_list("pk", flat=True))
    _delete_letters_about(Person, [person.pk])
    _letters_to(person).delete()
    Invitation.objects.for_email(person.email).delete()
    person.join_requests.all().delete()
    person.kept_out.all().delete()
    person.roles.all().delete()
    person.club_roles.all().delete()


def _delete_letters_about(model, pks) -> None:
    Letter.objects.filter(
        subjects__content_type=ContentType.objects.get_for_model(model), subjects__object_id__in=list(pks)
    ).delete()


def _anonymise(person: Person) -> None:
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    for field in ("first_name", "last_name", "job_title", "phone"):
        setattr(person, field, "")
    person.email = f"erased-{person.pk}@erased.invalid"
    person.set_unusable_password()  # this also ends every session
    person.acting_for = None
    person.is_active = person.is_staff = person.is_superuser = False
    person.erased_at = timezone.now()
    person.save()


# --- What run_daily does ----------------------------------------------------------------------------------------------


def warn_idle_accounts(limit: int = 500) -> int:
    """Announce the erasure to those who have not signed in for nearly three years. Returns how many were warned."""
    now = timezone.now()
    people = list(Person.objects.to_warn_of_erasure(now).order_by("pk")[:limit])
    for person in people:
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(warned_at=now)
            letters.erasure_announced(person, now + WARNED_BEFORE)
            record(
                "members.person.warned",
                gettext_noop("Announced the erasure of an idle account"),
                by=None,
                about=[person],
            )
    return len(people)


def erase_idle_accounts(limit: int = 500) -> int:
    """Erase accounts never confirmed for 30 days, and those idle for three years whose owner was warned 30 days ago.

    An idle last manager hands over to the colleague who has been there longest. Returns how many were erased; one that
    an app holds back (RuleBroken) is logged and tried again the next day.
    """
    now, erased = timezone.now(), 0
    people = [
        *Person.objects.never_confirmed(now).order_by("pk")[:limit],
        *Person.objects.to_erase(now).order_by("pk")[:limit],
    ]
    for person in people:
        try:
            with transaction.atomic():
                _hand_over(person)
                erase_account(person, by=None)
        except RuleBroken as broken:
            logger.warning("Account %s is kept: %s", person.pk, broken.message)
        else:
            erased += 1
    return erased


def _hand_over(person: Person) -> None:
    for organisation in _only_managed_by(person):
        heir = organisation.roles.exclude(person=person).select_related("person").earliest("created_at", "pk")
        heir.level = RoleLevel.MANAGER
        heir.save(update_fields=["level"])
        record(
            "members.role.changed",
            gettext_noop("Changed a role at %(organisation)s"),
            by=None,
            about=[organisation],
            organisation=organisation,
            level=heir.level,
        )
        team_letters.role_changed(heir)
