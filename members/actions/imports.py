"""Taking a directory in: entries meet the organisations that are known, a batch at a time.

The command and the coordination desk both run `import_rows`; a preview is the same without the writing, so that their
verdicts are the same. A batch is one transaction; when the database refuses it, its rows are taken one by one, so that
only the row at fault is refused, and wholly.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record, record_each
from core.text import folded
from members.enums import PointSource, Verdict
from members.importing.findings import Finding, finding
from members.importing.judging import Entry, Judge
from members.importing.reading import Row, Table, UnreadableFile
from members.importing.values import Point, kilometres
from members.models import Club, Commune, Difference, Organisation, Sector
from members.models.places import TownFinder

BATCH = 500
FAR_AWAY_KM = 50
ADDRESS = ("street", "post_code", "city")
SAME_POINT = 1e-6  # degrees


@dataclass
class Outcome:
    """What became of a row; in a preview, what would."""

    entry: Entry
    verdict: str = Verdict.REFUSED
    organisation: Any = None  # an Organisation; None for a refused row
    findings: list[Finding] = field(default_factory=list)  # the entry's and those that the database brings
    point: Point | None = None  # the file's, if it can be believed
    changed: set[str] = field(default_factory=set)
    new_sectors: list[int] = field(default_factory=list)
    joins_club: bool = False
    # Fields a member wrote otherwise: (field, theirs in words). The last list holds those not asked before.
    differences: list[tuple[str, str]] = field(default_factory=list)
    new_differences: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self):
        self.findings = list(self.entry.findings)
        self.point = self.entry.point

    @property
    def number(self) -> int:
        return self.entry.number

    @property
    def is_refused(self) -> bool:
        return self.verdict == Verdict.REFUSED

    @property
    def is_warned(self) -> bool:
        return any(found.is_warning for found in self.findings)

    def say(self, code: str, **values) -> None:
        self.findings.append(finding(code, **values))

    def has_said(self, *codes: str) -> bool:
        return any(found.code in codes for found in self.findings)


@dataclass
class Tally:
    """How many rows had which verdict, and which findings."""

    verdicts: Counter = field(default_factory=Counter)
    refusals: Counter = field(default_factory=Counter)
    warnings: Counter = field(default_factory=Counter)
    warned: int = 0  # rows taken in, with at least one warning
    new_differences: int = 0

    def add(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            self.verdicts[outcome.verdict] += 1
            self.warned += outcome.is_warned and not outcome.is_refused
            self.new_differences += len(outcome.new_differences)
            counter = self.refusals if outcome.is_refused else self.warnings
            codes = {f.code for f in outcome.findings if f.is_refusal or (f.is_warning and not outcome.is_refused)}
            counter.update(codes)

    @property
    def total(self) -> int:
        return sum(self.verdicts.values())

    @property
    def has_changed_something(self) -> bool:
        return bool(self.verdicts[Verdict.CREATED] or self.verdicts[Verdict.UPDATED] or self.new_differences)

    def counts(self) -> dict[str, int]:
        """Verdicts in the order they are told, the warned rows last."""
        return {**{verdict: self.verdicts[verdict] for verdict in Verdict}, "warned": self.warned}


def import_table(
    table: Table, *, tally: Tally, by, filename: str, each: Callable[[list[Outcome]], None], club: Club | None = None,
    write: bool = True,
) -> Tally:  # fmt: skip
    """Import a whole table (or, without `write`, find out what an import would do) and write the run's history line.

    `each` is called with the outcomes of every batch, `tally` counts them. Raises UnreadableFile where the file breaks
    off; what came before stays imported and counted.
    """
    judge = Judge(table, {folded(name): pk for name, pk in Sector.objects.values_list("name", "pk")})
    try:
        for entries in _batches(judge, table.rows()):
            importer = Importer(by=by, club=club, filename=filename, now=timezone.now(), write=write)
            outcomes = importer.take(entries)
            tally.add(outcomes)
            each(outcomes)
    finally:
        if write and tally.has_changed_something:
            _record_run(tally, by=by, club=club, filename=filename)
    return tally


def _batches(judge: Judge, rows: Iterator[Row]) -> Iterator[list[Entry]]:
    """The entries of a file in batches; what comes before the place where a file breaks off is a batch of its own."""
    entries = []
    try:
        for row in rows:
            entries.append(judge.judge(row))
            if len(entries) == BATCH:
                yield entries
                entries = []
    except UnreadableFile:
        if entries:
            yield entries
        raise
    if entries:
        yield entries


class Importer:
    """Takes one batch of entries in."""

    def __init__(self, *, by, club: Club | None, filename: str, now, write: bool):
        self.by, self.club, self.filename, self.now, self.write = by, club, filename, now, write

    def take(self, entries: list[Entry]) -> list[Outcome]:
        if not self.write:
            return self._planned(entries)
        try:
            with transaction.atomic():
                return self._written(entries)
        except (DataError, IntegrityError):
            return [self._written_alone(entry) for entry in entries]

    def _written_alone(self, entry: Entry) -> Outcome:
        try:
            with transaction.atomic():
                return self._written([entry])[0]
        except (DataError, IntegrityError):
            outcome = Outcome(entry)
            outcome.say("database")
            return outcome

    # --- Planning ---

    def _planned(self, entries: list[Entry]) -> list[Outcome]:
        known = self._known([entry for entry in entries if not entry.is_refused])
        towns = self._towns(entries, known.values())
        return [
            Outcome(entry) if entry.is_refused else self._plan(entry, known.get(entry.key), towns) for entry in entries
        ]

    def _known(self, entries: list[Entry]) -> dict[tuple[str, str], Organisation]:
        found = Organisation.objects.filter(siret__in={entry.siret for entry in entries})
        found = found.prefetch_related("sectors", "clubs", "differences", "roles")
        if self.write:
            found = found.select_for_update()
        return {(organisation.siret, organisation.kind): organisation for organisation in found.order_by("pk")}

    def _towns(self, entries, organisations) -> TownFinder:
        pairs = {(e.values.get("post_code", ""), e.values.get("city", "")) for e in entries if not e.is_refused}
        pairs |= {(o.post_code, o.city) for o in organisations}
        return TownFinder(Commune.objects.all(), pairs)

    def _plan(self, entry: Entry, organisation: Organisation | None, towns: TownFinder) -> Outcome:
        outcome = Outcome(entry, organisation=organisation)
        file_town = self._judge_place(outcome, towns)
        if organisation is None:
            outcome.verdict = Verdict.CREATED
            outcome.organisation = Organisation(
                siret=entry.siret, kind=entry.kind, is_listed=self.club is not None, **entry.values
            )
            self._place(outcome, file_town, outcome.point)
            outcome.new_sectors, outcome.joins_club = entry.sectors, self.club is not None
        else:
            self._compare(outcome)
            self._compare_place(outcome, towns)
            self._compare_sectors(outcome)
            self._compare_club(outcome)
            self._tell_changes(outcome)
        self._warn_of_missing_point(outcome)
        return outcome

    def _judge_place(self, outcome: Outcome, towns: TownFinder) -> Commune | None:
        """The commune of the file's address; a point too far from it is not believed."""
        code, city = (outcome.entry.values.get(name, "") for name in ("post_code", "city"))
        town = towns.the_one(code, city)
        if (code or city) and town is None:
            outcome.say("unknown_town", value=f"{code} {city}".strip())
        elif town and city and not towns.knows_name(code, city):
            outcome.say("other_town", post_code=code, town=town.name, value=city)
        if outcome.point and town and town.point:
            distance = kilometres(outcome.point, town.point)
            if distance > FAR_AWAY_KM:
                outcome.say("far_point", km=round(distance), town=town.name)
                outcome.point = None
        return town

    def _compare(self, outcome: Outcome) -> None:
        organisation = outcome.organisation
        for name, theirs in outcome.entry.values.items():
            if getattr(organisation, name) == theirs:
                continue
            if name in organisation.edited_fields:
                self._ask(outcome, name, theirs)
            else:
                setattr(organisation, name, theirs)
                outcome.changed.add(name)

    def _ask(self, outcome: Outcome, name: str, theirs: str) -> None:
        """A member wrote something else: to be decided, unless it was decided to keep what the member wrote."""
        earlier = [d for d in outcome.organisation.differences.all() if (d.field, d.theirs) == (name, theirs)]
        if any(d.decided_at and not d.is_taken for d in earlier):
            return
        outcome.differences.append((name, theirs))
        if not any(d.decided_at is None for d in earlier):
            outcome.new_differences.append((name, theirs))

    def _compare_place(self, outcome: Outcome, towns: TownFinder) -> None:
        organisation, entry = outcome.organisation, outcome.entry
        is_ours = any(name in ADDRESS for name, _theirs in outcome.differences) or any(
            getattr(organisation, name) != entry.values.get(name, getattr(organisation, name)) for name in ADDRESS
        )
        point = None if is_ours else outcome.point  # the file's point belongs to the file's address
        town = towns.the_one(organisation.post_code, organisation.city)
        if town is None and organisation.post_code + organisation.city:
            town = (
                towns.the_one(entry.values.get("post_code", ""), entry.values.get("city", "")) if not is_ours else None
            )
        has_moved = bool(outcome.changed.intersection(ADDRESS))
        if has_moved or (town and organisation.commune_id is None):
            self._place(outcome, town, point)
        elif point and organisation.point_source != PointSource.ADDRESS and not self._is_at(organisation, point):
            self._place(outcome, town, point)

    def _is_at(self, organisation: Organisation, point) -> bool:
        return organisation.has_point and all(
            abs(one - other) < SAME_POINT
            for one, other in zip((organisation.latitude, organisation.longitude), point, strict=True)
        )

    def _place(self, outcome: Outcome, town: Commune | None, point) -> None:
        """Give the organisation its commune and the best point there is; a rough one is to be refined later."""
        organisation = outcome.organisation
        before = (organisation.commune_id, organisation.latitude, organisation.longitude, organisation.point_source)
        organisation.commune = town
        if point:
            organisation.latitude, organisation.longitude = point
            organisation.point_source = PointSource.FILE
        elif town and town.has_point:
            organisation.latitude, organisation.longitude = town.latitude, town.longitude
            organisation.point_source = PointSource.COMMUNE
        else:
            organisation.latitude = organisation.longitude = None
            organisation.point_source = PointSource.NONE
        has_address = organisation.street and organisation.post_code
        organisation.refine_after = self.now if has_address and not point else None
        organisation.refine_tries = 0
        if before != (town and town.pk, organisation.latitude, organisation.longitude, organisation.point_source):
            outcome.changed.add("point")

    def _compare_sectors(self, outcome: Outcome) -> None:
        """Sectors are only ever added; where the organisation has people, they are asked about instead."""
        organisation = outcome.organisation
        ours = {sector.pk for sector in organisation.sectors.all()}
        missing = [pk for pk in outcome.entry.sectors if pk not in ours]
        if not missing:
            return
        if organisation.roles.all() or "sectors" in organisation.edited_fields:
            names = dict(Sector.objects.filter(pk__in=missing).values_list("pk", "name"))
            self._ask(outcome, "sectors", " | ".join(names[pk] for pk in missing))
        else:
            outcome.new_sectors = missing
            outcome.changed.add("sectors")

    def _compare_club(self, outcome: Outcome) -> None:
        organisation = outcome.organisation
        if self.club is None:
            return
        outcome.joins_club = self.club.pk not in {club.pk for club in organisation.clubs.all()}
        if outcome.joins_club and not organisation.is_listed:
            organisation.is_listed = True
            outcome.changed.add("is_listed")

    def _tell_changes(self, outcome: Outcome) -> None:
        told = sorted(outcome.changed - {"is_listed"})
        outcome.verdict = Verdict.UPDATED if outcome.changed or outcome.joins_club else Verdict.UNCHANGED
        if told:
            outcome.say("changed", fields=" ".join(told))
        if outcome.joins_club:
            outcome.say("joined")
        if outcome.differences:
            outcome.say("difference", fields=" ".join(sorted(name for name, _theirs in outcome.differences)))

    def _warn_of_missing_point(self, outcome: Outcome) -> None:
        organisation = outcome.organisation
        if not organisation.has_point:
            outcome.say("nowhere")
        elif organisation.point_source == PointSource.COMMUNE:
            if not outcome.has_said("far_point", "bad_point"):
                outcome.say("no_point", town=organisation.commune.name if organisation.commune else organisation.city)

    # --- Writing ---

    def _written(self, entries: list[Entry]) -> list[Outcome]:
        outcomes = self._planned(entries)
        created = [o for o in outcomes if o.verdict == Verdict.CREATED]
        changed = [o for o in outcomes if o.verdict == Verdict.UPDATED and o.changed]
        for outcome in [*created, *changed]:
            outcome.organisation.index_words()
            outcome.organisation.updated_at = self.now
        Organisation.objects.bulk_create([o.organisation for o in created])
        self._write_changes(changed)
        self._write_relations(outcomes)
        self._write_differences([o for o in outcomes if o.new_differences])
        self._record(created, [o for o in outcomes if o.verdict == Verdict.UPDATED])
        return outcomes

    def _write_changes(self, outcomes: list[Outcome]) -> None:
        fields = set().union(*(outcome.changed for outcome in outcomes)) - {"sectors"}
        if not fields:
            return
        if "point" in fields:
            fields |= {"commune", "latitude", "longitude", "point_source", "refine_after", "refine_tries"}
        fields = (fields - {"point"}) | {"search_text", "sort_name", "updated_at"}
        Organisation.objects.bulk_update([o.organisation for o in outcomes], sorted(fields), batch_size=100)

    def _write_relations(self, outcomes: list[Outcome]) -> None:
        sectors, clubs = Organisation.sectors.through, Organisation.clubs.through
        new_sectors = [sectors(organisation=o.organisation, sector_id=pk) for o in outcomes for pk in o.new_sectors]
        sectors.objects.bulk_create(new_sectors, ignore_conflicts=True)
        if self.club:
            joining = [clubs(organisation=o.organisation, club=self.club) for o in outcomes if o.joins_club]
            clubs.objects.bulk_create(joining, ignore_conflicts=True)

    def _write_differences(self, outcomes: list[Outcome]) -> None:
        """Ask anew: a file's new value takes the place of an open question about another one."""
        for outcome in outcomes:
            organisation = outcome.organisation
            for name, theirs in outcome.new_differences:
                asked = organisation.differences.filter(field=name)
                asked.undecided().exclude(theirs=theirs).delete()
                Difference.objects.update_or_create(
                    organisation=organisation, field=name, theirs=theirs,
                    defaults={
                        "ours": our_words(organisation, name), "found_at": self.now, "decided_at": None,
                        "decided_by": None, "is_taken": False,
                    },
                )  # fmt: skip

    def _record(self, created: list[Outcome], updated: list[Outcome]) -> None:
        record_each(
            "members.organisation.imported",
            gettext_noop("Registered from the file “%(file)s”"),
            by=self.by,
            lines=[(o.organisation, {"file": self.filename}) for o in created],
        )
        record_each(
            "members.organisation.refreshed",
            gettext_noop("Updated from the file “%(file)s”"),
            by=self.by,
            lines=[(o.organisation, {"file": self.filename, "fields": ", ".join(sorted(o.changed))}) for o in updated],
        )


def our_words(organisation: Organisation, name: str) -> str:
    """What stands in a field, in words."""
    if name == "sectors":
        return " | ".join(sector.name for sector in organisation.sectors.all())
    return getattr(organisation, name)


@transaction.atomic
def _record_run(tally: Tally, *, by, club: Club | None, filename: str) -> None:
    record(
        "members.directory.imported",
        gettext_noop(
            "Imported the directory “%(file)s”: %(created)s created, %(updated)s updated, %(unchanged)s unchanged, "
            "%(refused)s refused"
        ),
        by=by,
        about=[club] if club else [],
        file=filename,
        **{str(verdict): tally.verdicts[verdict] for verdict in Verdict},
    )
