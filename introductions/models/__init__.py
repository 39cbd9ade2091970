from introductions.models.contracts import Contract
from introductions.models.introductions import ANSWER_DAYS, Introduction, Note, clubs_shared_by, present_contact

__all__ = ["ANSWER_DAYS", "Contract", "Introduction", "Note", "clubs_shared_by", "present_contact"]
