"""What a person may see and do comes from the organisations they belong to and the clubs they coordinate."""

from dataclasses import dataclass

from django.apps import apps
from django.db.models import Value

from core.prepared import prepared
from members.enums import ClubRoleKind, RoleLevel


@dataclass(frozen=True)
class Rights:
    """A person's rights as plain ids, read once per person object (one query), so that rules never query.

    `organisation_id` is the organisation the person acts for now: new things are made in its name.
    `organisation_ids` are all the person belongs to: their things stay visible and answerable.
    """

    person_id: int | None = None
    is_administrator: bool = False
    organisation_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    managed_organisation_ids: frozenset[int] = frozenset()
    coordinated_club_ids: frozenset[int] = frozenset()
    readable_club_ids: frozenset[int] = frozenset()

    @property
    def is_coordinator(self) -> bool:
        """Runs at least one club's desk (an administrator runs all)."""
        return self.is_administrator or bool(self.coordinated_club_ids)

    @property
    def is_reader(self) -> bool:
        return self.is_coordinator or bool(self.readable_club_ids)

    def belongs_to(self, organisation_id: int | None) -> bool:
        return organisation_id in self.organisation_ids

    def manages(self, organisation_id: int | None) -> bool:
        return organisation_id in self.managed_organisation_ids

    def coordinates(self, club_id: int | None) -> bool:
        return self.is_administrator or club_id in self.coordinated_club_ids

    def reads(self, club_id: int | None) -> bool:
        return self.is_administrator or club_id in self.readable_club_ids


NOBODY = Rights()


def rights_of(person) -> Rights:
    """The rights of a person (or of a visitor: none). Kept on the object for the length of a request."""
    if not person.is_authenticated:
        return NOBODY
    if not hasattr(person, "_rights"):
        person._rights = _read_rights(person)
    return person._rights


def forget_rights(person) -> None:
    """Call after a role of `person` has changed within the request."""
    person.__dict__.pop("_rights", None)
    person.__dict__.pop("_organisations", None)


@prepared
def _roles(person_id: int):
    roles, club_roles = (
        apps.get_model("members", name).objects.filter(person=person_id).order_by() for name in ("Role", "ClubRole")
    )
    own = roles.values_list(Value("organisation"), "pk", "organisation_id", "level")
    return own.union(club_roles.values_list(Value("club"), "pk", "club_id", "kind"), all=True)


def _read_rights(person) -> Rights:
    """Both kinds of role in one query, in the order in which they were given."""
    rows = sorted(_roles(person.pk))
    roles = [(where, level) for of, _pk, where, level in rows if of == "organisation"]
    club_roles = [(where, kind) for of, _pk, where, kind in rows if of == "club"]
    organisation_ids = [organisation_id for organisation_id, _level in roles]
    acting_for = (
        person.acting_for_id if person.acting_for_id in organisation_ids else next(iter(organisation_ids), None)
    )
    coordinated = frozenset(club_id for club_id, kind in club_roles if kind == ClubRoleKind.COORDINATOR)
    return Rights(
        person_id=person.pk,
        is_administrator=person.is_superuser,
        organisation_id=acting_for,
        organisation_ids=frozenset(organisation_ids),
        managed_organisation_ids=frozenset(where for where, level in roles if level == RoleLevel.MANAGER),
        coordinated_club_ids=coordinated,
        readable_club_ids=coordinated | frozenset(club_id for club_id, _kind in club_roles),
    )
