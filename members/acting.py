"""The organisations of the person of a request, read once: every page names them, and most pages act for one."""

from collections.abc import Collection

from core.prepared import prepared
from members.models import Organisation
from members.rights import rights_of


@prepared
def _organisations(pks: Collection[int]):
    return Organisation.objects.filter(pk__in=pks).order_by("sort_name")


def own_organisations(person) -> list[Organisation]:
    """All the person belongs to, by name (one query a request, none for who belongs to none)."""
    if not rights_of(person).organisation_ids:
        return []
    if not hasattr(person, "_organisations"):
        person._organisations = list(_organisations(rights_of(person).organisation_ids))
    return person._organisations


def acting_organisation(person) -> Organisation | None:
    """The one the person acts for now."""
    wanted = rights_of(person).organisation_id
    return next((one for one in own_organisations(person) if one.pk == wanted), None)
