"""The day's recurring work, one task each: one that fails is kept with its error and holds up none of the others."""

from collections.abc import Callable

from django.utils import timezone
from django_tasks import task

from billing.actions.checking import check
from billing.actions.reconciling import reconcile
from billing.actions.reminding import forget_foreign_bank_lines, remind_late_orders
from core.letters import send_due_letters
from events.actions import (
    carry_on_mailings,
    erase_old_attendees,
    erase_old_needs,
    expire_holds,
    release_ended_allotments,
    remind_proposal_owners,
    run_surveys,
    settle_due,
    write_dated_letters,
)
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
    "held places given up": lambda: expire_holds(timezone.now()),  # and every few minutes: `manage.py expire_holds`
    "orders of cancelled events settled": settle_due,
    "seats of doors given back": lambda: release_ended_allotments(timezone.now()),
    "reminders written": lambda: send_reminders(timezone.localdate()),
    "letters about events written": lambda: write_dated_letters(timezone.now()),
    "messages to attendees carried on": lambda: carry_on_mailings(timezone.now()),
    "owners of proposals reminded": lambda: remind_proposal_owners(timezone.localdate()),
    "surveys sent, reminded of and closed": lambda: run_surveys(timezone.now()),
    "points refined": refine_due_addresses,
    "idle accounts warned": warn_idle_accounts,
    "accounts erased": erase_idle_accounts,
    "old attendees erased": lambda: erase_old_attendees(timezone.now()),
    "meals and access forgotten": lambda: erase_old_needs(timezone.now()),
    "old import files erased": erase_old_import_files,
    "payments reconciled": lambda: reconcile().total,
    "late orders reminded": lambda: remind_late_orders(timezone.localdate()),
    "old bank lines forgotten": lambda: forget_foreign_bank_lines(timezone.now()),
    "faults of the ledger": check,
    "letters sent": send_due_letters,
}


@task()
def do_daily(name: str) -> int:
    return DAILY[name]()
