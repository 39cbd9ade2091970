"""Registrations out of the ordinary: an event for invited people with questions, seats to name, an offer to answer."""

from datetime import timedelta

from clubsite.demo.meetings import PARIS, moment_of, people_of, working_day
from clubsite.demo.world import World, clock_at
from events.actions import (
    Attendee,
    Guest,
    add_question,
    approve_request,
    cancel_registration,
    create_event,
    invite_people,
    publish_event,
    register_people,
)
from events.enums import Admission, EventKind, QuestionKind, Visibility
from events.models import Event
from members.models import Organisation, Person

CLUB = "hauts-de-seine"


def invite_and_offer(world: World) -> None:
    """Both events are of the club of the README's accounts."""
    company = Organisation.objects.get(name="Laboratoires Verdance", is_demo=True)
    director = Person.objects.get(email="directrice@demo.example")
    others = [one for one in world.members[CLUB] if one != company][:4]
    _invite(world, company, director, others)
    _offer(world, company, director, others)


def _invite(world: World, company: Organisation, director: Person, others: list[Organisation]) -> None:
    by = world.coordinators[CLUB]
    event = _publish(
        world, 61, ("12:00", "14:30"), kind=EventKind.WORKING_GROUP, title="Déjeuner des donneurs d’ordre",
        summary="Vingt décideurs autour d’une table : les achats responsables à l’horizon de trois ans.", capacity=20,
        organisation_cap=4, visibility=Visibility.INVITED, admission=Admission.INVITED, needs_approval=True, asks_needs=True,
    )  # fmt: skip
    plain = {
        "help_text": "",
        "options": [],
        "is_required": False,
        "is_per_person": False,
        "only_if": None,
        "only_if_answer": "",
    }
    buys = add_question(
        event, by=by, **plain | {"text": "Avez-vous déjà acheté à une structure d’insertion ?", "kind": QuestionKind.YES_NO,
                                 "is_required": True},
    )  # fmt: skip
    what = add_question(
        event, by=by, **plain | {"text": "Dans quels domaines ?", "kind": QuestionKind.SEVERAL, "only_if": buys,
                                 "only_if_answer": "yes", "options": ["Espaces verts", "Propreté", "Restauration", "Réemploi"]},
    )  # fmt: skip
    guests = [
        Guest(world.contact_of(one).email, world.contact_of(one).get_full_name(), one) for one in [company, *others]
    ]
    guests.append(Guest("direction.achats@collectivite.example", "Direction des achats"))
    with clock_at(world.ago(6)):
        invite_people(event, guests=guests, by=by, message="Votre expérience nous manque : serez-vous des nôtres ?")
    with clock_at(world.ago(2)):
        for organisation, diet in zip(others[:2], ("Végétarien", "Sans gluten"), strict=True):
            contact = world.contact_of(organisation)
            person = Attendee(contact.first_name, contact.last_name, contact.email, contact.job_title, diet=diet)
            answers = {buys.pk: ["yes"], what.pk: ["Propreté", "Restauration"]}
            asked = register_people(event, organisation=organisation, people=[person], by=contact, answers=answers)
    with clock_at(world.ago(1)):
        approve_request(asked, by=by)


def _offer(world: World, company: Organisation, director: Person, others: list[Organisation]) -> None:
    """The visit is full; the company waits for two seats, which another one gives back today. A structure has seats to name."""
    event = _publish(
        world, 30, ("14:00", "17:00"), kind=EventKind.SITE_VISIT, title="Visite d’une blanchisserie inclusive",
        summary="Une heure dans l’atelier, une heure avec les équipes.", capacity=4, organisation_cap=4,
        admission=Admission.MEMBERS,
    )  # fmt: skip
    with clock_at(world.ago(9)):
        gone = register_people(
            event, organisation=others[0], people=_two(world, others[0]), by=world.contact_of(others[0])
        )
        seats = [*people_of(world, others[1])[:1], Attendee()]
        register_people(event, organisation=others[1], people=seats, by=world.contact_of(others[1]))
    with clock_at(world.ago(5)):
        ours = [Attendee(director.first_name, director.last_name, director.email, director.job_title), Attendee()]
        register_people(event, organisation=company, people=ours, by=director)
    with clock_at(world.ago(4)):
        register_people(event, organisation=others[2], people=_two(world, others[2]), by=world.contact_of(others[2]))
    cancel_registration(gone, by=world.contact_of(others[0]))


def _two(world: World, organisation: Organisation) -> list[Attendee]:
    return [*people_of(world, organisation)[:1], Attendee(*world.made_colleague())]


def _publish(world: World, days: int, hours: tuple[str, str], **fields) -> Event:
    day = working_day(world.today, days).isoformat()
    starts_at, ends_at = (moment_of(day, hour, PARIS) for hour in hours)
    with clock_at(world.now - timedelta(days=12)):
        event = create_event(
            world.clubs[CLUB], by=world.coordinators[CLUB], starts_at=starts_at, ends_at=ends_at,
            venue="Maison des associations", street="5 place des Marronniers", post_code="92000", city="Nanterre", **fields,
        )  # fmt: skip
        Event.objects.filter(pk=event.pk).update(is_demo=True)
        event.refresh_from_db()
        return publish_event(event, by=world.coordinators[CLUB])
