"""Further lives of events: a season of breakfasts, a visit whose date is open again, a draft that a speaker may read, and
a training day that is off, of which money has to go back."""

from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from billing.actions import due_of, place_order, quoted, quoted_totals, record_payment
from billing.enums import Method
from clubsite.demo.meetings import register_some, working_day
from clubsite.demo.payments import CLUB as PAYING_CLUB
from clubsite.demo.payments import PAYERS
from clubsite.demo.world import World, clock_at
from events.actions import (
    Attendee,
    cancel_event,
    create_event,
    make_series,
    open_preview,
    postpone_event,
    publish_event,
    publish_series,
    register_people,
)
from events.enums import Admission, EventKind, Refunding
from events.models import Event, live_line
from members.models import Organisation

CLUB = "hauts-de-seine"
PLACE = {"venue": "Salle du Belvédère", "street": "2 rue du Belvédère", "post_code": "92400", "city": "Courbevoie"}
EARLY, AFTERNOON = (time(8, 45), time(10, 15)), (time(14), time(16, 30))


def live_on(world: World) -> None:
    with clock_at(world.ago(20)):
        breakfast = _serve_breakfasts(world)
        visit = _announce_a_visit(world)
        _show_a_draft(world)
    for event, number in ((breakfast, 7), (visit, 6)):
        register_some(world, event, club=CLUB, number=number, announced=world.ago(18))
    reason = "L’atelier déménage : la visite aura lieu dans les nouveaux locaux."
    with clock_at(world.ago(3)):
        postpone_event(visit, by=world.coordinators[CLUB], reason=reason)
    _call_a_training_day_off(world)


def _serve_breakfasts(world: World) -> Event:
    """Three dates that are announced, and one more that is still a draft; the first one."""
    by = world.coordinators[CLUB]
    first = _draft(
        world, CLUB, 54, EARLY, kind=EventKind.BREAKFAST, title="Petit-déjeuner « un métier, une structure »",
        summary="Une structure se présente, puis on se parle autour d’un café.", capacity=30, **PLACE,
    )  # fmt: skip
    series = make_series(first, by=by, starts=[_moment(_day(world, days), EARLY[0]) for days in (82, 110)])
    publish_series(series, by=by)
    make_series(Event.objects.get(pk=first.pk), by=by, starts=[_moment(_day(world, 138), EARLY[0])])
    series.events.update(is_demo=True)
    return Event.objects.get(pk=first.pk)


def _announce_a_visit(world: World) -> Event:
    event = _draft(
        world, CLUB, 47, AFTERNOON, kind=EventKind.SITE_VISIT, capacity=20, title="Visite de l’atelier textile",
        summary="Du tri à la confection : les coulisses d’un chantier d’insertion.", venue="Atelier textile",
        street="11 rue des Tisserands", post_code="92230", city="Gennevilliers",
    )  # fmt: skip
    return publish_event(event, by=world.coordinators[CLUB])


def _show_a_draft(world: World) -> None:
    event = _draft(
        world, CLUB, 96, AFTERNOON, kind=EventKind.ROUND_TABLE, capacity=60,
        title="Table ronde : acheter et recruter dans l’ESS", summary="Trois acheteuses, trois structures, un débat.",
        description="Programme provisoire, envoyé aux intervenantes et aux partenaires pour relecture.", **PLACE,
    )  # fmt: skip
    open_preview(event, by=world.coordinators[CLUB])


def _call_a_training_day_off(world: World) -> None:
    """Two organisations ordered: one has paid by transfer, the other has not."""
    by, buyers = (
        world.coordinators[PAYING_CLUB],
        [payer.name for payer in PAYERS if payer.method == Method.TRANSFER][:2],
    )
    with clock_at(world.ago(25)):
        event = _draft(
            world, PAYING_CLUB, 61, AFTERNOON, kind=EventKind.WORKING_GROUP, capacity=24,
            title="Atelier « rédiger une clause sociale »", summary="Une demi-journée de pratique sur vos propres marchés.",
            venue="La Ferme du Manet", street="61 avenue du Manet", post_code="78180", city="Montigny-le-Bretonneux",
            prices={("", True): Decimal(35), ("", False): Decimal(60)},
        )  # fmt: skip
        event = publish_event(event, by=by)
        orders = [_order(world, event, name) for name in buyers]
        record_payment(
            orders[0], by=by, method=Method.TRANSFER, amount=due_of(orders[0]), received_on=timezone.localdate()
        )
    with clock_at(world.ago(2)):
        cancel_event(event, by=by, reason="La formatrice est souffrante.", refunding=Refunding.ALL)


def _order(world: World, event: Event, name: str):
    organisation = Organisation.objects.get(name=name, is_demo=True)
    contact = world.contact_of(organisation)
    people = [Attendee(contact.first_name, contact.last_name, contact.email)]
    registration = register_people(event, organisation=organisation, people=people, by=contact)
    basket = live_line(registration.pk).order
    gross = quoted_totals(quoted(basket)).gross
    return place_order(basket, by=contact, method=Method.TRANSFER, expected=gross)


def _draft(world: World, club: str, days: int, hours: tuple[time, time], **fields) -> Event:
    starts_at, ends_at = (_moment(_day(world, days), hour) for hour in hours)
    event = create_event(
        world.clubs[club], by=world.coordinators[club], starts_at=starts_at, ends_at=ends_at, admission=Admission.ANY,
        **fields,
    )  # fmt: skip
    Event.objects.filter(pk=event.pk).update(is_demo=True)
    return event


def _day(world: World, days: int) -> date:
    return working_day(world.today, days)


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, Event().zone)
