"""Papers: made-up funders with their logos, and a working group whose people signed on the screen."""

import base64
import io
import math
from datetime import timedelta

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from clubsite.demo.world import World, clock_at
from core.drawings import PREFIX, clean_drawing
from core.uploads import clean_picture
from events.actions import add_funder_logo, set_papers, sign_half_day
from events.enums import EventKind
from events.halves import half_days_of
from events.models import Event, FunderLogo
from members.models import Club

CLUB = "hauts-de-seine"
MENTION = "Action cofinancée par le Fonds social imaginaire et le Conseil des Exemples (financeurs inventés pour la démonstration)."
# Name, ground, sign: fictitious, so that no real funder seems to pay for made-up events.
FUNDERS = (
    ("Fonds social imaginaire", "#1d4e89", "FSI"),
    ("Conseil des Exemples", "#8a3b12", "CE"),
)


def show_papers(world: World) -> None:
    """The club's logos; the event of today is signed on screen, and so was the last working group."""
    club, by = world.clubs[CLUB], world.coordinators[CLUB]
    logos = _add_logos(club, by)
    events = Event.objects.filter(club=club, is_demo=True)
    today = events.filter(starts_at__date=world.today).first()
    group = events.filter(kind=EventKind.WORKING_GROUP, ends_at__lt=world.now).last()
    for event in (today, group):
        if event is not None:
            set_papers(event, by=by, led_by="Nadia Ferrand, animatrice (personne inventée)", mention=MENTION,
                       signs_on_screen=True, logos=logos)  # fmt: skip
    if group is not None:
        _let_sign(group, by)


def _add_logos(club: Club, by) -> list[FunderLogo]:
    logos = []
    for name, colour, sign in FUNDERS:
        picture = Image.new("RGB", (900, 400), "white")
        pen = ImageDraw.Draw(picture)
        pen.rectangle((20, 20, 380, 380), fill=colour)
        pen.text((200, 200), sign, fill="white", anchor="mm", font_size=150)
        pen.multiline_text((420, 200), name.replace(" ", "\n"), fill=colour, anchor="lm", font_size=88)
        out = io.BytesIO()
        picture.save(out, "PNG")
        upload = ContentFile(out.getvalue(), name="logo.png")
        logos.append(add_funder_logo(club, by=by, name=name, picture=clean_picture(upload)))
    return logos


def _let_sign(event: Event, by) -> None:
    """Who came signed on arrival, but for one in five, who signed on paper."""
    for half in half_days_of(event):
        for number, place in enumerate(event.places.attended().order_by("pk")):
            if number % 5 != 4:
                with clock_at(half.starts_at + timedelta(minutes=number - 8)):
                    sign_half_day(place, half, picture=clean_drawing(_scribble(number)), by=by)


def _scribble(number: int) -> str:
    """A line that looks like a signature, as a canvas sends it."""
    picture = Image.new("RGBA", (960, 320))
    waves, slant = 3 + number % 4, 20 + 9 * (number % 7)
    points = [
        (120 + 7 * step, 160 - slant * math.sin(waves * step / 16) * math.cos(step / (11 + number % 5)) - step / 4)
        for step in range(100)
    ]
    ImageDraw.Draw(picture).line(points, fill="#16302e", width=6, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return PREFIX + base64.b64encode(out.getvalue()).decode()
