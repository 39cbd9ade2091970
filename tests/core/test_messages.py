"""The catalogue tools, on a small project of their own."""

import gettext

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from core import messages
from core.messages import Catalogue, contradictions

CODE = """
from django.utils.translation import gettext_lazy as _, gettext_noop, ngettext, npgettext_lazy, pgettext

TITLE = _("Café with " "friends")
NOTED = gettext_noop("%(name)s came")
COUNTED = ngettext("%(count)d place", "%(count)d places", 3) % {"count": 3}
MONTH = pgettext("month", "May")
SEATS = npgettext_lazy("chairs", "seat", "seats", "count")
"""
PAGE = """
{% load i18n %}
   <p title='{% translate "it's" %}'>l'été d'ici</p>
 <p>{% blocktranslate count n=places trimmed context "room" %}
      {{ n }} place
    {% plural %}
      {{ n }} places
    {% endblocktranslate %}{% include "x.html" with label=_("in a tag") %}{{ x|default:_("in a filter") }}</p>
{# Translators: not a string #}{% translate "May" context "verb" %} {% translate "100 %" %}
"""


@pytest.fixture
def project(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    for name in ("shop", "clubsite"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "apps.py").touch()
    (tmp_path / "shop" / "views.py").write_text(CODE)
    (tmp_path / "shop" / "migrations").mkdir()
    (tmp_path / "shop" / "migrations" / "0001.py").write_text('_("never")')
    (tmp_path / "templates" / "shop").mkdir(parents=True)
    (tmp_path / "templates" / "shop" / "page.html").write_text(PAGE)
    (tmp_path / "templates" / "base.html").write_text('{% translate "of the site" %}')
    return tmp_path


def translate_all(catalogue):
    """Give every string a translation that keeps its placeholders."""
    lines = []
    source = {"msgid": "", "msgid_plural": ""}
    for line in catalogue.path.read_text().splitlines():
        word, _space, rest = line.partition(" ")
        if word in source:
            source[word] = rest
        if word == "msgstr" and source["msgid"] not in ('""', ""):
            line = f"msgstr {source['msgid']}"
        if word.startswith("msgstr["):
            line = f"{word} {source['msgid_plural']}"
        lines.append(line)
    catalogue.path.write_text("\n".join(lines) + "\n")


def test_update_collects_code_and_templates_of_the_app_only(project):
    catalogue = Catalogue("shop")
    catalogue.update()
    ids = {(m.context, m.id) for m in catalogue.written() if m.id}
    assert ids == {
        (None, "Café with friends"),
        (None, "%(name)s came"),
        (None, ("%(count)d place", "%(count)d places")),
        ("month", "May"),
        ("chairs", ("seat", "seats")),
        (None, "it's"),
        ("room", ("%(n)s place", "%(n)s places")),
        (None, "in a tag"),
        (None, "in a filter"),
        ("verb", "May"),
        (None, "100 %%"),
    }
    assert {m.id for m in Catalogue("clubsite").collected() if m.id} == {"of the site"}


def test_update_keeps_translations_and_drops_what_is_gone(project):
    catalogue = Catalogue("shop")
    catalogue.update()
    translate_all(catalogue)
    before = catalogue.path.read_text()
    catalogue.update()
    assert catalogue.path.read_text() == before
    assert list(catalogue.faults()) == []
    (project / "shop" / "views.py").write_text('_("new")')
    assert "shop: stale: 'May' [month]" in list(catalogue.faults())
    catalogue.update()
    assert list(catalogue.faults()) == ["shop: untranslated: 'new'"]
    assert "fuzzy" not in catalogue.path.read_text()


@pytest.mark.parametrize(
    ("translation", "is_fault"),
    [
        ("%(name)s est venu", False),
        ("%(nom)s est venu", True),
        ("il est venu", True),
        ("%(name)s à 100 %%", False),
        ("%(name)s à 100 %", True),
    ],
)
def test_faults_name_translations_that_lose_a_value(project, translation, is_fault):
    (project / "shop" / "views.py").write_text('_("%(name)s came")')
    (project / "templates" / "shop" / "page.html").write_text("")
    catalogue = Catalogue("shop")
    catalogue.update()
    catalogue.path.write_text(catalogue.path.read_text().replace('came"\nmsgstr ""', f'came"\nmsgstr "{translation}"'))
    assert bool(list(catalogue.faults())) is is_fault


def test_compile_writes_once_and_counts_zero_in_the_french_manner(project):
    catalogue = Catalogue("shop")
    catalogue.update()
    text = catalogue.path.read_text()
    catalogue.path.write_text(
        text.replace('msgstr[0] ""', 'msgstr[0] "une"').replace('msgstr[1] ""', 'msgstr[1] "des"')
    )
    assert catalogue.compile() is True
    assert catalogue.compile() is False
    with catalogue.compiled_path.open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert [french.npgettext("chairs", "seat", "seats", n) for n in (0, 1, 2)] == ["une", "une", "des"]


def test_contradictions_name_a_string_translated_in_two_ways(project):
    for name, translation in (("shop", "Mai"), ("clubsite", "mai")):
        path = Catalogue(name).path
        path.parent.mkdir(parents=True)
        path.write_text(f'{messages.HEADER}msgid "May"\nmsgstr "{translation}"\n')
    assert len(list(contradictions())) == 1


def test_update_takes_the_translation_that_another_catalogue_has(project):
    path = Catalogue("clubsite").path
    path.parent.mkdir(parents=True)
    path.write_text(f'{messages.HEADER}msgctxt "month"\nmsgid "May"\nmsgstr "mai"\n')
    Catalogue("shop").update()
    assert Catalogue("shop").written().get("May", "month").string == "mai"
    assert Catalogue("shop").written().get("May", "verb").string == ""


def test_command_fails_when_a_string_is_untranslated(project):
    call_command("update_messages", app="shop")
    with pytest.raises(CommandError):
        call_command("update_messages", app="shop", check=True)
