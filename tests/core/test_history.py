import pytest
from django.utils import translation

from core.models import HistoryEntry


def test_sentence_reads_days_in_the_readers_notation():
    entry = HistoryEntry(message="From %(day)s: %(what)s", values={"day": "2026-11-22", "what": "2026-13-45"})
    with translation.override("fr"):
        assert entry.sentence == "From 22/11/2026: 2026-13-45"


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [("60.00", "60", "60"), ("-1234.50", "-1\xa0234,50", "-1,234.50"), ("12.5", "12.5", "12.5"), ("7", "7", "7")],
)
def test_sentence_reads_amounts_in_the_readers_notation(value, french, english):
    entry = HistoryEntry(message="%(value)s", values={"value": value})
    for language, expected in (("fr", french), ("en", english)):
        with translation.override(language):
            assert entry.sentence == expected
