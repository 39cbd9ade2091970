"""What the parts of the demo share: a clock that can be moved, chance that always falls the same way, its people."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from clubsite.demo.content import DOMAIN, FIRST_NAMES, JOB_TITLES, LAST_NAMES
from core.text import folded
from members.enums import RoleLevel
from members.models import Club, Organisation, Person, Role


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Run the club's verbs as if it were `moment`: what they write, letters and history too, is dated then.

    Only for the demo, which runs alone; the clock of the whole process is moved.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real


@dataclass
class World:
    """The demo while it is being made. `now` is the day it is made around."""

    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(92))  # noqa: S311 - the same demo every time
    clubs: dict[str, Club] = field(default_factory=dict)
    coordinators: dict[str, Person] = field(default_factory=dict)
    members: dict[str, list[Organisation]] = field(default_factory=dict)
    contacts: dict[int, Person] = field(default_factory=dict)  # organisation id -> its manager
    made_people: int = 0

    @property
    def today(self) -> date:
        """By the clubs' clock: around midnight the day is another one in UTC."""
        return timezone.localdate(self.now)

    def ago(self, days: float) -> datetime:
        """`days` before the day of the demo, at a working hour."""
        moment = self.now - timedelta(days=days)
        return moment.replace(
            hour=self.chance.randint(8, 16), minute=self.chance.choice((0, 10, 25, 40)), second=0, microsecond=0
        )

    def make_person(self, email: str = "", password: str | None = None, **fields) -> Person:
        """A person with a confirmed address; without `password` nobody can sign in as them.

        `password` is a ready hash, so that it is computed once for all accounts.
        """
        first, last = (
            FIRST_NAMES[self.made_people % len(FIRST_NAMES)],
            LAST_NAMES[(self.made_people * 7 + 3) % len(LAST_NAMES)],
        )
        self.made_people += 1
        name = "".join(folded(f"{first} {last}").title().split())
        fields = {"first_name": first, "last_name": last, "job_title": self.chance.choice(JOB_TITLES), **fields}
        person = Person.objects.create(
            email=f"{email or f'{name}.{self.made_people}'}@{DOMAIN}".lower(),
            password=password or make_password(None),
            **fields,
        )
        person.emailaddress_set.create(email=person.email, verified=True, primary=True)
        return person

    def made_colleague(self) -> tuple[str, str, str, str]:
        """First name, last name, e-mail and job title of somebody without an account."""
        self.made_people += 1
        first, last = (
            FIRST_NAMES[self.made_people * 5 % len(FIRST_NAMES)],
            LAST_NAMES[self.made_people % len(LAST_NAMES)],
        )
        name = "".join(folded(f"{first} {last}").split())
        return first, last, f"{name}.{self.made_people}@{DOMAIN}", self.chance.choice(JOB_TITLES)

    def contact_of(self, organisation: Organisation) -> Person:
        """The organisation's manager; one is made for a structure that has none yet."""
        if organisation.pk not in self.contacts:
            role = Role.objects.filter(organisation=organisation).select_related("person").first()
            person = role.person if role else self.make_person(acting_for=organisation)
            if role is None:
                Role.objects.create(person=person, organisation=organisation, level=RoleLevel.MANAGER)
            self.contacts[organisation.pk] = person
        return self.contacts[organisation.pk]
