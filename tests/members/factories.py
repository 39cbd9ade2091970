"""Teams on top of the shared members, and pictures to upload."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from members.actions.teams import VALID_FOR, hash_of
from members.enums import RoleLevel
from members.models import Invitation, JoinRequest, Organisation, Person
from tests.factories import PASSWORD


def signed_in(client, person: Person):
    """The test client, signed in as `person`."""
    client.force_login(person, backend="members.backends.AccountBackend")
    return client


def join_request(person: Person, organisation: Organisation, **fields) -> JoinRequest:
    return JoinRequest.objects.create(person=person, organisation=organisation, **fields)


def invitation(organisation: Organisation, email: str, token: str = "a-token", **fields) -> Invitation:
    values = {"level": RoleLevel.CONTRIBUTOR, "expires_at": timezone.now() + VALID_FOR, **fields}
    return Invitation.objects.create(organisation=organisation, email=email, token_hash=hash_of(token), **values)


def picture(name: str = "logo.png", side: int = 40) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "#0b5d57").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def description_of(**changes) -> dict:
    """What a newcomer types to describe her organisation."""
    return {
        "kind": "company", "siret": "732 829 320 00074", "name": "Ateliers du Lac", "trade_name": "", "street": "1 rue du Lac",
        "post_code": "92000", "city": "Nanterre", "phone": "01 40 00 00 00", "website": "ateliers.example.org",
        "description": "", **changes,
    }  # fmt: skip


__all__ = ["PASSWORD", "description_of", "invitation", "join_request", "picture", "signed_in"]
