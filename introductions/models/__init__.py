from introductions.models.contracts import Contract
from introductions.models.introductions import Introduction, Note

__all__ = ["Contract", "Introduction", "Note"]
