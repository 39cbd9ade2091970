"""Letters to all who hold or await places: the event moves, is called off, is near or over."""

from django.utils.translation import gettext_lazy as _

from events.letter_kinds.kind import FACTS, LetterKind, Placeholder

BEFORE = Placeholder("before", _("day and hours that were planned"), _("Friday from 9 a.m. to noon"))
KEPT = _(
    "the reason, if there is one; that the place is kept; until when it may be given back for its money; the entry for the "
    "diary is enclosed, or taken back"
)

EVENT = (
    LetterKind(
        "events.event_changed", _("Change of time or place"),
        _("At once, to whoever has or awaits a place, when time or place of the event change."),
        _("Change of time or place: {event}"),
        _("Time or place of “{event}” have changed. Please note what applies now:"),
        followed_by=_("what applies now and what applied before; the new entry for the diary is enclosed"),
    ),
    LetterKind(
        "events.event_cancelled", _("Cancellation of the event"),
        _("At once, to whoever has or awaits a place, when the event is called off."),
        _("Cancelled: {event}"), _("“{event}” does not take place."),
        followed_by=_("the reason, if there is one; the entry that takes it out of the diary is enclosed"),
    ),
    LetterKind(
        "events.event_postponed", _("Postponement to a new date"),
        _("At once, to whoever has or awaits a place, when the event is put off to another day."),
        _("Postponed: {event}"), _("“{event}” is postponed. Please note when and where it takes place now:"),
        also=(BEFORE,), followed_by=KEPT, button=_("My registrations"),
    ),
    LetterKind(
        "events.event_date_open", _("Postponement, date still open"),
        _("At once, to whoever has or awaits a place, when the event is put off and nobody knows until when."),
        _("Postponed: {event}"),
        _("“{event}” does not take place on the date planned ({before}). The new date is still open."),
        also=(BEFORE,), followed_by=KEPT, button=_("My registrations"),
    ),
    LetterKind(
        "events.event_date_set", _("New date"),
        _("At once, to whoever has or awaits a place, when a postponed event has its new date."),
        _("New date: {event}"), _("“{event}” was postponed: its new date is set."),
        followed_by=KEPT, button=_("My registrations"),
    ),
    LetterKind(
        "events.reminder_week", _("Reminder a week before"), _("Seven days before, to whoever has a confirmed place."),
        _("In a week: {event}"),
        _("We look forward to meeting you at “{event}” in a few days.\n\n"
          "If you can no longer come, please give the place back or pass it on to a colleague: others would be glad of it."),
        followed_by=FACTS, may_be_off=True,
    ),
    LetterKind(
        "events.reminder_day", _("Reminder the day before"), _("One day before, to whoever has a confirmed place."),
        _("See you soon: {event}"),
        _("“{event}” is about to begin: {when}.\n\nPlease have your ticket at hand, on your phone or on paper: it is "
          "on the page of the event."),
        followed_by=FACTS, button=_("See my ticket"), may_be_off=True,
    ),
    LetterKind(
        "events.thanks", _("Thanks"), _("The day after, to whoever was present."),
        _("Thank you for coming: {event}"),
        _("Thank you for having been there. The documents of “{event}” and your certificate of attendance are on its "
          "page."),
        button=_("See the documents"), may_be_off=True,
    ),
    LetterKind(
        "events.outcome_month", _("What came of it, after a month"), _("30 days after, to whoever was present."),
        _("What came of your meetings? {event}"),
        _("A month ago you met companies and structures at “{event}”. What came of it: a quote, a first order, a visit, "
          "a job?\n\nTelling us takes two minutes. It helps the club to show what these meetings are good for."),
        button=_("Say what came of it"), may_be_off=True,
    ),
    LetterKind(
        "events.outcome_quarter", _("What came of it, after three months"), _("90 days after, to whoever was present."),
        _("Three months later, what came of your meetings? {event}"),
        _("Three months ago you met companies and structures at “{event}”. Has something been signed or begun since?\n\n"
          "Contracts, jobs and hours of insertion only count once both sides have confirmed them: please note yours."),
        button=_("Say what came of it"), may_be_off=True,
    ),
)  # fmt: skip
