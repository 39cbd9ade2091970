"""Letters of the demo: a club that writes its confirmation in its own words, and a message to those who will come."""

from datetime import timedelta

from clubsite.demo.world import World, clock_at
from events.actions import send_mailing, set_letter_text
from events.actions.mailings import carry_on_mailing
from events.enums import MailingAudience
from events.letter_kinds import KINDS
from events.models import Event


def write_letters(world: World) -> None:
    club, by = world.clubs["hauts-de-seine"], world.coordinators["hauts-de-seine"]
    with clock_at(world.ago(20)):
        set_letter_text(
            club, KINDS["events.reminder_day"], "fr", by=by, subject="C’est pour bientôt : {event}",
            body="Bonjour {name},\n\nnous vous attendons : {when}, {where}. Le café est servi un quart d’heure avant.\n\n"
            "Pensez à vos cartes de visite, et à votre billet : il se trouve sur la page de l’événement.",
        )  # fmt: skip
    event = Event.objects.filter(club=club).upcoming(world.now + timedelta(days=30)).first()
    with clock_at(world.ago(1)):
        mailing = send_mailing(
            event, by=by, to=MailingAudience.SEATED, subject="Venir en transports en commun",
            body="Bonjour,\n\nle parking de {where} est en travaux ce jour-là : préférez le train ou le vélo.\n\n"
            "À très bientôt !",
        )  # fmt: skip
        carry_on_mailing(mailing.pk)
