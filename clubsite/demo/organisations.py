"""Clubs, the real structures, the made-up companies and buyers, who is a member since when, and the accounts."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from stdnum import luhn

from clubsite.demo.content import CLUBS, ORGANISATIONS, PASSWORD
from clubsite.demo.world import World, clock_at
from members.actions.organisations import register_organisation
from members.enums import Audience, ClubRoleKind, RoleLevel, TerritoryKind
from members.models import Club, ClubRole, Organisation, Role, Sector, Territory
from memberships.actions import (
    create_plan,
    end_term,
    enrol_organisation,
    refuse_application,
    submit_application,
)
from memberships.models import Term

# How many structures of a directory are members, and how many years ago the club began.
MEMBER_SHARE = {"hauts-de-seine": 0.37, "yvelines": 0.7, "oise": 0.27}
FOUNDED_DAYS_AGO = {"hauts-de-seine": 1400, "yvelines": 1100, "oise": 800}
# Companies of the demo that are not members: one has just applied, one was refused.
APPLYING, REFUSED = "Épicerie Coursive", "Cabinet Orsenne Conseil"
FREE_PLAN = "Adhésion gratuite"
CHARGING = "yvelines"  # its companies and buyers pay to be members: see `clubsite.demo.payments`
LEAVING = "Hôtellerie des Étangs"  # resigned after all was done
SECTORS_BY_NAF = {
    "56": "Traiteur", "55": "Hôtellerie", "812": "Nettoyage de locaux", "813": "Création et entretien des espaces verts",
    "38": "Collecte d'encombrants", "78": "Ressources Humaines", "41": "Peinture & Revêtement des murs", "43": "Plomberie",
    "47": "Recyclage d'équipements électriques et électroniques (DEEE)", "49": "Transport de marchandises",
    "52": "Logistique, conditionnement", "62": "Gestion du parc informatique, Maintenance & Installation",
    "80": "Poste de garde / Accueil", "82": "Logistique, conditionnement", "25": "Métallurgie", "18": "Impressions",
    "01": "Maraîchage, légumerie, conserverie", "13": "Textiles", "10": "Production et transformation",
    "8559": "Conseils & Formation", "8810": "Blanchisserie", "31": "Equipements et mobiliers",
}  # fmt: skip


def made_up_siret(number: int) -> str:
    """A SIRET that passes Luhn, in a range that is never given out."""
    siren = f"9{number:07d}"
    siren += luhn.calc_check_digit(siren)
    establishment = f"{siren}0001"
    return establishment + luhn.calc_check_digit(establishment)


def make_clubs(world: World) -> None:
    for content in CLUBS:
        club = Club.objects.create(
            slug=content.slug, name=content.name, lead=content.lead, description=content.description, colour=content.colour,
            objective=content.objective, stretch_objective=content.stretch, email=f"{content.slug}@demo.example", is_demo=True,
            founded_on=(world.now - timedelta(days=FOUNDED_DAYS_AGO[content.slug])).date(),
        )  # fmt: skip
        club.territories.set(Territory.objects.filter(kind=TerritoryKind.DEPARTMENT, code__in=content.departments))
        world.clubs[content.slug] = club


def make_coordinators(world: World) -> None:
    """Coordinators, the reader and the administrator: who stands above the organisations."""
    password = make_password(PASSWORD)
    both = world.make_person(
        "coordination", password, first_name="Camille", last_name="Fontanel", job_title="Coordinatrice"
    )
    oise = world.make_person("oise", password, first_name="Ousmane", last_name="Diarra", job_title="Coordinateur")
    reader = world.make_person(
        "financeur", password, first_name="Hélène", last_name="Quintard", job_title="Chargée de mission"
    )
    world.make_person("admin", password, first_name="Ada", last_name="Morvan", is_staff=True, is_superuser=True)
    world.make_person("nouvelle", password, first_name="Nadia", last_name="Belkacem", job_title="Directrice")
    world.make_person("accueil", password, first_name="Théo", last_name="Lambert", job_title="Accueil")
    world.coordinators = {"hauts-de-seine": both, "yvelines": both, "oise": oise}
    for slug, club in world.clubs.items():
        ClubRole.objects.create(person=world.coordinators[slug], club=club, kind=ClubRoleKind.COORDINATOR)
        ClubRole.objects.create(person=reader, club=club, kind=ClubRoleKind.READER)
    for slug, club in world.clubs.items():
        with clock_at(world.ago(FOUNDED_DAYS_AGO[slug])):
            create_plan(club, by=world.coordinators[slug], name=FREE_PLAN)


def list_structures(world: World) -> None:
    """Put the imported structures into the directories, by department, and give them the sectors of their NAF."""
    sectors = {sector.name: sector for sector in Sector.objects.all()}
    directories = {content.slug: content.contacts_from for content in CLUBS}
    links, trades = [], []
    for organisation in Organisation.objects.order_by("siret", "kind"):
        for slug, prefixes in directories.items():
            if organisation.post_code.startswith(prefixes):
                links.append(Organisation.clubs.through(organisation=organisation, club=world.clubs[slug]))
        if sector := _sector_of(organisation.naf, sectors):
            trades.append(Organisation.sectors.through(organisation=organisation, sector=sector))
    Organisation.clubs.through.objects.bulk_create(links)
    Organisation.sectors.through.objects.bulk_create(trades)
    Organisation.objects.update(is_listed=True)


def _sector_of(naf: str, sectors: dict[str, Sector]) -> Sector | None:
    prefixes = (naf[:length] for length in (4, 3, 2))
    return next((sectors[SECTORS_BY_NAF[prefix]] for prefix in prefixes if prefix in SECTORS_BY_NAF), None)


def make_companies(world: World) -> None:
    """Companies, buyers and a few made-up structures, each registered by its manager and marked as demo data."""
    sectors = {sector.name: sector for sector in Sector.objects.all()}
    for number, content in enumerate(ORGANISATIONS, start=1):
        manager = world.make_person()
        days = world.chance.randint(60, FOUNDED_DAYS_AGO[content.club])
        with clock_at(world.ago(days)):
            organisation = register_organisation(
                by=manager, kind=content.kind, siret=made_up_siret(number), name=content.name, naf=content.naf,
                street=content.street, post_code=content.post_code, city=content.city, headcount=content.headcount,
                description=content.description, sectors=[s for s in [_sector_of(content.naf, sectors)] if s],
            )  # fmt: skip
            organisation.is_demo = True
            organisation.refine_after = None  # an invented street is not worth asking for
            organisation.save()
            world.contacts[organisation.pk] = manager
            _join(world, organisation, content.club)


def _join(world: World, organisation: Organisation, slug: str) -> None:
    club, coordinator = world.clubs[slug], world.coordinators[slug]
    if organisation.name in (APPLYING, REFUSED) or (slug == CHARGING and organisation.audience == Audience.BUYERS):
        return
    enrol_organisation(organisation, club, by=coordinator)
    world.members.setdefault(slug, []).append(organisation)


def enrol_structures(world: World) -> None:
    """Make a share of each directory's structures members, more of them every year."""
    for slug, club in world.clubs.items():
        own = [p for content in CLUBS if content.slug == slug for p in content.departments]
        structures = Organisation.objects.filter(clubs=club, is_demo=False).order_by("pk")
        ranked = sorted(structures, key=lambda o: (not o.post_code.startswith(tuple(own)), o.siret))
        ranked = [o for o in ranked if not o.post_code.startswith(("38", "97"))]
        for organisation in ranked[: round(len(ranked) * MEMBER_SHARE[slug])]:
            days = int(FOUNDED_DAYS_AGO[slug] * world.chance.random() ** 1.4) + 5
            with clock_at(world.ago(days)):
                enrol_organisation(organisation, club, by=world.coordinators[slug])
            world.members.setdefault(slug, []).append(organisation)


def make_applications(world: World) -> None:
    """One application waits on the desk; another was refused with its reason."""
    club = world.clubs["hauts-de-seine"]
    applying, refused = (Organisation.objects.get(name=name, is_demo=True) for name in (APPLYING, REFUSED))
    with clock_at(world.ago(2)):
        submit_application(
            applying, club, by=world.contacts[applying.pk],
            message="Nous cherchons des partenaires pour la livraison à vélo et la préparation de paniers.",
        )  # fmt: skip
    with clock_at(world.ago(120)):
        application = submit_application(refused, club, by=world.contacts[refused.pk])
    with clock_at(world.ago(113)):
        refuse_application(
            application, by=world.coordinators["hauts-de-seine"],
            reason="Vos bureaux viennent de déménager à Lyon : le club voisin vous accueillera avec plaisir.",
        )  # fmt: skip


def end_a_membership(world: World) -> None:
    """One member resigned: the figures know departures too."""
    term = Term.objects.get(organisation__name=LEAVING, organisation__is_demo=True)
    with clock_at(world.ago(20)):
        end_term(term, by=world.contacts[term.organisation_id], ends_on=timezone.localdate())


def make_accounts(world: World) -> None:
    """Give the accounts of the README their places: a company's two people and a structure's manager."""
    password = make_password(PASSWORD)
    company = Organisation.objects.get(name="Laboratoires Verdance", is_demo=True)
    structure = next(
        o for o in world.members["hauts-de-seine"] if o.audience == Audience.STRUCTURES and o.naf.startswith("56")
    )
    for email, organisation, level, first, last, title in (
        ("directrice", company, RoleLevel.MANAGER, "Claire", "Desmoulins", "Directrice générale"),
        ("contributrice", company, RoleLevel.CONTRIBUTOR, "Sonia", "Perez-Leduc", "Responsable des achats"),
        ("structure", structure, RoleLevel.MANAGER, "Idriss", "Cazenave", "Directeur"),
    ):
        person = world.make_person(
            email, password, first_name=first, last_name=last, job_title=title, acting_for=organisation
        )
        person.phone = "+33188000000"
        person.save()
        if level == RoleLevel.MANAGER:
            Role.objects.filter(organisation=organisation).delete()
            world.contacts[organisation.pk] = person
        Role.objects.create(person=person, organisation=organisation, level=level)
