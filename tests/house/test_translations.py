"""French has no gap, and counts in the French manner: none and one are singular."""

import pytest
from django.utils import translation

from core.messages import Catalogue, app_names, catalogues, contradictions


@pytest.mark.parametrize("name", app_names())
def test_catalogue_has_no_gap(name):
    assert list(Catalogue(name).faults()) == []


def test_catalogues_translate_the_same_string_the_same_way():
    assert list(contradictions()) == []


def test_plural_of_none_is_singular():
    plurals = [m for catalogue in catalogues() for m in catalogue.written() if m.pluralizable and all(m.string)]
    assert plurals
    with translation.override("fr"):
        for message in plurals:
            found = [_ngettext(message, count) for count in (0, 1, 2)]
            assert found == [message.string[0], message.string[0], message.string[1]]


def _ngettext(message, count):
    if message.context:
        return translation.npgettext(message.context, *message.id, count)
    return translation.ngettext(*message.id, count)
