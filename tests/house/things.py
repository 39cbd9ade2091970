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
from billing.enums import Method, OrderStatus
from billing.models import BankLine, Order, OrderLine, Refund, Seller
from core.documents import CheckedFile
from core.models import Letter
from events.actions import (
    Attendee,
    Guest,
    add_documents,
    add_question,
    add_reception,
    cancel_event,
    cancel_registration,
    change_session,
    create_event,
    hand_in_file,
    invite_people,
    open_door,
    open_preview,
    postpone_event,
    prepare_survey,
    propose_pitch,
    publish_event,
    register_people,
    renew_feed,
    reserve_seats,
    select_pitch,
    send_mailing,
    set_pitch_call,
    set_slides,
    take_session_seat,
)
from events.actions.mailings import carry_on_mailing
from events.enums import (
    Admission,
    EntryKind,
    EventKind,
    MailingAudience,
    QuestionKind,
    SessionKind,
    Verdict,
    Visibility,
)
from events.halves import half_days
from events.models import (
    Event,
    FunderLogo,
    LooseWalkIn,
    Place,
    Proposal,
    Reception,
    Scan,
    Session,
    Signature,
    Survey,
    live_line,
)
from events.survey_links import survey_path
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
    things.mailing = send_mailing(
        things.event, by=coordinator, to=MailingAudience.SEATED, subject="Le parking est fermé", body="Venez en train."
    )
    carry_on_mailing(things.mailing.pk)
    _add_priced_event(things, manager, coordinator, fields)
    _add_closed_event(things, manager, coordinator, fields)
    _add_lives(things, manager, coordinator, fields)
    _add_papers(things)
    _add_programme(things, coordinator)
    _add_what_came_after(things, coordinator)
    _add_doors(things, coordinator)


def _add_lives(things, manager: Person, coordinator: Person, fields: dict) -> None:
    """A draft with its secret address, an event whose date is open, and one that is off and was ordered for."""
    draft = create_event(things.club, by=coordinator, title="À relire", **fields)
    things.previewed = open_preview(draft, by=coordinator)
    things.next_date = (timezone.localdate() + timedelta(days=60)).isoformat()
    postponed = create_event(things.club, by=coordinator, title="Reportée", **fields)
    things.postponed = postpone_event(publish_event(postponed, by=coordinator), by=coordinator, reason="Salle fermée")
    prices = {("", True): Decimal(15)}
    off = publish_event(
        create_event(things.club, by=coordinator, title="Annulée", prices=prices, **fields), by=coordinator
    )
    guest = [Attendee("Rose", "Kerjean", "rose.kerjean@example.org")]
    registration = register_people(off, organisation=things.company, people=guest, by=manager)
    line = live_line(registration.pk)
    # Paid by itself, whatever else lies in the company's basket.
    order = Order.objects.create(
        club=things.club, organisation=things.company, by=manager, status=OrderStatus.PLACED, placed_at=timezone.now(),
        method=Method.CHEQUE,
    )  # fmt: skip
    OrderLine.objects.filter(pk=line.pk).update(order=order)
    record_payment(order, by=coordinator, method=Method.CHEQUE, amount=Decimal(15), received_on=timezone.localdate())
    things.cancelled = cancel_event(off, by=coordinator, reason="Salle inondée")
    things.repayment = things.cancelled.repayments.get()


def _add_papers(things) -> None:
    """What the demo has: somebody of the company who was at an event, a signature, a funder's logo."""
    things.past_place = Place.objects.attended().filter(registration__organisation=things.company).first()
    things.half_day = half_days(things.event)[0]
    things.signature = Signature.objects.filter(place__event__club=things.club).first()
    things.funder_logo = FunderLogo.objects.filter(club=things.club).first()


def _add_programme(things, coordinator: Person) -> None:
    """At the published event: a workshop with a seat taken, a pitch selected with its slides and one to decide about,
    documents for everybody and for the coordination. The pitches are those of « structure » and of another one."""
    workshop = things.event.sessions.get(kind=SessionKind.WORKSHOP)
    things.workshop = change_session(workshop, by=coordinator, has_sign_up=True, capacity=3)
    for place in things.registration.places.order_by("-pk"):
        things.seat = take_session_seat(things.workshop, place=place, by=coordinator)
    things.pitch_session = things.event.sessions.get(kind=SessionKind.PITCHES)
    now = timezone.now()
    things.call = set_pitch_call(
        things.pitch_session, by=coordinator, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9), places=2,
        minutes=5,
    )  # fmt: skip
    words = {"title": "Un pitch à voir", "summary": "Ce que nous faisons.", "needs": "Une prise"}
    by = demo_person("structure")
    pitch = propose_pitch(things.call, organisation=things.structure, by=by, **words)
    things.pitch = set_slides(select_pitch(pitch, by=coordinator), by=by, file=ContentFile(b"%PDF-", name="a.pdf"))
    other = Organisation.objects.filter(kind__in=OrganisationKind.structures(), terms__club=things.club)
    other = other.exclude(pk=things.structure.pk).order_by("pk").first()
    things.other_pitch = propose_pitch(things.call, organisation=other, by=None, **{**words, "title": "Un autre pitch"})
    file = CheckedFile(ContentFile(b"%PDF-", name="a.pdf"), "application/pdf")
    for name, audience in (("document", "everybody"), ("inner_document", "coordination")):
        [made] = add_documents(
            things.event, by=coordinator, files=[file], session=None, kind="minutes", title=f"Compte rendu {audience}",
            audience=audience, shown_from=None,
        )  # fmt: skip
        setattr(things, name, made)


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


def _add_closed_event(things, manager: Person, coordinator: Person, fields: dict) -> None:
    """An event for invited people, which the coordination approves one by one, with a question and needs; at another one
    the company is offered a place off the waiting list."""
    closed = create_event(
        things.club, by=coordinator, title="Sur invitation", needs_approval=True, asks_needs=True,
        visibility=Visibility.INVITED, admission=Admission.INVITED, **fields,
    )  # fmt: skip
    things.closed_event = publish_event(closed, by=coordinator)
    things.question = add_question(
        things.closed_event, by=coordinator, text="Vous exposez ?", help_text="", kind=QuestionKind.YES_NO, options=[],
        is_required=False, is_per_person=True, only_if=None, only_if_answer="",
    )  # fmt: skip
    guests = [Guest(manager.email, "", things.company), Guest("invitee@example.org", "Rose Kerjean")]
    things.event_invitation = invite_people(things.closed_event, guests=guests, by=coordinator)[1]
    group = [Attendee("Claire", "Desmoulins", manager.email, diet="Végétarien")]
    things.request = register_people(things.closed_event, organisation=things.company, people=group, by=manager)
    _add_answer_files(things, manager, coordinator)
    offering = publish_event(
        create_event(things.club, by=coordinator, title="Bientôt complet", **fields | {"capacity": 1}), by=coordinator
    )
    first = register_people(offering, organisation=things.company, people=[Attendee("Luc", "Petit")], by=manager)
    things.offered = register_people(offering, organisation=things.company, people=[Attendee("Eva", "Roy")], by=manager)
    cancel_registration(first, by=manager)


def _add_answer_files(things, manager: Person, coordinator: Person) -> None:
    """The closed event asks for two files, of each person and of the organisation; the company has handed in both."""
    file = CheckedFile(ContentFile(b"%PDF-", name="a.pdf"), "application/pdf")
    for name, place in (("person_file", things.request.places.get()), ("company_file", None)):
        question = add_question(
            things.closed_event, by=coordinator, text="Attestation d’assurance", help_text="", kind=QuestionKind.FILE,
            options=[], is_required=True, is_per_person=place is not None, only_if=None, only_if_answer="",
        )  # fmt: skip
        setattr(things, name, hand_in_file(question, things.request, place, file=file, by=manager))


def _add_what_came_after(things, coordinator: Person) -> None:
    """The company's proposal, one that the club keeps to itself, and surveys: closed, open, in preparation."""
    things.proposal = Proposal.objects.filter(organisation=things.company, is_public=True).first()
    things.private_proposal = Proposal.objects.filter(club=things.club, organisation=None, is_public=False).first()
    things.axis = things.proposal.axis
    surveys = Survey.objects.filter(event__club=things.club)
    things.asked_event = Event.objects.get(survey=surveys.get(closed_at=None))
    things.past_event = Event.objects.get(survey=surveys.get(closed_at__isnull=False))
    things.result = things.past_event.survey.questions.first()
    things.survey_link = survey_path(things.asked_event.survey.invitations.filter(has_answered=False).first())
    things.survey_question = prepare_survey(things.event, by=coordinator).questions.first()


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
