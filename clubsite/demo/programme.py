"""What surrounds the meetings of the demo: workshops with seats, a call for pitches, documents of before and after."""

import io
from datetime import timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from clubsite.demo.world import World, clock_at
from core.documents import CheckedFile
from core.pdf import render_pdf
from events.actions import (
    add_documents,
    add_session,
    change_session,
    choose_sessions,
    decline_pitch,
    note_pitch,
    propose_pitch,
    publish_pitches,
    select_pitch,
    set_pitch_call,
    set_slides,
    take_session_seat,
)
from events.enums import DocumentAudience, DocumentKind, SessionKind
from events.models import Event, Session
from members.enums import Audience
from members.models import Organisation

TEMPLATE = Path(__file__).with_name("programme.typ")
COMING, PAST, TODAY = (
    "Open Map ESS – économie circulaire",
    "Open Map ESS – réemploi et déchets",
    "Open Map ESS – bâtiment et espaces verts",
)

WORKSHOPS = (
    ("Atelier : réserver un lot", "Salle Garance", 12, "Du besoin au cahier des charges : où et comment réserver."),
    ("Atelier : l’achat de réemploi", "Salle Ocre", 8, "Qualité, garantie, facturation : lever les doutes."),
)
PITCHES = (
    ("Des bureaux qui ont plusieurs vies", "Nous collectons, réparons et revendons du mobilier professionnel. Nous cherchons des "
     "entreprises qui déménagent.", "Une prise et un écran"),
    ("Vos biodéchets, notre compost", "Collecte à vélo, compostage de proximité, retour de matière aux jardins. Nous cherchons des "
     "restaurants d’entreprise.", ""),
    ("Réparer plutôt que jeter", "Un atelier de réparation de petit électroménager, sur site, pour les équipes de nos clients.",
     "Une table près de la scène"),
    ("Du textile qui ne part plus à la benne", "Tri, lavage et transformation de vêtements de travail.", ""),
)  # fmt: skip


def fill_programmes(world: World) -> None:
    """Around three meetings of the first club: one to come, the one of today, one that is over."""
    by = world.coordinators["hauts-de-seine"]
    coming, today, past = (Event.objects.get(title=title, is_demo=True) for title in (COMING, TODAY, PAST))
    with clock_at(world.ago(20)):
        workshops = _offer_workshops(coming, by)
        pitches = _call_for_pitches(coming, by)
        _hand_out_before(coming, by)
    with clock_at(world.ago(9)):
        _choose_workshops(world, coming, workshops)
        _propose(world, pitches)
    with clock_at(world.ago(2)):
        _judge(pitches, by)
    _ready_for_today(world, today, by)
    with clock_at(past.ends_at + timedelta(days=6)):
        _hand_out_after(past, by)


def _offer_workshops(event: Event, by) -> list[Session]:
    """Two at the same hours, so that one has to choose, in place of the one workshop of the ready programme."""
    usual = event.sessions.get(kind=SessionKind.WORKSHOP)
    fields = [
        {
            "title": title,
            "room": room,
            "capacity": seats,
            "description": text,
            "has_sign_up": True,
            "moderators": "la coordination du club",
        }
        for title, room, seats, text in WORKSHOPS
    ]
    first = change_session(usual, by=by, **fields[0])
    hours = {"kind": usual.kind, "starts_at": usual.starts_at, "ends_at": usual.ends_at}
    return [first, add_session(event, by=by, **hours, **fields[1])]


def _choose_workshops(world: World, event: Event, workshops: list[Session]) -> None:
    for number, place in enumerate(event.places.holding_a_place().order_by("pk")[:14]):
        workshop = workshops[0 if number % 3 else 1]
        choose_sessions(place, sessions=[workshop], by=place.registration.by)


def _call_for_pitches(event: Event, by) -> Session:
    session = event.sessions.get(kind=SessionKind.PITCHES)
    set_pitch_call(
        session, by=by, opens_at=event.starts_at - timedelta(days=65), closes_at=event.starts_at - timedelta(days=10),
        places=4, minutes=6, text="Six minutes pour donner envie : ce que vous faites, pour qui, et ce que vous cherchez. Nous "
        "retenons des pitchs de métiers différents ; un premier passage est le bienvenu.",
    )  # fmt: skip
    return session


def _structures(world: World) -> list[Organisation]:
    return [one for one in world.members["hauts-de-seine"] if one.audience == Audience.STRUCTURES]


def _propose(world: World, session: Session, count: int = len(PITCHES)) -> None:
    for organisation, (title, summary, needs) in zip(_structures(world), PITCHES[:count], strict=False):
        propose_pitch(
            session.pitch_call, organisation=organisation, by=world.contact_of(organisation), title=title, summary=summary,
            needs=needs,
        )  # fmt: skip


def _judge(session: Session, by) -> None:
    """Two are selected, one is not, one waits for the coordination."""
    first, second, third, *_waiting = session.pitch_call.proposals.order_by("pk")
    for proposal, value, comment in (
        (first, 5, "Très concret, des clients dans la salle."),
        (second, 4, "À placer avant le repas."),
        (third, 2, "Déjà présenté au printemps."),
    ):
        note_pitch(proposal, by=by, value=value, comment=comment)
    select_pitch(first, by=by)
    select_pitch(second, by=by)
    decline_pitch(
        third, by=by, reason="Ce métier a été présenté au printemps : nous vous proposons l’édition suivante."
    )
    publish_pitches(session.pitch_call, by=by)


def _ready_for_today(world: World, event: Event, by) -> None:
    """Pitches in their order, for the timer in the room, and a workshop with its list for the door."""
    session = event.sessions.get(kind=SessionKind.PITCHES)
    workshop = event.sessions.get(kind=SessionKind.WORKSHOP)
    with clock_at(event.starts_at - timedelta(days=30)):
        set_pitch_call(
            session, by=by, opens_at=event.starts_at - timedelta(days=30), closes_at=event.starts_at - timedelta(days=8),
            places=3, minutes=5, text="Cinq minutes par structure.",
        )  # fmt: skip
        _propose(world, session, 3)
        change_session(workshop, by=by, has_sign_up=True, capacity=15, room="Salle Garance")
    with clock_at(event.starts_at - timedelta(days=7)):
        for proposal in session.pitch_call.proposals.order_by("pk"):
            selected = select_pitch(proposal, by=by)
            slides = ContentFile(_pdf(proposal.title, event), name="a.pdf")
            set_slides(selected, by=proposal.by, file=slides)
        publish_pitches(session.pitch_call, by=by)
        for place in event.places.holding_a_place().order_by("pk")[:9]:
            take_session_seat(workshop, place=place, by=by)


def _hand_out_before(event: Event, by) -> None:
    common = {"session": None, "shown_from": None}
    add_documents(
        event, by=by, files=[CheckedFile(ContentFile(_pdf("Le programme en une page", event), name="a.pdf"), "application/pdf")],
        kind=DocumentKind.OTHER, title="Le programme en une page", audience=DocumentAudience.EVERYBODY, **common,
    )  # fmt: skip
    add_documents(
        event, by=by, url="https://www.ecologie.gouv.fr/loi-anti-gaspillage-economie-circulaire", kind=DocumentKind.OTHER,
        title="La loi anti-gaspillage en bref", audience=DocumentAudience.EVERYBODY, **common,
    )  # fmt: skip
    add_documents(
        event, by=by, files=[CheckedFile(ContentFile(_pdf("Liste des besoins des acheteurs", event), name="a.pdf"), "application/pdf")],
        kind=DocumentKind.OTHER, title="Liste des besoins des acheteurs", audience=DocumentAudience.STRUCTURES,
        session=None, shown_from=event.starts_at - timedelta(days=7),
    )  # fmt: skip


def _hand_out_after(event: Event, by) -> None:
    """Slides of the plenary, minutes, and photos (painted: nobody is on them)."""
    plenary = event.sessions.get(kind=SessionKind.PLENARY)
    for title, kind, session in (
        ("Le réemploi en chiffres", DocumentKind.SLIDES, plenary),
        ("Compte rendu de la rencontre", DocumentKind.MINUTES, None),
    ):
        content = ContentFile(_pdf(title, event), name="a.pdf")
        add_documents(
            event, by=by, files=[CheckedFile(content, "application/pdf")], kind=kind, title=title, session=session,
            audience=DocumentAudience.EVERYBODY, shown_from=None,
        )  # fmt: skip
    for title, colours in (
        ("La halle avant l’ouverture (image de démonstration)", ("#0b5d57", "#e0a13a")),
        ("Les tables des rendez-vous (image de démonstration)", ("#a83c22", "#d9eae5")),
        ("Le buffet (image de démonstration)", ("#2d4a8a", "#f6f2e9")),
    ):
        photo = CheckedFile(ContentFile(_painted(*colours), name="a.webp"), "image/webp")
        add_documents(
            event, by=by, files=[photo], kind=DocumentKind.PHOTO, title=title, session=None,
            audience=DocumentAudience.EVERYBODY, shown_from=None,
        )  # fmt: skip


def _pdf(title: str, event: Event) -> bytes:
    data = {"title": title, "event": event.title, "note": "Document de démonstration : son contenu est inventé."}
    return render_pdf(TEMPLATE, data, made_on=event.day)


def _painted(ground: str, light: str) -> bytes:
    picture = Image.new("RGB", (960, 720), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 520, 960, 720), fill=light)
    for column in range(6):
        draw.rectangle((70 + column * 145, 250, 150 + column * 145, 520), outline=light, width=10)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=82)
    return out.getvalue()
