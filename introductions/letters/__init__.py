from introductions.letters.contracts import (
    write_contract_confirmed,
    write_contract_disputed,
    write_contract_reminder,
    write_contract_stated,
)
from introductions.letters.introductions import (
    write_accepted,
    write_answer_reminder,
    write_asked,
    write_declined,
    write_next_date_passed,
    write_proposed,
    write_withdrawn,
)

__all__ = [
    "write_accepted",
    "write_answer_reminder",
    "write_asked",
    "write_contract_confirmed",
    "write_contract_disputed",
    "write_contract_reminder",
    "write_contract_stated",
    "write_declined",
    "write_next_date_passed",
    "write_proposed",
    "write_withdrawn",
]
