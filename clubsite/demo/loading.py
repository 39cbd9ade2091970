"""The demo, from the ground up, in one transaction: it is there whole or not at all."""

from dataclasses import dataclass
from io import StringIO

from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clubsite.demo import (
    after,
    answer_files,
    dealings,
    doors,
    letters,
    lives,
    meetings,
    organisations,
    papers,
    payments,
    programme,
    registrations,
)
from clubsite.demo.content import CLUBS
from clubsite.demo.world import World
from core.enums import LetterStatus
from core.letters import WAITS
from core.models import Letter
from events.models import Event
from introductions.models import Contract, Introduction
from members.models import Club, Organisation
from members.reference import STRUCTURES_FILE, load_reference
from offers.models import Offer


@dataclass(frozen=True)
class Made:
    """What stands in the demo, for the command to print."""

    organisations: int
    events: int
    offers: int
    introductions: int
    contracts: int


class DemoRefused(Exception):
    """There is other data in this database."""


@transaction.atomic
def load_demo() -> Made | None:
    """Make the demo; None if it stands already. Raises DemoRefused when other clubs live in this database."""
    if Club.objects.filter(slug=CLUBS[0].slug, is_demo=True).exists():
        return None
    if Club.objects.exists():
        raise DemoRefused("This database holds clubs of its own: the demo wants an empty one.")
    world = World(timezone.localtime())
    load_reference()
    call_command("import_organisations", str(STRUCTURES_FILE), stdout=StringIO())
    organisations.make_clubs(world)
    organisations.make_coordinators(world)
    organisations.list_structures(world)
    organisations.make_companies(world)
    organisations.enrol_structures(world)
    payments.join_for_a_fee(world)
    payments.close_the_free_plan(world)
    organisations.make_accounts(world)
    organisations.make_applications(world)
    dealings.publish_offers(world)
    meetings.hold_historic_meetings(world)
    meetings.hold_meetings(world)
    papers.show_papers(world)
    programme.fill_programmes(world)
    payments.charge_for_the_next_meeting(world)
    letters.write_letters(world)
    dealings.make_introductions(world)
    dealings.leave_something_to_answer(world)
    organisations.end_a_membership(world)
    payments.leave_the_treasurer_something(world)
    registrations.invite_and_offer(world)
    answer_files.ask_for_files(world)
    lives.live_on(world)
    after.leave_traces(world)
    doors.stand_at_the_doors(world)
    _post_letters()
    return _count()


def _post_letters() -> None:
    """The past's letters arrived in their time; one did not, so that the desk has one to send again."""
    Letter.objects.update(status=LetterStatus.SENT, sent_at=F("created_at"), tries=1)
    lost = Letter.objects.filter(code__startswith="events.").order_by("-created_at").first()
    if lost is not None:
        Letter.objects.filter(pk=lost.pk).update(
            status=LetterStatus.FAILED,
            sent_at=None,
            tries=len(WAITS) + 1,
            error="SMTPRecipientsRefused: 550 mailbox unavailable",
        )


def _count() -> Made:
    return Made(
        organisations=Organisation.objects.count(),
        events=Event.objects.count(),
        offers=Offer.objects.count(),
        introductions=Introduction.objects.count(),
        contracts=Contract.objects.count(),
    )
