import datetime

import factory
from factory.django import DjangoModelFactory

from memberships.enums import Period
from memberships.models import Application, Plan, Term
from tests.factories import ClubFactory, OrganisationFactory


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    club = factory.SubFactory(ClubFactory)
    name = factory.Sequence(lambda n: f"Adhésion {n}")
    period = Period.OPEN_ENDED


class ApplicationFactory(DjangoModelFactory):
    """Waits for an answer."""

    class Meta:
        model = Application

    plan = factory.SubFactory(PlanFactory)
    club = factory.SelfAttribute("plan.club")
    organisation = factory.SubFactory(OrganisationFactory, is_listed=False)
    message = "Nous cherchons des prestataires."


class TermFactory(DjangoModelFactory):
    """A member since 2020, until resigned. Give `club` for the plan of an existing club."""

    class Meta:
        model = Term
        skip_postgeneration_save = True

    club = factory.SubFactory(ClubFactory)
    plan = factory.SubFactory(PlanFactory, club=factory.SelfAttribute("..club"))
    organisation = factory.SubFactory(OrganisationFactory)
    starts_on = datetime.date(2020, 1, 1)

    @factory.post_generation
    def directory(self, create, extracted, **kwargs):
        """A member stands in its club's directory."""
        self.organisation.clubs.add(self.club)
