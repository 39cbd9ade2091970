"""Reading what a bank has seen: a statement as CAMT.053 or CSV, without the database.

`statement` (the nouns) ← `checks`, `values`, `decoding`, `trees` ← `columns` ← `tables`, `entries` ← `rows`, `camt`
← `reading` (bytes to a statement); `fingerprints` tell what was imported before.
"""

from billing.bank_files.fingerprints import fingerprint, fingerprints
from billing.bank_files.reading import read_statement
from billing.bank_files.statement import Movement, RowFault, Statement, StatementUnreadable

__all__ = [
    "Movement",
    "RowFault",
    "Statement",
    "StatementUnreadable",
    "fingerprint",
    "fingerprints",
    "read_statement",
]
