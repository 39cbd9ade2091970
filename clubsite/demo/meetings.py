"""Meetings: three that took place (public facts, nobody's attendance invented), and made-up ones around today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clubsite.demo.world import World, clock_at
from core.errors import RuleBroken
from events.actions import (
    Attendee,
    add_reception,
    create_event,
    publish_event,
    register_people,
    set_attendance,
)
from events.enums import Admission, Attendance, EventKind, Visibility
from events.models import Event
from members.enums import Audience
from members.models import Organisation, Person
from memberships.models import members_of

PARIS = "Europe/Paris"
HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11)}


@dataclass(frozen=True)
class Meeting:
    """A made-up meeting `days` after today (negative: before), in the time zone of mainland France."""

    club: str
    days: int
    kind: str
    title: str
    summary: str
    hours: tuple[str, str]
    venue: str
    street: str
    post_code: str
    city: str
    capacity: int
    quotas: tuple[int, int] | None  # buyers, structures
    groups: int  # organisations that register
    is_draft: bool = False


_MAP, _SPEED, _BREAKFAST = EventKind.OPEN_MAP, EventKind.SPEED_MEETING, EventKind.BREAKFAST
_VISIT, _GROUP, _TABLE = EventKind.SITE_VISIT, EventKind.WORKING_GROUP, EventKind.ROUND_TABLE
MORNING, EARLY, AFTERNOON = ("08:45", "12:30"), ("08:30", "10:00"), ("14:00", "17:00")

MEETINGS = (
    Meeting("hauts-de-seine", -640, _MAP, "Open Map ESS – propreté et services", "Une matinée entre acheteurs et structures de la propreté.",
            MORNING, "Maison des associations", "5 place des Marronniers", "92000", "Nanterre", 100, (50, 50), 22),
    Meeting("hauts-de-seine", -455, _BREAKFAST, "Petit-déjeuner des acheteurs responsables", "Réserver un lot, mode d’emploi.",
            EARLY, "Salle du Belvédère", "2 rue du Belvédère", "92400", "Courbevoie", 40, None, 12),
    Meeting("hauts-de-seine", -310, _MAP, "Open Map ESS – restauration et traiteurs", "Goûter, comparer, commander : la restauration solidaire en direct.",
            MORNING, "La Halle du Port", "18 quai du Moulin", "92230", "Gennevilliers", 120, (60, 60), 26),
    Meeting("hauts-de-seine", -180, _VISIT, "Visite d’un atelier de réemploi", "Dans les coulisses du réemploi de matériel informatique.",
            AFTERNOON, "Atelier du réemploi", "9 rue de la Fonderie", "92390", "Villeneuve-la-Garenne", 25, None, 11),
    Meeting("hauts-de-seine", -75, _MAP, "Open Map ESS – réemploi et déchets", "Ce que vos déchets peuvent devenir près de chez vous.",
            MORNING, "La Halle du Port", "18 quai du Moulin", "92230", "Gennevilliers", 120, (60, 60), 28),
    Meeting("hauts-de-seine", -33, _GROUP, "Groupe de travail « clauses sociales »", "Du cahier des charges au suivi des heures.",
            AFTERNOON, "Maison des associations", "5 place des Marronniers", "92000", "Nanterre", 30, None, 9),
    Meeting("hauts-de-seine", 0, _MAP, "Open Map ESS – bâtiment et espaces verts", "Acheteurs, bailleurs et structures du bâtiment et du paysage.",
            MORNING, "Espace des Deux Ponts", "1 esplanade des Ponts", "92600", "Asnières-sur-Seine", 120, (60, 60), 30),
    Meeting("hauts-de-seine", 19, _BREAKFAST, "Petit-déjeuner « recruter autrement »", "PMSMP, intérim d’insertion, GEIQ : qui fait quoi ?",
            EARLY, "Salle du Belvédère", "2 rue du Belvédère", "92400", "Courbevoie", 16, (8, 8), 13),
    Meeting("hauts-de-seine", 40, _MAP, "Open Map ESS – économie circulaire", "Plénière, atelier, pitchs puis rendez-vous entre acheteurs et structures.",
            MORNING, "La Halle du Port", "18 quai du Moulin", "92230", "Gennevilliers", 120, (60, 60), 16),
    Meeting("hauts-de-seine", 85, _SPEED, "Rencontres express de printemps", "Dix minutes par rendez-vous, huit rendez-vous par personne.",
            AFTERNOON, "Espace des Deux Ponts", "1 esplanade des Ponts", "92600", "Asnières-sur-Seine", 80, (40, 40), 0, True),
    Meeting("yvelines", -520, _MAP, "Open Map ESS – logistique", "Préparation, conditionnement, dernier kilomètre.",
            MORNING, "Salle des Fêtes du Mantois", "3 rue du Beffroi", "78200", "Mantes-la-Jolie", 100, (50, 50), 13),
    Meeting("yvelines", -240, _TABLE, "Table ronde : l’insertion et les collectivités", "Élues, élus, directrices et directeurs de structures.",
            AFTERNOON, "Hôtel d’agglomération", "12 place de l’Hôtel d’Agglo", "78280", "Guyancourt", 80, None, 14),
    Meeting("yvelines", -62, _SPEED, "Rencontres express des Yvelines", "Huit minutes pour se connaître, douze fois.",
            AFTERNOON, "La Ferme du Manet", "61 avenue du Manet", "78180", "Montigny-le-Bretonneux", 70, (35, 35), 15),
    Meeting("yvelines", 26, _MAP, "Open Map ESS – propreté et espaces verts", "Une matinée pour préparer vos prochains marchés.",
            MORNING, "Salle des Fêtes du Mantois", "3 rue du Beffroi", "78200", "Mantes-la-Jolie", 100, (50, 50), 11),
    Meeting("oise", -400, _MAP, "Open Map ESS – recycleries et réemploi", "Les recycleries de l’Oise rencontrent les entreprises.",
            MORNING, "Pôle des Cultures", "8 avenue du Château", "60200", "Compiègne", 90, (45, 45), 16),
    Meeting("oise", -130, _BREAKFAST, "Petit-déjeuner de Beauvais", "Les besoins de recrutement du Beauvaisis.",
            EARLY, "La Maladrerie", "203 rue de Paris", "60000", "Beauvais", 40, None, 11),
    Meeting("oise", 33, _MAP, "Open Map ESS – bâtiment", "Rénovation, second œuvre, clauses sociales.",
            MORNING, "Pôle des Cultures", "8 avenue du Château", "60200", "Compiègne", 90, (45, 45), 9),
)  # fmt: skip


def hold_historic_meetings(world: World) -> None:
    """Three meetings of the field as public facts: what is not known of them is said, nobody is listed."""
    club, by = world.clubs["hauts-de-seine"], world.coordinators["hauts-de-seine"]
    for fields in (
        dict(
            kind=EventKind.OPEN_MAP, title="Open Map ESS – économie circulaire, déchets",
            summary="Une demi-journée par métier : acheteurs publics et structures de l’économie sociale et solidaire.",
            description="Rencontre de la mission d’appui aux clauses et achats socialement responsables du GIP Maximilien : "
            "prises de parole, atelier, présentations express, puis rendez-vous entre acheteurs et structures.",
            starts_at=moment_of("2017-11-16", "08:45", PARIS), ends_at=moment_of("2017-11-16", "12:30", PARIS),
            venue="La Ressourcerie du Spectacle", capacity=150, with_programme=True,
        ),
        dict(
            kind=EventKind.REGIONAL_DAY, title="Journée régionale de l’insertion par l’activité économique",
            summary="La CPME Réunion et l’URSIAE Réunion-Mayotte signent leur partenariat.",
            description="Quatre buts : les clauses sociales dans la commande publique, l’aide au conventionnement et au "
            "financement, des passerelles entre structures et entreprises (formation, PMSMP), une plateforme d’emplois. "
            "Horaires indicatifs.",
            starts_at=moment_of("2019-11-21", "09:00", "Indian/Reunion"), ends_at=moment_of("2019-11-21", "16:30", "Indian/Reunion"),
            time_zone="Indian/Reunion", venue="Saint-André", post_code="97440", city="Saint-André", capacity=200,
        ),
        dict(
            kind=EventKind.ROUND_TABLE, title="Table ronde de l’insertion par l’activité économique en Isère",
            summary="Élus, services de l’État et directions de structures, avec Territoires Insertion 38.",
            description="Chiffres clés du réseau : 57 structures, plus de 24 M€ de chiffre d’affaires, plus de 4 300 personnes "
            "accompagnées par an, dont 66 % partent vers un emploi ou une formation. Propositions en trois axes : soutien "
            "politique, préservation du modèle, liens avec les entreprises. Date et horaires indicatifs.",
            starts_at=moment_of("2018-06-14", "14:00", PARIS), ends_at=moment_of("2018-06-14", "17:00", PARIS),
            venue="Grenoble", post_code="38000", city="Grenoble", capacity=120,
        ),
    ):  # fmt: skip
        with clock_at(fields["starts_at"] - timedelta(days=45)):
            event = create_event(club, by=by, **_closed(fields))
            publish_event(event, by=by)
        Event.objects.filter(pk=event.pk).update(is_demo=True)


def _closed(fields: dict) -> dict:
    return {"visibility": Visibility.PUBLIC, "admission": Admission.ANY, **fields}


def hold_meetings(world: World) -> None:
    """The made-up meetings, in order of time: registered for, and ticked off when they are past."""
    for meeting in sorted(MEETINGS, key=lambda m: m.days):
        _hold(world, meeting)


def _hold(world: World, meeting: Meeting) -> None:
    day = working_day(world.today, meeting.days).isoformat()
    starts_at, ends_at = (moment_of(day, hour, PARIS) for hour in meeting.hours)
    club, by = world.clubs[meeting.club], world.coordinators[meeting.club]
    quotas = dict(zip((Audience.BUYERS, Audience.STRUCTURES), meeting.quotas, strict=True)) if meeting.quotas else {}
    announced = min(starts_at, world.now) - timedelta(days=40)
    with clock_at(announced):
        event = create_event(
            club, by=by, kind=meeting.kind, title=meeting.title, summary=meeting.summary, starts_at=starts_at, ends_at=ends_at,
            venue=meeting.venue, street=meeting.street, post_code=meeting.post_code, city=meeting.city, capacity=meeting.capacity,
            quotas=quotas, with_programme=meeting.kind == EventKind.OPEN_MAP, admission=Admission.MEMBERS,
        )  # fmt: skip
        Event.objects.filter(pk=event.pk).update(is_demo=True)
        if meeting.is_draft:
            return
        event = publish_event(event, by=by)
    register_some(world, event, club=meeting.club, number=meeting.groups, announced=announced)
    if meeting.days == 0:
        add_reception(event, by=by, person=Person.objects.get(email="accueil@demo.example"))
    if meeting.days < 0:
        _tick_off(world, event, by)


def register_some(world: World, event: Event, *, club: str, number: int, announced: datetime) -> None:
    """Groups of one to three people register over the weeks before; buyers first, so that both sides come."""
    members = [o for o in members_of(event.club, announced.date()).order_by("pk") if o in world.members[club]]
    buyers = [o for o in members if o.audience == Audience.BUYERS]
    others = [o for o in members if o.audience != Audience.BUYERS]
    share = min(len(buyers), number // 2)
    groups = world.chance.sample(buyers, share) + world.chance.sample(others, min(len(others), number - share))
    star = Organisation.objects.get(name="Laboratoires Verdance", is_demo=True)
    if star in members and star not in groups and number:
        groups.append(star)
    world.chance.shuffle(groups)
    last = min(event.starts_at, world.now)
    for number, organisation in enumerate(groups):
        moment = announced + (last - announced) * (number + 1) / (len(groups) + 1)
        people = people_of(world, organisation)
        try:
            with clock_at(moment):
                register_people(event, organisation=organisation, people=people, by=world.contact_of(organisation))
        except RuleBroken:  # the meeting of today is in the past for somebody who loads the demo in the evening
            continue


def people_of(world: World, organisation: Organisation) -> list[Attendee]:
    contact = world.contact_of(organisation)
    people = [
        Attendee(
            contact.first_name,
            contact.last_name,
            contact.email,
            contact.job_title,
            is_listed=world.chance.random() < 0.85,
        )
    ]
    for _extra in range(world.chance.choice((0, 0, 1, 1, 2))):
        colleague = world.made_colleague()
        people.append(Attendee(*colleague, is_listed=world.chance.random() < 0.6))
    return people


def _tick_off(world: World, event: Event, by) -> None:
    """Four in five came; some excused themselves, a few did not."""
    for place in event.places.holding_a_place().order_by("pk"):
        roll = world.chance.random()
        attendance = Attendance.PRESENT if roll < 0.8 else Attendance.EXCUSED if roll < 0.92 else Attendance.ABSENT
        with clock_at(event.starts_at + timedelta(minutes=world.chance.randint(-15, 25))):
            set_attendance(place, attendance=attendance, by=by)


def working_day(today: date, days: int) -> date:
    """About `days` after today: a Thursday that is no holiday, nor at the end of the year; today stays today."""
    if days == 0:
        return today
    day = today + timedelta(days=days)
    day += timedelta(days=3 - day.weekday())
    while (day.month, day.day) in HOLIDAYS or (day.month == 12 and day.day > 20):
        day += timedelta(days=7)
    return day


def moment_of(day: str, hour: str, zone: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=ZoneInfo(zone))
