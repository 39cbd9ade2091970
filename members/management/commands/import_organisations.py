from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from members.actions.imports import Tally, import_table
from members.enums import Verdict
from members.importing.findings import summary
from members.importing.reading import Table, UnreadableFile, open_table
from members.importing.rejects import RejectsWriter
from members.models import Club


class Command(BaseCommand):
    help = "Import a directory of organisations from a spreadsheet (.csv or .xlsx). Running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--club", metavar="SLUG", help="the club in whose directory the organisations stand")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--rejects", metavar="FILE", help="write the refused rows there, with the reason")

    def handle(self, *args, file, club=None, dry_run=False, rejects=None, **options):
        club = self._club(club)
        try:
            with Path(file).open("rb") as content:
                table = open_table(content)
                self._tell_columns(table)
                self._import(table, file, club, dry_run, rejects)
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror or error}") from error
        except UnreadableFile as error:
            raise CommandError(str(error)) from error

    def _club(self, slug: str | None) -> Club | None:
        if slug is None:
            return None
        club = Club.objects.filter(slug=slug).first()
        if club is None:
            known = ", ".join(Club.objects.values_list("slug", flat=True)) or "–"
            raise CommandError(_("No club “%(slug)s”. Known: %(known)s.") % {"slug": slug, "known": known})
        return club

    def _tell_columns(self, table: Table) -> None:
        names = ", ".join(table.header[index] for index in table.columns.values())
        self.stdout.write(_("Columns read: %(names)s") % {"names": names})
        if table.unused:
            self.stdout.write(_("Columns left aside: %(names)s") % {"names": ", ".join(table.unused)})

    def _import(self, table: Table, file: str, club: Club | None, dry_run: bool, rejects: str | None) -> None:
        tally = Tally()
        stream = Path(rejects).open("w", encoding="utf-8-sig", newline="") if rejects else None
        writer = RejectsWriter(stream, table.header, table.separator) if stream else None

        def note(outcomes):
            for outcome in outcomes:
                self._tell_row(outcome)
                if writer and outcome.is_refused:
                    writer.write(outcome.entry.cells, outcome.findings)

        try:
            import_table(table, tally=tally, by=None, club=club, filename=Path(file).name, write=not dry_run, each=note)
        finally:
            if stream:
                stream.close()
            self._tell(tally, dry_run)

    def _tell_row(self, outcome) -> None:
        is_told = outcome.is_refused or self.verbosity > 1
        for found in outcome.findings if is_told else []:
            if not outcome.is_refused or found.is_refusal:
                line = _("line %(number)s") % {"number": outcome.number}
                self.stdout.write(f"{line} · {Verdict(outcome.verdict).label} · {found.sentence}")

    def _tell(self, tally: Tally, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(_("Nothing was written (--dry-run)."))
        for verdict in Verdict:
            self.stdout.write(f"{tally.verdicts[verdict]:>7} {verdict.label}")
        self.stdout.write(f"{tally.warned:>7} {_('with a warning')}")
        for counter in (tally.refusals, tally.warnings):
            for code, count in counter.most_common():
                self.stdout.write(f"{count:>11} {summary(code)}")

    def execute(self, *args, **options):
        self.verbosity = options["verbosity"]
        return super().execute(*args, **options)
