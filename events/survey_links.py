"""The personal link of a survey: the number of an invitation and a signature that nobody else can make.

Neither a name nor an address stands in it. Changing the SECRET_KEY makes the links that are out worthless, unless the old
key stays in SECRET_KEY_FALLBACKS.
"""

from django.core import signing

from events.models import SurveyInvitation

SALT = "events.surveys"


class BadLink(ValueError):
    """No link of ours: cut off, mistyped or made up."""


def survey_path(invitation: SurveyInvitation) -> str:
    """What stands in the address of the survey's page for this invitation."""
    return signing.Signer(salt=SALT).sign(str(invitation.pk)).replace(":", ".")


def invitation_id(path: str) -> int:
    """The invitation of a link. Raises BadLink."""
    number, _dot, signature = path.partition(".")
    try:
        return int(signing.Signer(salt=SALT).unsign(f"{number}:{signature}"))
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error
