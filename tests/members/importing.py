"""A directory file in memory, and the import run over it."""

import csv
import io

from members.actions.imports import Outcome, Tally, import_table
from members.importing.reading import open_table
from tests.factories import siret

HEADER = ["Raison sociale", "Enseigne", "SIRET", "Type", "NAF", "Adresse", "Code postal", "Ville", "Téléphone", "E-mail",
          "Site web", "Latitude", "Longitude", "Secteurs"]  # fmt: skip
WELL = {
    "Raison sociale": "Les Ateliers du Parc", "SIRET": siret(5001), "Type": "EI", "NAF": "8121Z",
    "Adresse": "1 rue de la Paix", "Code postal": "92000", "Ville": "Nanterre", "Latitude": "48.89", "Longitude": "2.2",
}  # fmt: skip


def row(**changes) -> dict[str, str]:
    """A good row with some cells changed; `_` stands for a space in a column's name."""
    return {**WELL, **{name.replace("_", " "): value for name, value in changes.items()}}


def as_csv(rows, *, header=HEADER, separator=";", encoding="utf-8", before="", newline="\r\n") -> bytes:
    stream = io.StringIO(newline="")
    stream.write(before)
    writer = csv.DictWriter(stream, header, delimiter=separator, lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


def run(content: bytes, *, club=None, write=True, by=None, filename="annuaire.csv") -> tuple[Tally, list[Outcome]]:
    outcomes: list[Outcome] = []
    tally = Tally()
    table = open_table(io.BytesIO(content))
    import_table(table, tally=tally, by=by, club=club, filename=filename, write=write, each=outcomes.extend)
    return tally, outcomes


def codes(outcome: Outcome) -> set[str]:
    return {found.code for found in outcome.findings}
