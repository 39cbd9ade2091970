"""Made-up members for the tests: one factory a noun, plus the roles people play.

SIRETs are valid (Luhn) and lie in a range that is never given out.
"""

import factory
from factory.django import DjangoModelFactory
from stdnum import luhn

from members.enums import ClubRoleKind, OrganisationKind, RoleLevel, TerritoryKind
from members.models import Club, ClubRole, Commune, Organisation, Person, PostCode, Role, Sector, SectorGroup, Territory

PASSWORD = "a long enough password"


def siret(number: int) -> str:
    """The `number`th made-up SIRET: nine digits of SIREN and five of establishment, both passing Luhn."""
    siren = f"9{number:07d}"
    siren += luhn.calc_check_digit(siren)
    nic = f"{siren}0001"
    return nic + luhn.calc_check_digit(nic)


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    first_name = factory.Sequence(lambda n: f"Prénom{n}")
    last_name = factory.Sequence(lambda n: f"Nom{n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        if create and extracted is not False:
            self.emailaddress_set.create(email=self.email, verified=True, primary=True)


class TerritoryFactory(DjangoModelFactory):
    class Meta:
        model = Territory
        django_get_or_create = ["kind", "code"]

    kind = TerritoryKind.DEPARTMENT
    code = "92"
    name = "Hauts-de-Seine"


class CommuneFactory(DjangoModelFactory):
    class Meta:
        model = Commune
        django_get_or_create = ["insee_code"]
        skip_postgeneration_save = True

    insee_code = "92050"
    name = "Nanterre"
    folded_name = "nanterre"
    department = factory.SubFactory(TerritoryFactory)
    latitude = 48.8960
    longitude = 2.2066

    @factory.post_generation
    def codes(self, create, extracted, **kwargs):
        for code in extracted or ["92000"]:
            PostCode.objects.get_or_create(commune=self, code=code)


class SectorFactory(DjangoModelFactory):
    class Meta:
        model = Sector
        django_get_or_create = ["name", "group"]

    name = factory.Sequence(lambda n: f"Secteur {n}")
    group = factory.LazyFunction(lambda: SectorGroup.objects.get_or_create(name="Métiers")[0])


class ClubFactory(DjangoModelFactory):
    class Meta:
        model = Club

    name = factory.Sequence(lambda n: f"Club {n}")
    slug = factory.Sequence(lambda n: f"club-{n}")
    email = "club@example.org"


class OrganisationFactory(DjangoModelFactory):
    """A listed company; `structure=True` makes it an EI."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    class Params:
        structure = factory.Trait(kind=OrganisationKind.EI, name=factory.Sequence(lambda n: f"Structure {n}"))

    kind = OrganisationKind.COMPANY
    name = factory.Sequence(lambda n: f"Entreprise {n}")
    siret = factory.Sequence(siret)
    street = "1 rue de la Paix"
    post_code = "92000"
    city = "Nanterre"
    is_listed = True


def member_of(organisation: Organisation, *, level: str = RoleLevel.MANAGER, **fields) -> Person:
    """A person with a role in `organisation`, acting for it."""
    person = PersonFactory(acting_for=organisation, **fields)
    Role.objects.create(person=person, organisation=organisation, level=level)
    return person


def coordinator_of(*clubs: Club, **fields) -> Person:
    person = PersonFactory(**fields)
    for club in clubs:
        ClubRole.objects.create(person=person, club=club, kind=ClubRoleKind.COORDINATOR)
    return person


def reader_of(*clubs: Club, **fields) -> Person:
    person = PersonFactory(**fields)
    for club in clubs:
        ClubRole.objects.create(person=person, club=club, kind=ClubRoleKind.READER)
    return person


def administrator(**fields) -> Person:
    return PersonFactory(is_staff=True, is_superuser=True, **fields)
