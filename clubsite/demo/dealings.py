"""Offers of the structures, introductions between members, and the contracts that came of them."""

from datetime import date, timedelta
from decimal import Decimal

from clubsite.demo.content import DOMAIN, HIRING_SUBJECTS, OFFERS, PURCHASE_KINDS, STAFFING_KINDS, OfferContent
from clubsite.demo.world import World, clock_at
from events.models import Event
from introductions.actions import (
    Terms,
    accept_introduction,
    ask_introduction,
    assign_owner,
    close_introduction,
    confirm_contract,
    decline_introduction,
    dispute_contract,
    propose_introduction,
    set_next_step,
    start_talks,
    state_contract,
    write_note,
)
from introductions.enums import ContractKind, NoteAudience
from introductions.models import Introduction
from members.enums import Audience
from members.models import Label, Occupation, Organisation, Person, Sector
from memberships.models import members_of
from offers.actions import create_offer, publish_offer
from offers.enums import Provision, Range
from offers.models import Offer

INTRODUCTIONS = {"hauts-de-seine": 74, "yvelines": 26, "oise": 30}
OFFER_SHARE = 0.62


# --- Offers -----------------------------------------------------------------------------------------------------------


def publish_offers(world: World) -> None:
    """Most member structures publish an offer that fits their NAF; ranges differ."""
    sectors = {sector.name: sector for sector in Sector.objects.all()}
    labels = list(Label.objects.order_by("pk"))
    for slug, members in world.members.items():
        joined = {term.organisation_id: term.starts_on for term in world.clubs[slug].terms.all()}
        for organisation in members:
            if not organisation.is_structure or world.chance.random() > OFFER_SHARE:
                continue
            content = _fitting(world, organisation)
            if content is not None:
                _publish(world, slug, organisation, content, sectors, labels, joined[organisation.pk])


def _fitting(world: World, organisation: Organisation) -> OfferContent | None:
    """An offer for this NAF that the structure does not make yet; a draw keeps one club's offers from being all alike."""
    fitting = [offer for offer in OFFERS if organisation.naf.startswith(offer.naf)] if organisation.naf else []
    return world.chance.choice(fitting or [OFFERS[-1]])


def _publish(world, slug, organisation, content, sectors, labels, joined: date) -> None:
    by = world.contact_of(organisation)
    reach = world.chance.choice((Range.AROUND, Range.AROUND, Range.TERRITORIES, Range.COUNTRY))
    fields = {"range": reach}
    if reach == Range.AROUND:
        fields["range_km"] = world.chance.choice((15, 25, 30, 50))
    elif reach == Range.TERRITORIES:
        fields["territories"] = list(world.clubs[slug].territories.all())
    days = (world.today - joined).days * world.chance.uniform(0.1, 0.95)
    with clock_at(world.ago(days)):
        offer = create_offer(
            organisation, by=by, title=content.title, description=content.description, provision=content.provision,
            references=content.references, sectors=[sectors[name] for name in content.sectors],
            labels=world.chance.sample(labels, k=min(len(labels), world.chance.choice((0, 0, 1, 2)))), **fields,
        )  # fmt: skip
        publish_offer(offer, by=by)
    Offer.objects.filter(pk=offer.pk).update(is_demo=True)


# --- Introductions ----------------------------------------------------------------------------------------------------


def make_introductions(world: World) -> None:
    """Introductions over three years, some from offers, events and the desk; more recent ones are still open."""
    for slug, number in INTRODUCTIONS.items():
        for step in range(number):
            days = 1000 * (1 - (step + 1) / (number + 1)) ** 1.3 + 1
            _introduce(world, slug, days)


def leave_something_to_answer(world: World) -> None:
    """The two accounts that a visitor signs in with first find something to do: a request, and a contract."""
    club, coordinator = world.clubs["hauts-de-seine"], world.coordinators["hauts-de-seine"]
    director, maker = (Person.objects.get(email=f"{name}@{DOMAIN}") for name in ("directrice", "structure"))
    company, structure = director.acting_for, maker.acting_for
    with clock_at(world.ago(2)):
        propose_introduction(
            club, company, structure, by=coordinator, subject="Petits-déjeuners d’accueil des nouvelles équipes",
            message="Vous cherchez, ils proposent : je vous invite à vous parler.", sector=structure.sectors.first(),
        )  # fmt: skip
    with clock_at(world.ago(30)):
        talks = ask_introduction(
            structure, company, by=maker, subject="Cocktail de fin d’année", club=club, sector=structure.sectors.first(),
            message="Nous aimerions vous présenter notre carte d’hiver.",
        )  # fmt: skip
    with clock_at(world.ago(24)):
        accept_introduction(talks, by=director)
    with clock_at(world.ago(3)):
        starts_on = (world.now + timedelta(days=12)).date()
        terms = Terms(
            kind=ContractKind.SERVICE, starts_on=starts_on, ends_on=starts_on, amount=Decimal("4860"), hours_due=45
        )
        state_contract(talks, by=maker, terms=terms)


def _introduce(world: World, slug: str, days: float) -> None:
    asked_at = world.ago(days)
    members = list(members_of(world.clubs[slug], asked_at.date()).order_by("pk"))
    buyers = [o for o in members if o.audience == Audience.BUYERS]
    if not buyers:
        return
    star = [o for o in buyers if o.name == "Laboratoires Verdance"]
    buyer = star[0] if star and world.chance.random() < 0.3 else world.chance.choice(buyers)
    with clock_at(asked_at):
        introduction = _ask(world, slug, buyer, members, asked_at)
    if introduction is not None:
        _follow(world, introduction, days)


def _ask(world: World, slug: str, buyer: Organisation, members: list, asked_at) -> Introduction | None:
    roll = world.chance.random()
    by, club = world.contact_of(buyer), world.clubs[slug]
    if roll < 0.5:
        offers = list(Offer.objects.showcased(asked_at.date(), club).filter(published_at__lt=asked_at).order_by("pk"))
        offer = world.chance.choice(offers) if offers else None
        if offer is None or _is_open(buyer, offer.organisation, offer.title):
            return None
        return ask_introduction(
            buyer, offer.organisation, by=by, subject=offer.title, offer=offer, club=club, sector=offer.sectors.first(),
            message="Bonjour, pouvez-vous nous proposer un rendez-vous pour étudier notre besoin ?",
        )  # fmt: skip
    structures = [o for o in members if o.is_structure]
    if not structures:
        return None
    if roll < 0.72 and (meeting := _met_at(world, club, buyer, asked_at)):
        event, other = meeting
        subject = f"Suite de notre échange\u00a0: {event.title}"[:160]
        if _is_open(buyer, other, subject):
            return None
        return ask_introduction(
            buyer, other, by=by, subject=subject, event=event, club=club, sector=other.sectors.first(),
            message="Nous nous sommes croisés pendant les rendez-vous ; poursuivons.",
        )  # fmt: skip
    other = world.chance.choice(structures)
    subject, _code = world.chance.choice(HIRING_SUBJECTS)
    if _is_open(buyer, other, subject):
        return None
    coordinator = world.coordinators[slug]
    return propose_introduction(
        club, buyer, other, by=coordinator, subject=subject, sector=other.sectors.first(),
        message="Vos besoins et vos parcours se répondent : je vous propose d’en parler.",
    )  # fmt: skip


def _is_open(one: Organisation, other: Organisation, subject: str) -> bool:
    return Introduction.objects.open().between(one, other).filter(subject=subject).exists()


def _met_at(world: World, club, buyer: Organisation, asked_at) -> tuple[Event, Organisation] | None:
    """A past meeting where the buyer held a place, and a structure there that agreed to be listed."""
    events = Event.objects.filter(club=club, ends_at__lt=asked_at, places__registration__organisation=buyer).distinct()
    event = events.order_by("-starts_at").first()
    if event is None or not event.places.holding_a_place().filter(registration__organisation=buyer).exists():
        return None
    listed = (
        event.places.consenting().exclude(registration__organisation=buyer).select_related("registration__organisation")
    )
    met = sorted(
        {p.registration.organisation for p in listed if p.registration.organisation.is_structure}, key=lambda o: o.pk
    )
    return (event, world.chance.choice(met)) if met else None


def _follow(world: World, introduction: Introduction, days: float) -> None:
    """Answer, talk, sign, close: as far as the days since allow."""
    answers = [world.contact_of(o) for o in (introduction.asking, introduction.asked)]
    left = days - world.chance.uniform(1, 9)
    if left <= 0 or (days < 40 and world.chance.random() < 0.35):
        return
    with clock_at(world.ago(left)):
        if world.chance.random() < 0.14:
            decline_introduction(introduction, by=answers[1], reason="Nos équipes sont déjà engagées jusqu’à l’été.")
            return
        for side, person in zip(("asking", "asked"), answers, strict=True):
            if getattr(introduction, f"{side}_agreed_at") is None:
                introduction = accept_introduction(introduction, by=person)
    left -= world.chance.uniform(4, 25)
    if left <= 0:
        _plan(world, introduction)
        return
    with clock_at(world.ago(left)):
        start_talks(introduction, by=answers[0])
        write_note(
            introduction, by=answers[1], text="Premier rendez-vous : besoin précisé, devis à envoyer sous huit jours."
        )
        if world.chance.random() < 0.3:
            write_note(
                introduction,
                by=answers[0],
                text="Vérifier le budget avec la direction.",
                audience=NoteAudience.OWN_SIDE,
            )
        assign_owner(
            introduction,
            by=world.coordinators[introduction.club.slug],
            owner=world.coordinators[introduction.club.slug],
        )
    left -= world.chance.uniform(10, 60)
    if left <= 0:
        _plan(world, introduction)
        return
    _conclude(world, introduction, answers, left)


def _plan(world: World, introduction: Introduction) -> None:
    """The next date: mostly ahead, sometimes already missed."""
    with clock_at(world.ago(3)):
        on = (world.now + timedelta(days=world.chance.choice((-2, -1, 2, 5, 9, 14, 21)))).date()
        what = world.chance.choice(("Envoyer le devis", "Visite du site", "Relancer par téléphone", "Point d’étape"))
        set_next_step(introduction, by=world.contact_of(introduction.asking), on=on, what=what)


def _conclude(world: World, introduction: Introduction, answers: list, left: float) -> None:
    """Two in three end in a contract; of those most are confirmed, a few wait or are disputed."""
    with clock_at(world.ago(left)):
        if world.chance.random() > 0.66:
            if left > 90:
                close_introduction(introduction, by=answers[0], reason="Le besoin a été repoussé à l’an prochain.")
            return
        contract = state_contract(introduction, by=answers[0], terms=_terms(world, introduction, left))
    left -= world.chance.uniform(1, 12)
    roll = world.chance.random()
    if left <= 0 or roll > 0.93:
        return
    with clock_at(world.ago(left)):
        if roll > 0.9:
            dispute_contract(contract, by=answers[1], reason="Le montant facturé est différent : voir l’avenant.")
            return
        confirm_contract(contract, by=answers[1])
        if left > 200:
            close_introduction(introduction, by=answers[0], reason="Contrat en cours, suivi en direct.")


def _terms(world: World, introduction: Introduction, left: float) -> Terms:
    starts_on = (world.now - timedelta(days=left)).date() + timedelta(days=world.chance.randint(1, 20))
    hiring = {subject: code for subject, code in HIRING_SUBJECTS}
    if introduction.subject in hiring:
        kind = ContractKind.PMSMP if "PMSMP" in introduction.subject else world.chance.choice(STAFFING_KINDS[1:3])
        is_job = kind in ContractKind.work_contracts()
        return Terms(
            kind=kind, starts_on=starts_on,
            ends_on=None if kind == ContractKind.CDI else starts_on + timedelta(days=14 if kind == ContractKind.PMSMP else 180),
            jobs=world.chance.choice((1, 1, 2)) if is_job else 0,
            occupation=Occupation.objects.filter(code=hiring[introduction.subject]).first(),
        )  # fmt: skip
    is_staffing = introduction.offer is not None and introduction.offer.provision == Provision.STAFFING
    amount = Decimal(world.chance.randint(12, 900) * 100)
    return Terms(
        kind=ContractKind.STAFFING if is_staffing else world.chance.choice(PURCHASE_KINDS), starts_on=starts_on,
        ends_on=starts_on + timedelta(days=world.chance.choice((30, 90, 180, 365))), amount=amount,
        hours_due=int(amount / 55), hours_done=_hours_done(world, starts_on, int(amount / 55)), jobs=world.chance.choice((0, 0, 0, 1)),
        reference=f"BC-{world.chance.randint(1000, 9999)}",
    )  # fmt: skip


def _hours_done(world: World, starts_on: date, hours_due: int) -> int:
    """Half a year to do them; none before the contract starts."""
    days = (world.today - starts_on).days
    return hours_due * min(max(days, 0), 180) // 180
