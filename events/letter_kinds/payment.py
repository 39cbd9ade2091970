"""Letters about places that cost something."""

from django.utils.translation import gettext_lazy as _

from events.letter_kinds.kind import FACTS, NAMES_AND_PRICE, ORGANISATION, UNTIL, LetterKind, Placeholder

SEATS = Placeholder("seats", _("how many seats, in words"), _("two seats"))
ORDER = Placeholder("order", _("number of the order"), "C-2027-0042")

PAYMENT = (
    LetterKind(
        "events.registration_to_pay", _("Seats held, to be paid"), _("At once, to whoever can pay for the seats."),
        _("Seats are held for you, to be paid: {event}"),
        _("Your organisation has been registered for “{event}”.\n\n"
          "The seats are held for you until {until}: order and pay by then, and they are yours."),
        also=(UNTIL,), followed_by=NAMES_AND_PRICE,
        button=_("Pay"),
    ),
    LetterKind(
        "events.seats_came_free", _("Seats that became free, to be paid"),
        _("When seats have become free for a group that waited, and they cost something."),
        _("Seats are held for you, to be paid: {event}"),
        _("Seats have become free for your group at “{event}”.\n\n"
          "They are held for you until {until}: order and pay by then, and the places are yours."),
        also=(UNTIL,), followed_by=NAMES_AND_PRICE,
        button=_("Pay"),
    ),
    LetterKind(
        "events.registration_not_paid", _("Seats no longer held"), _("When the time to pay is over."),
        _("No longer held for you: {event}"),
        _("What was held for you at “{event}” ({seats}) was not paid for in time, and is free again.\n\n"
          "You can register again as long as registration is open."),
        also=(SEATS,), followed_by=FACTS,
    ),
    LetterKind(
        "events.paid_given_back", _("To the coordination: paid place given back"),
        _("To the club’s coordinators, when a place that is paid for was given back."),
        _("Paid place given back, refund? {organisation}"),
        _("{organisation} gave back places at “{event}” that are paid for, or are being paid for.\n\n"
          "The order {order} stays as it is until you decide: refund, or leave it."),
        also=(ORGANISATION, ORDER), followed_by=_("for a postponed event, whether the money is due"), has_facts=False,
        button=_("See the order"),
    ),
)  # fmt: skip
