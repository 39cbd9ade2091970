"""Signed addresses for people without an account: they say which thing they are for, and nobody else can make one."""

from django.core.signing import BadSignature, Signer

from events.models import EventInvitation, Registration

OFFER = Signer(salt="events.offer", sep="~")
INVITATION = Signer(salt="events.invitation", sep="~")


def offer_token(registration: Registration) -> str:
    """What stands in the address by which the offer to `registration` is answered."""
    return OFFER.sign(str(registration.pk))


def invitation_token(invitation: EventInvitation) -> str:
    """What stands in the personal address of `invitation`."""
    return INVITATION.sign(str(invitation.pk))


def read_token(signer: Signer, token: str) -> int:
    """The id that stands in `token`; 0, which nothing bears, when it was not made by `signer`."""
    try:
        return int(signer.unsign(token))
    except (BadSignature, ValueError):
        return 0
