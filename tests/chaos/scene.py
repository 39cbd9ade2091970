"""A club, its coordination and three buyers: where every history begins. Also the empty database before it."""

import random
from dataclasses import dataclass
from pathlib import Path

from django.core.management.color import no_style
from django.db import connection, transaction

from members.enums import OrganisationKind
from members.models import Club, Organisation, Person
from tests.billing.factories import SellerFactory
from tests.chaos.processes import Line
from tests.factories import OrganisationFactory, coordinator_of, member_of

# What migrations put in, and what other rows point at by a remembered number.
KEPT = {"django_content_type", "auth_permission", "django_migrations"}


@dataclass(frozen=True)
class Scene:
    """Ids only: each process reads its own rows."""

    club_id: int
    coordinator_ids: tuple[int, ...]
    buyers: tuple[tuple[int, tuple[int, ...]], ...]  # organisation, its people

    @classmethod
    def of(cls, found: dict) -> "Scene":
        buyers = tuple((organisation, tuple(people)) for organisation, people in found["buyers"])
        return cls(found["club_id"], tuple(found["coordinator_ids"]), buyers)

    @property
    def club(self) -> Club:
        return Club.objects.get(pk=self.club_id)


def set_up(kinds_of_goods) -> dict:
    """The values of a Scene, as a child says them."""
    club = SellerFactory(takes_cash=True, takes_purchase_orders=True).club
    kinds = (OrganisationKind.COMPANY, OrganisationKind.EI, OrganisationKind.PUBLIC_BUYER)
    organisations = [OrganisationFactory(kind=kind, name=f"Maison {kind.label}") for kind in kinds]
    for goods in kinds_of_goods:
        goods.set_up(club, organisations)
    return {
        "club_id": club.pk,
        "coordinator_ids": [coordinator_of(club).pk, coordinator_of(club).pk],
        "buyers": [(one.pk, (member_of(one).pk, member_of(one).pk)) for one in organisations],
    }


def wipe() -> None:
    """Every row of every table but the few that migrations wrote."""
    tables = [table for table in connection.introspection.table_names() if table not in KEPT]
    if connection.vendor == "postgresql":  # quicker than TRUNCATE on small tables; triggers and keys look away
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in tables:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608
        return
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))


def is_for_tests() -> bool:
    """Histories begin by emptying the database: only one that was made for tests."""
    return Path(str(connection.settings_dict["NAME"])).name.startswith(("test_", "club-test-"))


@dataclass
class Turn:
    """Somebody's turn to act: who there is, the dice, and the line by which they say what they are about to do.

    `together` waits there, once, for somebody else who is about to do the very same.
    """

    scene: Scene
    dice: random.Random
    line: Line
    together: bool = False

    def __post_init__(self):
        self.waits = self.together

    def about_to(self, text: str) -> None:
        self.line.tell(text)
        if self.waits:
            self.waits = False
            self.line.hear()

    def one_of(self, things):
        """Raises NothingToDo for nothing to choose from."""
        things = list(things)
        if not things:
            raise NothingToDo
        return self.dice.choice(things)

    def buyer(self) -> tuple[Organisation, Person]:
        organisation_id, people = self.dice.choice(self.scene.buyers)
        return Organisation.objects.get(pk=organisation_id), Person.objects.get(pk=self.dice.choice(people))

    def person_of(self, organisation_id: int) -> Person:
        return Person.objects.get(pk=self.dice.choice(dict(self.scene.buyers)[organisation_id]))

    def coordinator(self) -> Person:
        return Person.objects.get(pk=self.dice.choice(self.scene.coordinator_ids))


class NothingToDo(Exception):  # noqa: N818 - no error: somebody does something else instead
    pass
