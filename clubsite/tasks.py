"""The day's recurring work, one task each: one that fails is kept with its error and holds up none of the others."""

from collections.abc import Callable

from django.utils import timezone
from django_tasks import task

from core.letters import send_due_letters
from events.actions import erase_old_attendees
from introductions.actions import send_reminders
from members.actions.addresses import refine_due_addresses
from members.actions.import_runs import erase_old_import_files
from members.actions.people import erase_idle_accounts, warn_idle_accounts
from memberships.actions import (
    begin_owed_terms,
    call_due_renewals,
    lapse_due,
    renew_due_terms,
    write_due_reminders,
)

# Each returns how many things it did; all are safe to run twice. The last one sends what the others wrote.
DAILY: dict[str, Callable[[], int]] = {
    "terms renewed": lambda: renew_due_terms(timezone.localdate()),
    "dues called for": lambda: call_due_renewals(timezone.localdate()),
    "owed terms begun": lambda: begin_owed_terms(timezone.localdate()),
    "memberships lapsed": lambda: lapse_due(timezone.localdate()),
    "letters about dues written": lambda: write_due_reminders(timezone.localdate()),
    "reminders written": lambda: send_reminders(timezone.localdate()),
    "points refined": refine_due_addresses,
    "idle accounts warned": warn_idle_accounts,
    "accounts erased": erase_idle_accounts,
    "old attendees erased": lambda: erase_old_attendees(timezone.now()),
    "old import files erased": erase_old_import_files,
    "letters sent": send_due_letters,
}


@task()
def do_daily(name: str) -> int:
    return DAILY[name]()
