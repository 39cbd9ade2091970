"""The letters of the account pages: allauth says which, we say it in our own words and keep it as a row.

Letters that let their reader in (confirm an address, choose a new password) are secret and about no club: coordinators
do not see them, and their text is wiped once sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from core.models import Letter
from members.models import Person


@dataclass(frozen=True)
class Words:
    subject: str
    paragraphs: list[str]
    button: tuple[str, str] | None = None
    is_secret: bool = False


def account_letter(prefix: str, email: str, context: dict) -> Letter | None:
    """Write the letter that allauth calls `prefix` (such as `account/email/password_reset_key`) to `email`.

    `context` is allauth's. Raises KeyError for a letter that no page of ours sends.
    """
    person = _person_of(email, context)
    to = Recipient(email, "", translation.get_language() or "fr")
    if person:
        to = Recipient(email, person.get_full_name(), person.language, person)
    with writing_to(to):
        words = WORDS[prefix](context)
        return queue_letter(
            f"members.{prefix.replace('/email/', '.')}",
            to=to,
            subject=words.subject,
            paragraphs=words.paragraphs,
            facts=_origin(context),
            button=words.button,
            secret=words.is_secret,
        )


def _person_of(email: str, context: dict) -> Person | None:
    user = context.get("user")
    if isinstance(user, Person):
        return user
    by_address = Person.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True)
    return Person.objects.filter(email__iexact=email).first() or by_address.first()


def _origin(context: dict) -> list[tuple[str, str]]:
    """Where a change of the account came from, so that its owner can tell whether it was her."""
    if "ip" not in context:
        return []
    when = timezone.localtime(context["timestamp"])
    return [
        (_("When"), formats.date_format(when, "DATETIME_FORMAT")),
        (_("From the address"), context["ip"]),
        (_("Browser"), context["user_agent"]),
    ]


def _here(url: str) -> str:
    """allauth builds links with the host of the request; letters only ever name our own address."""
    return link_to(urlsplit(url).path)


def _confirm_address(context: dict) -> Words:
    return Words(
        _("Confirm your e-mail address"),
        [
            _("You have just created an account with this address. Confirm that it is yours, and you can sign in."),
            _(
                "The link is valid for three days. If it was not you, there is nothing to do: nobody can use the account."
            ),
        ],
        (_("Confirm my address"), _here(context["activate_url"])),
        is_secret=True,
    )


def _confirm_new_address(context: dict) -> Words:
    return Words(
        _("Confirm your new e-mail address"),
        [
            _("Somebody asks to use this address for an account of the club. Confirm that it is yours."),
            _("The link is valid for three days. If it was not you, there is nothing to do."),
        ],
        (_("Confirm my address"), _here(context["activate_url"])),
        is_secret=True,
    )


def _account_exists(context: dict) -> Words:
    return Words(
        _("You already have an account"),
        [
            _("Somebody, probably you, wanted to create an account with this address, but you already have one."),
            _("Sign in with it. If you no longer know your password, choose a new one. "
              "If it was not you, there is nothing to do."),
        ],
        (_("Choose a new password"), link_to(reverse("account_reset_password"))),
    )  # fmt: skip


def _choose_password(context: dict) -> Words:
    return Words(
        _("Choose a new password"),
        [
            _("Somebody, probably you, asks for a new password for your account."),
            _("If it was not you, there is nothing to do: your password stays as it is."),
        ],
        (_("Choose a new password"), _here(context["password_reset_url"])),
        is_secret=True,
    )


def _unknown_account(context: dict) -> Words:
    return Words(
        _("There is no account with this address"),
        [
            _("Somebody, probably you, asked for a new password, but no account has this address."),
            _("Perhaps your account bears another address. If you have none yet, create one. "
              "If it was not you, there is nothing to do."),
        ],
        (_("Create an account"), link_to(reverse("account_signup"))),
    )  # fmt: skip


def _changed(subject: Callable[[], str], sentence: Callable[[dict], str]) -> Callable[[dict], Words]:
    """A note that something about the account has changed, with what to do if it was somebody else."""

    def words(context: dict) -> Words:
        return Words(
            subject(),
            [
                sentence(context),
                _("If it was not you, choose a new password at once and write to the club."),
            ],
            (_("Password and security"), link_to(reverse("mfa_index"))),
        )

    return words


# What allauth sends with our settings. The other letters of allauth belong to features that are off.
WORDS: dict[str, Callable[[dict], Words]] = {
    "account/email/email_confirmation_signup": _confirm_address,
    "account/email/email_confirmation": _confirm_new_address,
    "account/email/account_already_exists": _account_exists,
    "account/email/password_reset_key": _choose_password,
    "account/email/unknown_account": _unknown_account,
    "account/email/password_changed": _changed(
        lambda: _("Your password has been changed"), lambda context: _("The password of your account has been changed.")
    ),
    "account/email/password_set": _changed(
        lambda: _("Your password has been changed"), lambda context: _("The password of your account has been changed.")
    ),
    "account/email/password_reset": _changed(
        lambda: _("Your password has been changed"), lambda context: _("The password of your account has been changed.")
    ),
    "account/email/email_changed": _changed(
        lambda: _("Your e-mail address has been changed"),
        lambda context: _("You now sign in with %(email)s.") % {"email": context["to_email"]},
    ),
    "account/email/email_deleted": _changed(
        lambda: _("An e-mail address has been removed"),
        lambda context: _("%(email)s no longer belongs to your account.") % {"email": context["deleted_email"]},
    ),
    "mfa/email/totp_activated": _changed(
        lambda: _("Second factor switched on"),
        lambda context: _("Signing in to your account now asks for a code from your phone as well."),
    ),
    "mfa/email/totp_deactivated": _changed(
        lambda: _("Second factor switched off"),
        lambda context: _("Signing in to your account no longer asks for a code from your phone."),
    ),
    "mfa/email/recovery_codes_generated": _changed(
        lambda: _("New recovery codes"), lambda context: _("New recovery codes were made; the old ones no longer work.")
    ),
}
