"""What the door's page says by script, in the reader's language. `{…}` is filled in by the script."""

from django.utils.translation import gettext_lazy as _

from events.enums import Verdict
from members.enums import Audience

WORDS = {
    **{f"verdict_{verdict.value}": verdict.label for verdict in Verdict},
    **{f"audience_{audience.value}": audience.label for audience in Audience},
    "up_to_date": _("Up to date, {time}"),
    "sending": _("Sending: {count}"),
    "online_pending": _("Online, {count} to send"),
    "offline": _("Offline – nothing to send"),
    "offline_pending": _("Offline – {count} to send"),
    "never_synced": _("Not yet fetched"),
    "signed_out": _("Signed out on this phone: sign in again, {count} to send"),
    "no_right": _("You no longer keep this door; not sent: {count}"),
    "door_taken": _("This phone no longer stands at a door: open one to send what is left ({count})"),
    "needs_network": _("This needs the network. Try again when you are online."),
    "no_storage": _("This browser keeps nothing on the phone: use the plain check-in page."),
    "expired": _("The event is long over: the list was erased from this phone."),
    "wiped": _("Erased from this phone."),
    "unsent": _("Not everything has been sent yet ({count}). Erase it all the same?"),
    "other_event_named": _("Ticket of another event: {event}"),
    "already_at": _("Already in: {door}, {time}"),
    "already_since": _("Already in since {time}"),
    "session_not_signed_up": _("Not signed up for this part of the programme"),
    "found": _("{count} people"),
    "found_some": _("{shown} of {count} people: type more letters"),
    "nobody": _("Nobody by that name"),
    "seats_reserved": _("Seats reserved for this door: {count}"),
    "no_seats_offline": _("No seat is reserved for this door any more: without network nobody can be let in."),
    "field_needed": _("Needed"),
    "camera_off": _("The camera cannot be used: {reason}. Type the code or look for the name."),
    "camera_none": _("no camera"),
    "camera_denied": _("not allowed"),
    "unpaid": _("to be paid"),
    "waiting": _("waiting list"),
    "walk_in": _("walk-in"),
    "pending": _("to be sent"),
}
