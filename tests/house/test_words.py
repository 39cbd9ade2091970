"""French as it is set in print, in every catalogue."""

import re
from collections.abc import Iterator

import pytest

from core.messages import app_names, catalogues

# What is no prose: tags, values, addresses, HTML entities.
NO_PROSE = re.compile(r"<[^>]+>|%\(\w+\)[-+\d.]*[sdif]|\{\w*\}|https?://\S+|&\w+;")
FAULTS = {
    "a straight apostrophe": re.compile(r"(?<=\w)'(?=\w)"),
    "no no-break space before : ; ! ?": re.compile(r"(?<![\u00a0\u202f:;!?])[:;!?](?=[\s.)»”]|$)"),
    "no no-break space inside « »": re.compile(r"«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»"),
    "quotation marks that are not « »": re.compile(r"[“”\"]"),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
    "two spaces": re.compile(r"[ \u00a0\u202f]{2}(?=\S)"),
    "an ordinary space before % or €": re.compile(r"(?<=[\dX]) [%€]"),
    "an English word": re.compile(r"\b(the|and|with|your|you|this|of|please|not|has|was)\b", re.IGNORECASE),
    "« e-mail » for « courriel »": re.compile(r"\be-?mails?\b", re.IGNORECASE),
}
# The same in French and in English.
ALIKE = {
    "%", "Actions", "Administration", "BIC", "CSV", "Club", "Clubs", "Code", "Confirmation", "Contact", "Coordination", "Date",
    "Dates",
    "Description", "Guadeloupe", "HTML", "IBAN", "Invitation", "Invitations", "Journal",
    "Question", "Questions", "question", "questions",
    "La Réunion", "Label", "Labels", "Logo", "Martinique", "Mayotte",
    "Menu", "Message", "Note", "Organisation", "Organisations", "Page", "Pages", "Participants", "Place", "Places",
    "Programme", "SIRET", "Saint-Pierre-et-Miquelon", "Speed meeting", "Structure", "Structures", "Total", "Verdict",
    "Verdicts", "club", "clubs", "code", "commune", "communes", "description", "import", "imports", "invitation",
    "invitations", "journal", "label", "labels", "latitude", "logo", "longitude", "message", "note", "notes", "organisation",
    "organisations", "place", "places", "point", "quota", "quotas", "structure", "total", "verdict", "verdicts",
    "Documents", "Minutes", "Pause", "Photo", "Photos", "document", "documents", "minutes",
    "%(shown)s organisation", "%(shown)s organisations", "Axes", "PDF", "Quota", "Satisfaction",
    "axes", "points", "l j F Y",  # how a date is written
    "Signature", "signature", "signatures", "Badges", "Badges – %(event)s", "badges",
    "%(n)+d points", "%(structures)s structure", "%(structures)s structures",
    "%(count)s organisation", "%(count)s organisations", "%(n)s organisation", "%(n)s organisations",
}  # fmt: skip


def faults_of(text: str) -> list[str]:
    prose = NO_PROSE.sub("X", text)
    return [name for name, pattern in FAULTS.items() if pattern.search(prose)]


def translations(name: str) -> Iterator[tuple[str, str]]:
    """(source, French) of every form of every string of a catalogue."""
    catalogue = next(one for one in catalogues() if one.name == name)
    for message in catalogue.written():
        if message.pluralizable:
            yield from zip(message.id, message.string, strict=True)
        elif message.id:
            yield message.id, message.string


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("Aujourd'hui", ["a straight apostrophe"]),
        ("L’adhésion est gratuite !", ["no no-break space before : ; ! ?"]),
        ("L’adhésion est gratuite\u00a0! À 16:30, voir https://club.example.org/?q=1", []),
        ("« Ici »", ["no no-break space inside « »"]),
        ("«\u00a0Ici\u00a0»", []),
        ("Un instant...", ["three dots for an ellipsis"]),
        ("Votre courriel", []),
        ("Votre e-mail", ["« e-mail » for « courriel »"]),
        ("Vos emails", ["« e-mail » for « courriel »"]),
        ("Save and go", ["an English word"]),
        ("%(n)s %", ["an ordinary space before % or €"]),
    ],
)
def test_faults_are_found(text, faults):
    assert faults_of(text) == faults


@pytest.mark.parametrize("name", app_names())
def test_catalogue_is_set_as_french_is(name):
    found = [f"{french!r}: {fault}" for _source, french in translations(name) for fault in faults_of(french)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", app_names())
def test_catalogue_leaves_nothing_in_english(name):
    same = {french for source, french in translations(name) if french == source}
    assert sorted(same - ALIKE) == []


def test_words_alike_in_both_languages_are_still_used():
    used = {french for name in app_names() for source, french in translations(name) if french == source}
    assert sorted(ALIKE - used) == []
