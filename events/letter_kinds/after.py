"""Letters after an event: the survey to those who came, its proposals to their owners."""

from django.utils.translation import gettext_lazy as _

from events.letter_kinds.kind import LetterKind, Placeholder

PROPOSAL = Placeholder("proposal", _("text of the proposal"), _("Write a guide to reserved lots"))
OWNER = Placeholder("owner", _("who is to carry out the proposal"), "Les Ateliers du Parc")
DAY = Placeholder("day", _("until when it is to be done"), _("Friday"))
ITS_TEXT = _("the proposal, its axis, the event and its date")
ITS_LINK = _("the promise that answers bear no name, the day on which the survey closes, the personal link")

AFTER = (
    LetterKind(
        "events.survey_invitation", _("Survey"), _("After the event, to whoever was present, when the survey opens."),
        _("What did you think of it? {event}"), _("Thank you for having come to “{event}”."),
        followed_by=ITS_LINK, button=_("Answer the survey"), has_facts=False,
    ),
    LetterKind(
        "events.survey_reminder", _("Survey, reminder"), _("Once, some days later, to whoever has not answered."),
        _("Still time to say what you thought: {event}"),
        _("You came to “{event}”. Your answers help to prepare the next one."),
        followed_by=ITS_LINK, button=_("Answer the survey"), has_facts=False, may_be_off=True,
    ),
    LetterKind(
        "events.proposal_given", _("Proposal entrusted"), _("To who is to carry it out, when a proposal is retained."),
        _("Entrusted to you: {proposal}"),
        _("A proposal that came out of “{event}” has been entrusted to {owner}.\n\n"
          "On its page you can note how it goes, and say when it is done."),
        also=(PROPOSAL, OWNER), followed_by=ITS_TEXT, button=_("See the proposal"), has_facts=False,
    ),
    LetterKind(
        "events.proposal_due", _("Proposal soon to be done"), _("Two weeks before its date, to who is to carry it out."),
        _("To be done by {day}: {proposal}"),
        _("The date of this proposal is near.\n\nIs it done? Then say so on its page."),
        also=(PROPOSAL, DAY), followed_by=ITS_TEXT, button=_("See the proposal"), has_facts=False, may_be_off=True,
    ),
    LetterKind(
        "events.proposal_late", _("Late proposal"), _("Once a week after its date, to who is to carry it out."),
        _("Late: {proposal}"),
        _("This proposal was to be done by {day}.\n\nNote on its page how it goes, or say that it is done."),
        also=(PROPOSAL, DAY), followed_by=ITS_TEXT, button=_("See the proposal"), has_facts=False, may_be_off=True,
    ),
    LetterKind(
        "events.proposal_stated_done", _("To the coordination: proposal done, to be confirmed"),
        _("To the club’s coordinators, when its owner says that a proposal is done."),
        _("Done? Please confirm: {proposal}"),
        _("{owner} says that this proposal is done.\n\nConfirm it on its page, or put it back under way."),
        also=(PROPOSAL, OWNER), followed_by=ITS_TEXT, button=_("See the proposal"), has_facts=False,
    ),
)  # fmt: skip
