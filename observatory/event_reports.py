"""The report of one event: what it was, who came, what they thought, what was decided, met and signed since.

A report is facts and tables; the page, the PDF and the spreadsheet show the same ones. Every table says what it counts,
and none names a person. Nothing is stored: it is asked of the apps below, as things are at the moment `now`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.templatetags.kit import percent
from events.models import Event, Survey
from events.statistics import (
    AttendanceFigures,
    attendance_by_audience,
    attendance_by_kind,
    attendance_by_organisation,
    attendance_of,
)
from events.survey_results import Result, results_of
from introductions.statistics import (
    ContractFigures,
    contracts_from,
    figures_of_contracts,
    figures_of_introductions,
    introductions_from,
    kinds_of_contracts,
)
from members.enums import Audience, OrganisationKind
from members.models import Organisation
from memberships.models import members_of
from observatory.charts import Chart, written
from observatory.enums import Unit


@dataclass(frozen=True)
class Column:
    """A column of a table: without a unit its values are texts, and it takes a share `width` of what numbers leave."""

    label: str
    unit: Unit | None = None
    width: float = 1.0

    def written(self, value) -> str:
        """A value as it is read."""
        if self.unit is not None:
            return written(value, self.unit)
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Table:
    """`note` says what is counted; `drawn` are the columns of its chart, if it has one; `has_total`: the last row sums."""

    code: str
    title: str
    note: str
    columns: Sequence[Column]
    rows: Sequence[Sequence]
    drawn: Sequence[int] = ()
    has_total: bool = False

    @property
    def cells(self) -> list[list[tuple[str, Column]]]:
        """The rows as they are read: (text, its column)."""
        return [
            [(column.written(value), column) for column, value in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]

    @property
    def chart(self) -> Chart | None:
        """The drawn columns, without the total; None where there is nothing to draw."""
        rows = self.rows[:-1] if self.has_total else self.rows
        if not self.drawn or not rows:
            return None
        series = [(self.columns[n].label, [row[n] or 0 for row in rows]) for n in self.drawn]
        chart = Chart(
            self.code, self.title, self.columns[0].label, [str(row[0]) for row in rows], series,
            unit=self.columns[self.drawn[0]].unit or Unit.COUNT, is_sideways=True,
        )  # fmt: skip
        return None if chart.is_empty else chart


@dataclass(frozen=True)
class EventReport:
    event: Event
    made_at: datetime
    facts: list[tuple[str, str]]
    headline: list[tuple[str, str, str]]  # label, figure, what it counts
    tables: list[Table]

    def table(self, code: str) -> Table | None:
        return next((table for table in self.tables if table.code == code), None)


def report_of(event: Event, now: datetime) -> EventReport:
    """The report of an event that is or was to take place, with the tables that have something to say."""
    figures = attendance_of(event.places.all())
    survey = Survey.objects.filter(event=event).first()
    results = results_of(survey) if survey else []
    contracts = contracts_from(event)
    signed = figures_of_contracts(contracts)
    tables = [
        _programme(event),
        _audiences(event, figures),
        _kinds(event),
        _organisations(event),
        *(_satisfaction(results) if survey else ()),
        _proposals(event),
        _introductions(event),
        _contracts(contracts, signed),
    ]
    return EventReport(
        event, now, _facts(event, figures), list(_headline(event, figures, signed, survey, results)),
        [table for table in tables if table.rows],
    )  # fmt: skip


# --- What it was ------------------------------------------------------------------------------------------------------


def _facts(event: Event, figures: AttendanceFigures) -> list[tuple[str, str]]:
    taken = _("%(taken)s registered for %(places)s places")
    facts = [
        (_("Kind"), event.get_kind_display()),
        (_("When"), event.when),
        (_("Where"), event.address),
        (_("Organised by"), str(event.club)),
        (_("State"), event.status_badge.label if event.is_cancelled else ""),
        (_("Places"), taken % {"taken": figures.registered, "places": event.capacity}),
        (_("On the waiting list at the end"), str(figures.waiting) if figures.waiting else ""),
    ]  # fmt: skip
    return [(label, str(value)) for label, value in facts if value]


def _headline(
    event: Event, figures: AttendanceFigures, signed: ContractFigures, survey: Survey | None, results: list[Result]
) -> Iterator[tuple[str, str, str]]:
    count = Unit.COUNT
    yield (
        pgettext("people", "Registered"),
        written(figures.registered, count),
        _("people with a place, walk-ins included"),
    )
    yield pgettext("people", "Present"), written(figures.present, count), _("people ticked off as present")
    yield _("Organisations"), written(figures.organisations, count), _("with at least one place")
    yield _("No-show rate"), percent(figures.no_show), _("absent without a word, among those ticked off")
    mark = next((result for result in results if result.is_scale and result.mean is not None), None)
    if mark and survey:
        hint = _("average of %(marks)s answers; %(invited)s people were asked")
        yield (
            _("Satisfaction, out of 5"),
            number_format(round(mark.mean, 1), 1),
            hint % {"marks": mark.people, "invited": survey.invited},
        )
    yield _("Contracts signed since"), written(signed.count, count), _("confirmed by both sides")
    yield _("Amount excl. tax"), written(signed.amount, Unit.EUROS), _("of those contracts")


def _programme(event: Event) -> Table:
    """Without speakers: the report names nobody."""
    rows = []
    for session in event.sessions.all():
        start, end = session.starts_at.astimezone(event.zone), session.ends_at.astimezone(event.zone)
        day = "" if event.is_one_day else f"{date_format(start, 'SHORT_DATE_FORMAT')} "
        hours = f"{day}{date_format(start, 'TIME_FORMAT')} – {date_format(end, 'TIME_FORMAT')}"
        rows.append([hours, session.title, session.get_kind_display(), session.room])
    columns = [Column(_("Hours"), width=0.7), Column(_("Part"), width=2), Column(_("Kind")), Column(_("Room"))]
    return Table("programme", _("Programme"), _("The parts of the day, by the clock of the place."), columns, rows)


# --- Who came ---------------------------------------------------------------------------------------------------------


def _people() -> list[Column]:
    labels = [
        pgettext("people", "Registered"), pgettext("people", "Present"), pgettext("people", "Excused"),
        pgettext("people", "Absent"), _("Not noted"), _("Walk-ins"),
    ]  # fmt: skip
    return [Column(label, Unit.COUNT) for label in labels]


def _counts(figures: AttendanceFigures) -> list[int]:
    return [figures.registered, figures.present, figures.excused, figures.absent, figures.unknown, figures.walk_ins]


def _audiences(event: Event, figures: AttendanceFigures) -> Table:
    """Against the quotas, and beside the members of the club who could have come."""
    members = _members_by_audience(event)
    quotas = {quota.audience: quota.places for quota in event.quotas.all()}
    columns = [
        Column(_("Audience")), Column(_("Members of the club"), Unit.COUNT), Column(_("Organisations"), Unit.COUNT),
        Column(_("Quota"), Unit.COUNT), *_people(),
    ]  # fmt: skip
    rows = [
        [audience.label, members.get(audience, 0), found.organisations, quotas.get(audience), *_counts(found)]
        for audience, found in attendance_by_audience(event.places.all()).items()
    ]
    rows.append([_("Total"), sum(members.values()), figures.organisations, event.capacity, *_counts(figures)])
    note = _(
        "People by the side they stand for. Members of the club are the organisations that were members on the day; "
        "organisations are those with at least one place; the quota is the most people of that side, in all the places."
    )
    return Table("audiences", _("Who came, by audience"), note, columns, rows, drawn=(4, 5), has_total=True)


def _members_by_audience(event: Event) -> dict[str, int]:
    found: dict[str, int] = {}
    kinds = members_of(event.club, event.local_start.date()).order_by().values_list("kind").annotate(Count("pk"))
    for kind, count in kinds:
        audience = OrganisationKind(kind).audience
        found[audience] = found.get(audience, 0) + count
    return {audience: found.get(audience, 0) for audience in Audience.values}


def _kinds(event: Event) -> Table:
    found = attendance_by_kind(event.places.all())
    rows = [
        [kind.label, found[kind].organisations, *_counts(found[kind])]
        for kind in OrganisationKind
        if kind in found and found[kind].organisations
    ]
    columns = [Column(_("Kind")), Column(_("Organisations"), Unit.COUNT), *_people()]
    note = _("Organisations with at least one place, and their people.")
    return Table("kinds", _("Who came, by kind of organisation"), note, columns, rows)


def _organisations(event: Event) -> Table:
    found = {pk: one for pk, one in attendance_by_organisation(event.places.all()).items() if one.registered}
    organisations = sorted(Organisation.objects.in_bulk(found).values(), key=lambda one: (one.sort_name, one.pk))
    rows = [[str(one), one.kind_short, *_counts(found[one.pk])] for one in organisations]
    columns = [Column(_("Organisation"), width=2), Column(_("Kind")), *_people()]
    note = _("Organisations with at least one place, by name.")
    return Table("organisations", _("Who came, by organisation"), note, columns, rows)


# --- What they thought, what was decided ------------------------------------------------------------------------------


def _satisfaction(results: list[Result]) -> Iterator[Table]:
    """Free texts are the coordination's alone: they may name somebody."""
    marks = [
        [result.question.text, result.people, result.mean, result.satisfied, result.net]
        for result in results
        if result.is_scale
    ]
    columns = [
        Column(_("Question")), Column(_("Answers"), Unit.COUNT), Column(_("Average"), Unit.MARK),
        Column(_("Satisfied"), Unit.SHARE), Column(_("Net mark"), Unit.POINTS),
    ]  # fmt: skip
    note = _("Marks from 1 to 5. Satisfied: share of 4 and 5. Net mark: share of 5, less share of 1 to 3.")
    yield Table("marks", _("Satisfaction"), note, columns, marks)
    answers = [
        [result.question.text, label, count]
        for result in results
        if not result.is_scale
        for label, count in result.lines
    ]
    columns = [
        Column(_("Question"), width=1.6),
        Column(_("Answer")),
        Column(pgettext("how many", "Number"), Unit.COUNT),
    ]
    note = _("How often each answer was given.")
    yield Table("answers", _("Satisfaction, other questions"), note, columns, answers)


def _proposals(event: Event) -> Table:
    rows = [
        [
            str(proposal.axis), proposal.text, str(proposal.organisation or _("Coordination")),
            date_format(proposal.due_on, "SHORT_DATE_FORMAT") if proposal.due_on else "", proposal.get_status_display(),
        ]
        for proposal in event.proposals.for_list()
    ]  # fmt: skip
    columns = [
        Column(_("Axis"), width=1.2), Column(_("Proposal"), width=2.2), Column(_("Owner"), width=1.2),
        Column(_("To be done by"), width=0.8), Column(pgettext("proposal", "State"), width=0.9),
    ]  # fmt: skip
    note = _("What the meeting proposed, as it stands today.")
    return Table("proposals", _("Proposals"), note, columns, rows)


# --- What came of it --------------------------------------------------------------------------------------------------


def _introductions(event: Event) -> Table:
    figures = figures_of_introductions(introductions_from(event))
    rows = [
        [_("Introductions asked"), figures.asked],
        [_("Accepted by both sides"), figures.accepted],
        [_("Declined"), figures.declined],
        [_("Waiting for an answer"), figures.waiting],
        [_("That led to a contract"), figures.concluded],
    ]
    note = _("Introductions that name this event as what they came out of, until today.")
    columns = [Column(_("Introductions")), Column(pgettext("how many", "Number"), Unit.COUNT)]
    return Table("introductions", _("Met since"), note, columns, rows if figures.asked else [])


def _contracts(contracts, signed: ContractFigures) -> Table:
    rows = [[share.label, *_sums(share.figures)] for share in kinds_of_contracts(contracts)]
    if rows:
        rows.append([_("Total"), *_sums(signed)])
    columns = [
        Column(_("Type of contract")), Column(_("Contracts"), Unit.COUNT), Column(_("Amount excl. tax"), Unit.EUROS),
        Column(_("Insertion hours due"), Unit.HOURS), Column(_("Insertion hours done"), Unit.HOURS),
        Column(_("Jobs"), Unit.COUNT),
    ]  # fmt: skip
    note = _("Contracts that came of those introductions. Only contracts confirmed by both sides count.")
    return Table("contracts", _("Signed since"), note, columns, rows, drawn=(1,), has_total=True)


def _sums(figures: ContractFigures) -> list[int | Decimal]:
    return [figures.count, figures.amount, figures.hours_due, figures.hours_done, figures.jobs]
