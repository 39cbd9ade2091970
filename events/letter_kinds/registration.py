"""Letters about a registration: to who comes or waits, to who registers others, to the coordination."""

from django.utils.translation import gettext_lazy as _

from events.letter_kinds.kind import FACTS, NAMES, ORGANISATION, PEOPLE, UNTIL, LetterKind

REGISTRATION = (
    LetterKind(
        "events.place_confirmed", _("Confirmation"), _("At once, to whoever has a place."),
        _("Your place: {event}"),
        _("You are registered for “{event}”. The enclosed calendar file puts it into your diary."),
        followed_by=_("day, place and how to get there; the ticket and the entry for the diary are enclosed"),
        button=_("See the ticket"),
    ),
    LetterKind(
        "events.place_waiting", _("On the waiting list"), _("At once, to whoever waits for a place."),
        _("On the waiting list: {event}"),
        _("“{event}” has no place left for your group at the moment: you are on the waiting list.\n\n"
          "As soon as places become free for you, they are offered to you by letter, to be taken until a certain day."),
        followed_by=FACTS,
    ),
    LetterKind(
        "events.place_offered", _("Places offered"), _("When places have become free for a group that waited."),
        _("Places offered to you, please answer: {event}"),
        _("You are on the waiting list of “{event}”: places have become free for you.\n\n"
          "They are kept for you until {until}. Take them by then, or refuse them: others are waiting."),
        also=(UNTIL,), followed_by=NAMES, button=_("Answer the offer"),
    ),
    LetterKind(
        "events.place_requested", _("Request received"), _("At once, where the coordination approves each registration."),
        _("Request received: {event}"),
        _("Your registration for “{event}” has been received. The club looks at each one and writes to you."),
        followed_by=FACTS,
    ),
    LetterKind(
        "events.request_refused", _("Request refused"), _("When the coordination has refused a registration."),
        _("Not registered: {event}"), _("The club could not accept your registration for “{event}”."),
        followed_by=_("the reason, if there is one"),
    ),
    LetterKind(
        "events.request_to_coordination", _("To the coordination: registration to approve"),
        _("To the club’s coordinators, when somebody asks to come."),
        _("Registration to approve: {organisation}"),
        _("{organisation} would like to come to “{event}” ({people})."),
        also=(ORGANISATION, PEOPLE), followed_by=FACTS, button=_("See the requests"),
    ),
    LetterKind(
        "events.invitation", _("Invitation"), _("When the coordination invites somebody by name."),
        _("Invitation: {event}"),
        _("{club} invites you to “{event}”."),
        followed_by=_("the coordination’s personal words, and the personal link"), button=_("See the invitation"),
    ),
    LetterKind(
        "events.registration_made", _("Summary for who registered others"),
        _("At once, to whoever registered others and does not come along."),
        _("Registration for {event}"), _("You have registered {people}:"),
        also=(PEOPLE,), followed_by=NAMES,
    ),
    LetterKind(
        "events.registration_waiting", _("Summary for who put others on the waiting list"),
        _("At once, when those who were registered have to wait."),
        _("Registration for {event}"),
        _("There is no place left for your group at the moment: it is on the waiting list."), followed_by=NAMES,
    ),
    LetterKind(
        "events.place_cancelled", _("Place given back"), _("When a place was given back, or passed on to somebody else."),
        _("Place given back: {event}"), _("Your place at “{event}” has been given back."),
        followed_by=_("the reason, if there is one; the entry that takes it out of the diary is enclosed"),
    ),
    LetterKind(
        "events.waiting_left", _("Off the waiting list, without a place"), _("When somebody left the waiting list."),
        _("No longer on the waiting list: {event}"), _("You are no longer on the waiting list of “{event}”."),
        followed_by=FACTS,
    ),
)  # fmt: skip
