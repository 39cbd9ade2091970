"""Letters about the parts of an event: sessions that people signed up for, pitches that structures proposed."""

from django.utils.translation import gettext_lazy as _

from events.letter_kinds.kind import ORGANISATION, LetterKind, Placeholder

SESSION = Placeholder("session", _("title of the session"), _("Buying from an ESAT"))
PITCH = Placeholder("pitch", _("title of the pitch"), _("Three workshops under one roof"))
MINUTES = Placeholder("minutes", _("how many minutes the pitch has"), "5")
ITS_HOURS = _("its hours, title and room")

PROGRAMME = (
    LetterKind(
        "events.sessions_chosen", _("Sessions chosen by somebody else"),
        _("At once, to whoever was signed up for sessions by somebody else."),
        _("Your sessions: {event}"), _("At “{event}” you are signed up for these sessions:"),
        followed_by=_("their hours, titles and rooms"), button=_("See the programme"), has_facts=False,
    ),
    LetterKind(
        "events.sessions_left", _("Off all sessions"),
        _("At once, to whoever was signed off from their last session by somebody else."),
        _("Your sessions: {event}"),
        _("At “{event}” you are no longer signed up for any session. The event as a whole stays as it is."),
        button=_("See the programme"), has_facts=False,
    ),
    LetterKind(
        "events.session_changed", _("Change of a session"),
        _("At once, to whoever signed up for a session, when its hours or its room change."),
        _("Change of hours or room: {session}"),
        _("“{session}”, for which you signed up at “{event}”, has other hours or another room:"),
        also=(SESSION,), followed_by=ITS_HOURS, button=_("See the programme"), has_facts=False,
    ),
    LetterKind(
        "events.session_removed", _("Session that does not take place"),
        _("At once, to whoever signed up for a session, when it is taken out of the programme."),
        _("Does not take place: {session}"),
        _("“{session}”, for which you signed up at “{event}”, does not take place.\n\n"
          "Your place at the event stays yours."),
        also=(SESSION,), button=_("See the programme"), has_facts=False,
    ),
    LetterKind(
        "events.pitch_selected", _("Pitch selected"), _("To the structure’s managers, when the choice is published."),
        _("Your pitch is selected: {event}"),
        _("Your pitch “{pitch}” has been selected for “{event}”.\n\n"
          "You have {minutes} minutes. Please upload your slides as a PDF file."),
        also=(PITCH, MINUTES), followed_by=_("its hour and its room"), button=_("See the pitch"), has_facts=False,
    ),
    LetterKind(
        "events.pitch_declined", _("Pitch not selected"), _("To the structure’s managers, when the choice is published."),
        _("Your pitch for {event}"),
        _("Your pitch “{pitch}” has not been selected for “{event}”.\n\nYou are of course welcome at the event."),
        also=(PITCH,), followed_by=_("the reason, if there is one"), button=_("See the pitch"), has_facts=False,
    ),
    LetterKind(
        "events.pitch_withdrawn", _("To the coordination: pitch withdrawn"),
        _("To the club’s coordinators, when a structure withdraws a pitch that was selected."),
        _("Pitch withdrawn: {organisation}"),
        _("{organisation} has withdrawn its pitch “{pitch}”, which was selected for “{event}”."),
        also=(ORGANISATION, PITCH), button=_("See the pitch"), has_facts=False,
    ),
)  # fmt: skip
