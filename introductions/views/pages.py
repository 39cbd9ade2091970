"""The page of one introduction. Acts that find a mistake show it again, with what was typed."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.pages import history_of, letters_of
from introductions import permissions
from introductions.enums import ContractStatus, IntroductionStatus, NoteAudience, Side, Stage
from introductions.forms import NextStepForm, NoteForm, OwnerForm
from introductions.models import Contract, Introduction, present_contact
from members.models import Organisation, Person


@dataclass(frozen=True)
class Party:
    """One side as the reader may see it: `contact` is None until both have agreed, unless it is one's own side."""

    side: Side
    organisation: Organisation
    has_agreed: bool
    is_mine: bool
    contact: Person | None
    shows_ways: bool

    @property
    def phone(self) -> str:
        return (self.contact.phone if self.contact else "") or self.organisation.phone


@dataclass(frozen=True)
class Moment:
    """One item of the timeline: a history line or a note."""

    when: datetime
    title: str
    by: str
    text: str = ""
    tone: str = ""


@dataclass(frozen=True)
class StatedContract:
    """A contract with what the reader may do about it now."""

    contract: Contract
    status: ContractStatus
    is_answerable: bool
    is_changeable: bool

    @property
    def seen(self) -> str:
        """What the reader confirms is this statement, not a later one."""
        return self.contract.stated_at.isoformat()


def introduction_page(request: HttpRequest, pk: int) -> HttpResponse:
    return show_introduction(request, find_introduction(request, pk))


def find_introduction(request: HttpRequest, pk: int) -> Introduction:
    """The introduction with all its page shows of it, or 404 for who may not see it."""
    visible = Introduction.objects.visible_to(request.user).with_lateness(timezone.localdate()).for_list()
    related = ("asking__commune", "asked__commune", "asking_contact", "asked_contact", "offer", "event")
    return get_object_or_404(visible.select_related(*related, "club", "owner", "sector"), pk=pk)


def show_introduction(request: HttpRequest, introduction: Introduction, **forms) -> HttpResponse:
    """The page; `forms` are those that came back with mistakes, by their name in the template."""
    person = request.user
    is_coordination = permissions.can_coordinate_introduction(person, introduction)
    contracts = introduction.contracts.for_list().select_related("stated_by", "answered_by")
    context = {
        "introduction": introduction,
        "stage": Stage(introduction.stage),
        "steps": _steps(),
        "step": _step(introduction),
        "parties": [_party(person, introduction, side, is_coordination) for side in Side],
        "offered": _offered(person, introduction),
        "is_coordination": is_coordination,
        "contracts": [_stated(person, introduction, contract) for contract in contracts],
        "timeline": _timeline(person, introduction, is_coordination),
        "letters": letters_of(introduction) if is_coordination else [],
        "next_step_form": NextStepForm(initial={"on": introduction.next_on, "what": introduction.next_step}),
        "note_form": NoteForm(is_coordination=is_coordination and not permissions.sides_of(person, introduction)),
        "owner_form": OwnerForm(club_id=introduction.club_id, initial={"owner": introduction.owner_id})
        if is_coordination
        else None,
    }
    return render(request, "introductions/introduction_page.html", {**context, **forms})


def _steps() -> list[tuple[str, str]]:
    stages = (Stage.ASKED, Stage.ACCEPTED, Stage.IN_TALKS, Stage.TO_CONFIRM, Stage.CONFIRMED)
    return [(stage.label.capitalize(), "") for stage in stages]


def _step(introduction: Introduction) -> int:
    """Which of the steps is the present one, from 1; one past the last when a contract is confirmed."""
    if introduction.has_confirmed_contract and not introduction.has_stated_contract:
        return 6
    if introduction.stage == Stage.TO_CONFIRM:
        return 4
    return {IntroductionStatus.ACCEPTED: 2, IntroductionStatus.IN_TALKS: 3, IntroductionStatus.CLOSED: 3}.get(
        introduction.status, 1
    )


def _party(person, introduction: Introduction, side: Side, is_coordination: bool) -> Party:
    is_mine = side in permissions.sides_of(person, introduction)
    shows = permissions.can_see_contacts(person, introduction)
    contact = present_contact(introduction, side) if shows or is_mine or is_coordination else None
    return Party(side, introduction.organisation_of(side), introduction.has_agreed(side), is_mine, contact, shows)


def _offered(person, introduction: Introduction) -> set[str]:
    """The buttons the page shows: what the person may do, and can be done now (the action judges again)."""
    status = IntroductionStatus(introduction.status)
    can_follow = permissions.can_follow_introduction(person, introduction)
    is_waiting = status == IntroductionStatus.ASKED
    can = {
        "answer": is_waiting and permissions.answering_side(person, introduction) is not None,
        "withdraw": is_waiting and permissions.can_withdraw_introduction(person, introduction),
        "start_talks": status == IntroductionStatus.ACCEPTED and can_follow,
        "close": status.can_become(IntroductionStatus.CLOSED) and can_follow,
        "reopen": status == IntroductionStatus.CLOSED and can_follow,
        "set_next_step": introduction.is_open and can_follow,
        "write_note": can_follow,
        "state_contract": status in (IntroductionStatus.ACCEPTED, IntroductionStatus.IN_TALKS)
        and permissions.can_state_contract(person, introduction),
        "assign_owner": permissions.can_assign_owner(person, introduction),
    }
    return {name for name, is_offered in can.items() if is_offered}


def _stated(person, introduction: Introduction, contract: Contract) -> StatedContract:
    contract.introduction = introduction  # the very object, so that its sides are not read again
    status = ContractStatus(contract.status)
    return StatedContract(
        contract,
        status,
        is_answerable=status == ContractStatus.STATED and permissions.can_confirm_contract(person, contract),
        is_changeable=status in ContractStatus.unsettled() and permissions.can_change_contract(person, contract),
    )


def _timeline(person, introduction: Introduction, is_coordination: bool) -> list[Moment]:
    """History and notes, newest first. Before both agreed the other side's people are not named."""
    names_all = is_coordination or introduction.is_revealed
    colleagues = _colleagues(person, introduction)

    def name(by) -> str:
        return str(by) if by and (names_all or by.pk in colleagues) else ""

    moments = [
        Moment(entry.happened_at, entry.sentence, name(entry.by)) for entry in history_of(introduction, limit=100)
    ]
    for note in introduction.notes.visible_to(person).select_related("by", "organisation"):
        author = note.organisation or introduction.club
        title = _("Note by %(who)s") if note.audience == NoteAudience.SHARED else _("Note by %(who)s, for its own side")
        moments.append(Moment(note.written_at, title % {"who": author}, name(note.by), note.text, "info"))
    return sorted(moments, key=lambda moment: moment.when, reverse=True)


def _colleagues(person, introduction: Introduction) -> set[int]:
    """The people of the person's own sides."""
    own = [introduction.organisation_id_of(side) for side in permissions.sides_of(person, introduction)]
    return set(Person.objects.filter(roles__organisation__in=own).values_list("pk", flat=True)) | {person.pk}
