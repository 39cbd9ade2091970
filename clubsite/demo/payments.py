"""A club that charges: in whose name it sells, what its companies paid over the years, and what waits for the treasurer."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from billing.actions import add_to_basket, due_of, place_order, quoted, quoted_totals, record_payment
from billing.actions.bank import import_statement
from billing.actions.sellers import edit_seller
from billing.enums import Method, VatRegime
from clubsite.demo.organisations import CHARGING as CLUB
from clubsite.demo.organisations import FREE_PLAN, made_up_siret
from clubsite.demo.world import World, clock_at
from events.actions import update_event
from events.enums import Admission
from events.models import Event
from members.enums import Audience, OrganisationKind
from members.models import Organisation
from memberships.actions import (
    FeeRow,
    call_due_renewals,
    call_renewal,
    close_plan,
    create_plan,
    enrol_organisation,
    order_alone,
    set_prices,
    write_due_reminders,
)
from memberships.enums import Period
from memberships.models import DUES, DuesCall, Plan, Term

IBAN, BIC = "FR7630006000011234567890189", "AGRIFRPP"
COMPANY, BUYER = OrganisationKind.COMPANY, OrganisationKind.PUBLIC_BUYER
FEES = (
    FeeRow(Decimal(120), kind=COMPANY, headcount_to=49),
    FeeRow(Decimal(250), kind=COMPANY, headcount_from=50, headcount_to=249),
    FeeRow(Decimal(400), kind=COMPANY, headcount_from=250),
    FeeRow(Decimal(300), kind=BUYER),
    FeeRow(Decimal(0), audience=Audience.STRUCTURES),
    FeeRow(Decimal(80), audience=Audience.PARTNERS),
)


@dataclass(frozen=True)
class Payer:
    """A member that pays: `days` ago it joined; the last term is left unpaid where `is_late`."""

    name: str
    days: int
    method: str
    is_late: bool = False


PAYERS = (
    Payer("Mobilier Saint-Rémy", 800, Method.TRANSFER),
    Payer("Jardins de Cressely", 745, Method.CHEQUE, is_late=True),  # two weeks over, in grace
    Payer("Logistique Seine Aval", 640, Method.TRANSFER),
    Payer("Aéro-Composites Vélizy", 338, Method.TRANSFER),  # to be renewed in four weeks
    Payer("Traiteur Maison Clairvaux", 150, Method.CHEQUE),
    Payer("Agglomération des Plaines", 320, Method.PURCHASE_ORDER),
    Payer("Centre hospitalier de la Boucle", 45, Method.PURCHASE_ORDER, is_late=True),  # its invoice is overdue
)


def join_for_a_fee(world: World) -> None:
    """The companies and buyers of the club joined and renewed, in the order of time, so that its invoices are too."""
    club, by = world.clubs[CLUB], world.coordinators[CLUB]
    with clock_at(world.ago(PAYERS[0].days + 20)):
        edit_seller(
            club, by=by, legal_name="Association Busin’ESS Yvelines (démonstration)", legal_form="Association loi 1901",
            siret=made_up_siret(9001), registration="W781000000", street="12 place du Marché", post_code="78000",
            city="Versailles", email="comptes.yvelines@demo.example", iban=IBAN, bic=BIC, invoice_prefix="YV-",
        )  # fmt: skip
        plan = create_plan(club, by=by, name="Adhésion annuelle", period=Period.TWELVE_MONTHS)
        plan = set_prices(plan, by=by, fees=FEES, needs_answer=False, grace_days=45)
    for days, payer in _years():
        with clock_at(world.ago(days)):
            _pay_a_year(world, payer, plan, is_last=days < 365)


def _years() -> list[tuple[int, Payer]]:
    """(days ago, payer) of every term that was begun, the oldest first."""
    begun = [(days, payer) for payer in PAYERS for days in range(payer.days, 0, -365)]
    return sorted(begun, key=lambda pair: -pair[0])


def _pay_a_year(world: World, payer: Payer, plan: Plan, *, is_last: bool) -> None:
    organisation = Organisation.objects.get(name=payer.name, is_demo=True)
    by, buyer = world.coordinators[CLUB], world.contact_of(organisation)
    latest = Term.objects.filter(organisation=organisation, club=plan.club).order_by("starts_on").last()
    call = call_renewal(latest, by=by) if latest else enrol_organisation(organisation, plan.club, by=by, plan=plan)
    if latest is None:
        world.members.setdefault(CLUB, []).append(organisation)
    if payer.is_late and is_last and payer.method != Method.PURCHASE_ORDER:
        return
    if payer.method == Method.PURCHASE_ORDER:
        _on_account(call, payer, buyer, is_paid=not payer.is_late, by=by)
        return
    order = order_alone(call, by=buyer, method=payer.method)
    record_payment(order, by=by, method=payer.method, amount=due_of(order), received_on=timezone.localdate())


def _on_account(call: DuesCall, payer: Payer, buyer, *, is_paid: bool, by) -> None:
    basket = add_to_basket(call.club, call.organisation, code=DUES, target_id=call.pk, by=buyer).order
    order = place_order(
        basket, by=buyer, method=payer.method, expected=quoted_totals(quoted(basket)).gross,
        purchase_order=f"BC-{call.pk:04d}", engagement=f"EJ{call.pk:06d}", service_code="ACHATS",
    )  # fmt: skip
    if is_paid:
        record_payment(
            order, by=by, method=Method.TRANSFER, amount=due_of(order), received_on=timezone.localdate()
        )  # fmt: skip


def close_the_free_plan(world: World) -> None:
    """The structures of the first years stay members free of charge; who comes now joins on the new plan."""
    with clock_at(world.ago(30)):
        close_plan(Plan.objects.get(club=world.clubs[CLUB], name=FREE_PLAN), by=world.coordinators[CLUB])


def charge_for_the_next_meeting(world: World) -> None:
    """Members come free of charge, others pay: who joins in the same basket comes as a member."""
    event = Event.objects.upcoming(world.now).filter(club=world.clubs[CLUB]).first()
    prices = {("", True): Decimal(0), ("", False): Decimal(45)}
    with clock_at(world.ago(15)):
        update_event(event, by=world.coordinators[CLUB], prices=prices, vat=VatRegime.STANDARD, admission=Admission.ANY)


def leave_the_treasurer_something(world: World) -> None:
    """Renewals are called for, an order waits for its transfer, and the bank's last statement has lines to assign."""
    club, by = world.clubs[CLUB], world.coordinators[CLUB]
    call_due_renewals(world.today)
    write_due_reminders(world.today)
    call = DuesCall.objects.open().get(organisation__name="Aéro-Composites Vélizy")
    order = order_alone(call, by=world.contact_of(call.organisation), method=Method.TRANSFER)
    day = world.today - timedelta(days=1)
    rows = [
        ("VIR SEPA AERO COMPOSITES VELIZY ADHESION", due_of(order)),
        (f"VIR SEPA AERO COMPOSITES {order.reference}", Decimal(200)),
        ("VIR DEPARTEMENT DES YVELINES SUBVENTION", Decimal(5000)),
    ]
    text = "Date;Libellé;Montant;Devise\n" + "".join(f"{day:%d/%m/%Y};{label};{amount};EUR\n" for label, amount in rows)
    import_statement(club, by=by, content=text.encode(), filename=f"releve-{day}.csv")
