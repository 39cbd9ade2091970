from dataclasses import dataclass

from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.guards import require
from core.pages import page_of
from core.spreadsheets import table_response
from introductions.enums import ContractStatus, IntroductionStatus, Stage
from introductions.forms import ContractFilter, IntroductionFilter
from introductions.models import Contract, Introduction
from introductions.permissions import can_propose_introduction
from introductions.statistics import contracts_within, introductions_counted
from members.models import Club
from members.rights import rights_of
from members.scope import scope_of

# A column of the board shows so many cards, the late ones first; the table shows all.
BOARD_CARDS = 8


@dataclass(frozen=True)
class Column:
    stage: Stage
    cards: list[Introduction]
    count: int

    @property
    def hidden(self) -> int:
        return self.count - len(self.cards)


def introduction_list(request: HttpRequest) -> HttpResponse:
    """My organisations' introductions: to answer first, then under way by next date; the ended ones on a second tab."""
    rights = rights_of(request.user)
    if rights.is_coordinator and not rights.organisation_ids:
        return redirect("introductions:board")
    today, ids = timezone.localdate(), rights.organisation_ids
    mine = Introduction.objects.involving(ids).with_lateness(today)
    under_way, to_answer = mine.open(), mine.to_answer_by(ids)
    shows_ended = request.GET.get("show") == "ended"
    if shows_ended:
        found = mine.exclude(status__in=IntroductionStatus.open()).order_by("-closed_at", "-pk")
    else:
        found = _late_first(under_way.exclude(pk__in=to_answer.order_by().values("pk")))
    context = {
        "tabs": _tabs(request, "introduction_list"),
        "shows_ended": shows_ended,
        "to_answer": [] if shows_ended else to_answer.for_list().order_by("asked_at", "pk"),
        "to_confirm": [] if shows_ended else Contract.objects.to_answer_by(ids).for_list(),
        "page": page_of(request, found.for_list()),
        "ended_count": mine.exclude(status__in=IntroductionStatus.open()).count(),
        "my_organisation_ids": ids,
    }
    return render(request, "introductions/introduction_list.html", context)


def board(request: HttpRequest) -> HttpResponse:
    """The coordination's introductions, a column per stage, what is late on top."""
    found, form = _coordinated(request, without=("state",))
    counts = dict(found.with_stage().order_by().values_list("stage").annotate(n=Count("pk")))
    columns = [
        Column(stage, list(_late_first(found.for_list().filter(stage=stage))[:BOARD_CARDS]), counts.get(stage, 0))
        for stage in Stage.columns()
    ]
    others = [(stage, counts.get(stage, 0)) for stage in Stage if stage not in Stage.columns()]
    context = {"tabs": _tabs(request, "board"), "form": form, "columns": columns, "others": others}
    return render(request, "introductions/board.html", context)


def table(request: HttpRequest) -> HttpResponse:
    """The same as a table, with every filter; what is late on top."""
    found, form = _coordinated(request)
    page = page_of(request, _late_first(found.for_list()))
    return render(request, "introductions/table.html", {"tabs": _tabs(request, "table"), "form": form, "page": page})


def export_introductions(request: HttpRequest, form: str) -> HttpResponseBase:
    """The table to take away, as it is filtered. No person's name but the coordinator's."""
    found, _filter = _coordinated(request)
    header = [
        _("Club"), _("Asking organisation"), _("Asked organisation"), _("Subject"), _("Came out of"), _("Line of trade"),
        _("State"), _("Late"), _("Asked on"), _("Answered on"), _("Next date"), _("Next step"), _("Followed by"),
        _("Ended on"), _("Why it ended"),
    ]  # fmt: skip
    return table_response(form, _("introductions"), header, map(_introduction_row, _late_first(found.for_list())))


def contract_list(request: HttpRequest) -> HttpResponse:
    """The contracts one may see: one's own organisations', and those of the clubs one coordinates."""
    found, form = _contracts(request)
    context = {"tabs": _tabs(request, "contract_list"), "form": form, "page": page_of(request, found.for_list())}
    return render(request, "introductions/contract_list.html", context)


def export_contracts(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list to take away, as it is filtered."""
    found, _filter = _contracts(request)
    header = [
        _("Club"), _("Stated by"), _("Other side"), _("Type of contract"), _("Reference"), _("Amount excl. tax"),
        _("Starts on"), _("Ends on"), _("Insertion hours due"), _("Insertion hours done"), _("Jobs"), _("Occupation"),
        _("State"), _("Confirmed on"),
    ]  # fmt: skip
    return table_response(form, _("contracts"), header, map(_contract_row, found.for_list()))


def _coordinated(request: HttpRequest, without=()):
    """The introductions of the clubs the person coordinates, narrowed down by the query, and the filter form."""
    require(can_propose_introduction(request.user), _("This page is for the coordination of a club."))
    today = timezone.localdate()
    clubs = Club.objects.coordinated_by(request.user).order_by("name")
    form = IntroductionFilter(request.GET, clubs=clubs, without=without)
    found = introductions_counted(scope_of(request.GET)).coordinated_by(request.user).with_lateness(today)
    return form.apply(found, today), form


def _contracts(request: HttpRequest):
    clubs = Club.objects.coordinated_by(request.user).order_by("name")
    form = ContractFilter(request.GET, clubs=clubs)
    return form.apply(contracts_within(scope_of(request.GET)).visible_to(request.user)), form


def _late_first(queryset):
    return queryset.order_by("-is_late", F("next_on").asc(nulls_last=True), "-asked_at", "-pk")


def _tabs(request: HttpRequest, current: str) -> list[tuple]:
    """The pages of introductions that the person may open."""
    rights, names = rights_of(request.user), []
    if rights.organisation_ids or not rights.is_coordinator:
        names.append((_("My introductions"), "introduction_list"))
    if rights.is_coordinator:
        names += [(_("Board"), "board"), (_("Table"), "table")]
    names.append((_("Contracts"), "contract_list"))
    return [(label, reverse(f"introductions:{name}"), name == current) for label, name in names]


def _introduction_row(introduction: Introduction) -> list:
    return [
        introduction.club, introduction.asking, introduction.asked, introduction.subject,
        introduction.get_origin_display(), introduction.sector, Stage(introduction.stage).label, introduction.is_late,
        timezone.localdate(introduction.asked_at), _day(introduction.answered_at), introduction.next_on,
        introduction.next_step, introduction.owner, _day(introduction.closed_at), introduction.close_reason,
    ]  # fmt: skip


def _contract_row(contract: Contract) -> list:
    introduction = contract.introduction
    confirmed_at = contract.answered_at if contract.status == ContractStatus.CONFIRMED else None
    return [
        introduction.club, contract.stated_for, introduction.organisation_of(contract.stating_side.other),
        contract.get_kind_display(), contract.reference, contract.amount, contract.starts_on, contract.ends_on,
        contract.hours_due, contract.hours_done, contract.jobs, contract.occupation, contract.get_status_display(),
        _day(confirmed_at),
    ]  # fmt: skip


def _day(moment):
    return moment and timezone.localdate(moment)
