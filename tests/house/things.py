"""A thing of every kind for the house rules, and what each of our addresses needs of them.

Wherever it can be, the thing belongs to the company of « directrice » (Laboratoires Verdance, club Hauts-de-Seine); offers
belong to the organisation of « structure », with which the company has an introduction and a contract to confirm.
"""

import uuid
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from billing.actions import add_to_basket, record_payment
from billing.actions.bank import import_statement
from billing.enums import Method
from billing.models import BankLine, Refund, Seller
from core.models import Letter
from events.actions import (
    Attendee,
    add_reception,
    create_event,
    open_door,
    publish_event,
    register_people,
    renew_feed,
    reserve_seats,
)
from events.enums import EntryKind, EventKind, Verdict, Visibility
from events.models import Event, LooseWalkIn, Reception, Scan, Session
from introductions.actions import Terms, accept_introduction, ask_introduction, state_contract
from introductions.enums import ContractKind
from members.actions.import_runs import check_import, upload_import
from members.actions.mail_domains import add_mail_domain
from members.actions.teams import ask_to_join, hash_of, invite_colleague
from members.enums import OrganisationKind, RoleLevel
from members.models import Club, Difference, Invitation, Organisation, Person, Role, Sector
from memberships.actions import FeeRow, change_plan, create_plan, set_prices, submit_application
from memberships.enums import Period
from memberships.models import Plan, Term
from offers.actions import add_picture, create_offer, publish_offer
from offers.enums import Provision, Range
from offers.models import Offer
from tests.billing.factories import THINGS, SellerFactory, Shop
from tests.demo import demo_person
from tests.factories import siret

# Columns of the table of rights, and who plays them. « stranger » manages another member company of the same club,
# « neighbour » coordinates another club.
ROLES = {
    "visitor": None,
    "newcomer": "nouvelle",
    "contributor": "contributrice",
    "manager": "directrice",
    "structure": "structure",
    "stranger": "Hôtel des Terrasses",
    "coordinator": "coordination",
    "neighbour": "oise",
    "reception": "accueil",
    "reader": "financeur",
    "administrator": "admin",
}
INVITATION_TOKEN = "the-link-of-an-invitation"


def person_of(role: str) -> Person | None:
    """Who plays this role; None for the visitor."""
    name = ROLES[role]
    if role == "stranger":
        return Person.objects.get(roles__organisation__name=name, roles__organisation__is_demo=True)
    return demo_person(name) if name else None


def make_things() -> SimpleNamespace:
    """Pick and make them, with the club's own verbs."""
    manager, coordinator = demo_person("directrice"), demo_person("coordination")
    club = Club.objects.get(slug="hauts-de-seine")
    company = Organisation.objects.get(name="Laboratoires Verdance", is_demo=True)
    structure = Organisation.objects.get(roles__person=demo_person("structure"))
    things = SimpleNamespace(
        club=club,
        company=company,
        structure=structure,
        plan=Plan.objects.filter(club=club).first(),
        term=Term.objects.current(timezone.localdate()).get(organisation=company, club=club),
        application=submit_application(company, Club.objects.get(slug="yvelines"), by=manager),
        join_request=ask_to_join(company, by=demo_person("nouvelle")),
        invitation=_invitation(company, manager),
        mail_domain=add_mail_domain(company, by=coordinator, domain="verdance.example"),
        role=Role.objects.get(organisation=company, person=demo_person("contributrice")),
        own_role=Role.objects.get(organisation=company, person=manager),
        unlisted=Organisation.objects.create(
            kind=OrganisationKind.COMPANY, name="Pas encore publique", siret=siret(7001)
        ),
        feed=renew_feed(manager),
        letter=Letter.objects.filter(subjects__content_type__model="club", subjects__object_id=club.pk).first(),
    )
    _add_billing(things, manager, coordinator)  # before a place is held in the company's basket
    _add_events(things, manager, coordinator)
    _add_offers(things)
    _add_introductions(things, manager)
    _add_import(things, coordinator)
    _add_dues(things, manager, coordinator)
    return things


def _invitation(company: Organisation, manager: Person) -> Invitation:
    """An open invitation whose link we know (its real one is only in the letter)."""
    invitation = invite_colleague(company, by=manager, email="invitee@example.org", level=RoleLevel.CONTRIBUTOR)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=hash_of(INVITATION_TOKEN))
    return invitation


def _add_dues(things, manager: Person, coordinator: Person) -> None:
    """A plan that costs something, to which the company wants to go over."""
    plan = create_plan(things.club, by=coordinator, name="Membre bienfaiteur", period=Period.TWELVE_MONTHS)
    things.fee_plan = set_prices(plan, by=coordinator, fees=[FeeRow(Decimal(500))])
    things.dues = change_plan(things.term, things.fee_plan, by=manager)


def _add_events(things, manager: Person, coordinator: Person) -> None:
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    fields = {
        "kind": EventKind.OPEN_MAP, "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3), "venue": "La Halle",
        "post_code": "92000", "city": "Nanterre", "capacity": 2, "with_programme": True,
    }  # fmt: skip
    draft = create_event(things.club, by=coordinator, title="Rencontre en préparation", **fields)
    published = create_event(things.club, by=coordinator, title="Rencontre annoncée", **fields)
    for_members = create_event(
        things.club, by=coordinator, title="Entre membres", **fields, visibility=Visibility.MEMBERS
    )
    things.draft, things.event = draft, publish_event(published, by=coordinator)
    things.members_event = publish_event(for_members, by=coordinator)
    # The reception desk of one event: this one.
    Reception.objects.filter(person=demo_person("accueil")).delete()
    things.reception = add_reception(things.event, person=demo_person("accueil"), by=coordinator)
    things.session = Session.objects.filter(event=things.event).first()
    two = [Attendee("Claire", "Desmoulins", manager.email), Attendee("Paul", "Aubry", "paul.aubry@example.org")]
    things.registration = register_people(things.event, organisation=things.company, people=two, by=manager)
    third = [Attendee("Rose", "Kerjean", "rose.kerjean@example.org")]
    waiting = register_people(things.event, organisation=things.company, people=third, by=manager)
    things.place, things.waiting_place = things.registration.places.first(), waiting.places.first()
    _add_priced_event(things, manager, coordinator, fields)
    _add_doors(things, coordinator)


def _add_doors(things, coordinator: Person) -> None:
    """A door with reserved seats, and somebody who came unannounced and is still to be settled."""
    things.door = open_door(things.event, name="Entrée", device=uuid.uuid4(), by=coordinator)
    Event.objects.filter(pk=things.event.pk).update(capacity=4)
    things.allotment = reserve_seats(things.event, door_name="Entrée", seats=2, by=coordinator)
    now = timezone.now()
    scan = Scan.objects.create(
        key=uuid.uuid4(), event=things.event, door=things.door, kind=EntryKind.WALK_IN, verdict=Verdict.TO_SETTLE,
        device_at=now, corrected_at=now, received_at=now, by=coordinator,
    )  # fmt: skip
    things.walk_in = LooseWalkIn.objects.create(
        event=things.event, scan=scan, first_name="Ida", last_name="Fontaine", organisation_name="Un atelier",
        audience="structures", has_seat=False,
    )  # fmt: skip


def _add_priced_event(things, manager: Person, coordinator: Person, fields: dict) -> None:
    """An event that costs something, at which the company has places held that lie in its basket."""
    prices = {("", True): Decimal(15), ("", False): Decimal(25)}
    priced = create_event(things.club, by=coordinator, title="Petit déjeuner payant", prices=prices, **fields)
    things.priced_event = publish_event(priced, by=coordinator)
    group = [Attendee("Claire", "Desmoulins", manager.email), Attendee("Paul", "Aubry", "paul.aubry@example.org")]
    things.held_registration = register_people(
        things.priced_event, organisation=things.company, people=group, by=manager
    )


def _add_offers(things) -> None:
    by = demo_person("structure")
    things.offer = publish_offer(_draft(things, by, "Une offre à voir"), by=by)
    things.draft_offer = _draft(things, by, "Une offre en préparation")
    things.picture = add_picture(things.offer, by=by, image=picture_file(), caption="Une équipe au travail")


def _draft(things, by: Person, title: str) -> Offer:
    return create_offer(
        things.structure, by=by, title=title, description="Des repas livrés chauds, préparés par nos équipes.",
        provision=Provision.SERVICE, range=Range.COUNTRY, sectors=list(Sector.objects.order_by("pk")[:1]),
    )  # fmt: skip


def picture_file() -> ContentFile:
    out = BytesIO()
    Image.new("RGB", (8, 6), "teal").save(out, "WEBP")
    return ContentFile(out.getvalue(), name="a.webp")


def _add_introductions(things, manager: Person) -> None:
    """One that the structure has still to answer; one that goes on, with a contract it has to confirm."""
    things.introduction = ask_introduction(
        things.company, things.structure, by=manager, subject="Un buffet pour le printemps", club=things.club
    )
    going_on = ask_introduction(
        things.company, things.structure, by=manager, subject="Des plateaux repas", club=things.club
    )
    things.going_on = accept_introduction(going_on, by=demo_person("structure"))
    terms = Terms(kind=ContractKind.SERVICE, starts_on=timezone.localdate(), amount=Decimal(1200))
    things.contract = state_contract(things.going_on, by=manager, terms=terms)


def _add_import(things, coordinator: Person) -> None:
    text = "SIRET;Nom;Type;Code postal;Ville\n12345;Sans numéro;EI;92000;Nanterre\n"
    upload = SimpleUploadedFile("annuaire.csv", text.encode(), content_type="text/csv")
    things.import_run = check_import(upload_import(things.club, by=coordinator, upload=upload).pk)
    things.difference = Difference.objects.create(
        organisation=things.company, field="city", ours="Nanterre", theirs="Puteaux", found_at=timezone.now()
    )


def _add_billing(things, manager: Person, coordinator: Person) -> None:
    """An order to be paid, one paid by cheque with its invoice and a refund, a line in the basket, one of the bank."""
    company, today = things.company, timezone.localdate()
    things.seller = Seller.objects.filter(club=things.club).first() or SellerFactory(club=things.club)
    sold = Shop(things.club, company, manager, coordinator)
    things.order = sold.order(120, label="Une chose à payer")
    values = {"method": Method.CHEQUE, "amount": Decimal(80), "received_on": today}
    things.payment = record_payment(sold.order(80, label="Une chose payée"), by=coordinator, **values)
    things.invoice = things.payment.order.invoices.get()
    things.refund = Refund.objects.create(
        payment=things.payment, amount=Decimal(1), reason="Geste", requested_at=timezone.now()
    )
    line = {"code": THINGS.code, "target_id": THINGS.make(30, label="Une chose au panier"), "by": manager}
    things.basket_line = add_to_basket(things.club, company, **line)
    day = today.strftime("%d/%m/%Y")
    content = f"Date;Libellé;Montant\n{day};VIR INCONNU;75,00\n{day};VIR AUTRE;76,00\n".encode()
    import_statement(things.club, by=coordinator, content=content, filename="releve.csv")
    things.bank_line = BankLine.objects.get(club=things.club, amount=75)
