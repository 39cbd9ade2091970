from django.utils import translation

from core.models import HistoryEntry


def test_sentence_reads_days_in_the_readers_notation():
    entry = HistoryEntry(message="From %(day)s: %(what)s", values={"day": "2026-11-22", "what": "2026-13-45"})
    with translation.override("fr"):
        assert entry.sentence == "From 22/11/2026: 2026-13-45"
