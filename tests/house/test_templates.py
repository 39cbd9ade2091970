"""Every template compiles, and nothing in it needs the security policy to be loosened."""

import re

import pytest
from django.conf import settings
from django.template.loader import get_template
from lucide import IconDoesNotExist

from core.templatetags.kit import icon

FOLDER = settings.BASE_DIR / "templates"
NAMES = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*")
    if path.suffix in {".html", ".txt", ".xml", ".svg"}
)
PAGES = [name for name in NAMES if name.endswith(".html")]
LETTERS = {"core/letter.html"}  # its style sheet is inlined before it leaves

ICON_NAMES = re.compile(r"""{% icon "([^"]+)"|\bicon="([^"]+)\"""")

COMMENTS = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", re.DOTALL)
TEMPLATE_TAGS = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
FORBIDDEN = {
    "a script inside the page": r"<script(?![^>]*\ssrc=)",
    "a style sheet inside the page": r"<style\b",
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "an event attribute": r"<[^>]*\s(on[a-z]+|hx-on[^=]*)\s*=",
    "a javascript: address": r"[\"']\s*javascript:",
    "a file from another host": r"<(script|img|iframe|source|link)\b[^>]*\s(src|href)=[\"'](https?:)?//",
}


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", sorted(set(PAGES) - LETTERS))
def test_template_keeps_to_the_security_policy(name):
    text = COMMENTS.sub("", (FOLDER / name).read_text())
    text = TEMPLATE_TAGS.sub("_", text)
    assert [fault for fault, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("name", PAGES)
def test_template_names_only_icons_that_exist(name):
    for names in ICON_NAMES.findall((FOLDER / name).read_text()):
        assert icon("".join(names)).startswith("<svg")


def test_icon_that_does_not_exist_is_an_error():
    assert ICON_NAMES.findall('{% icon "mail-question" 18 %}{% include "x" with icon="circle-help" %}') == [
        ("mail-question", ""),
        ("", "circle-help"),
    ]
    with pytest.raises(IconDoesNotExist):
        icon("mail-question")


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("components/")])
def test_component_says_its_options_on_top(name):
    assert (FOLDER / name).read_text().lstrip().startswith(("{% comment", "{#"))


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<script>alert(1)</script>", "a script inside the page"),
        ('<script type="module" src="x.js"></script>', None),
        ('<p class="x"\n style="color: red">', "a style attribute"),
        ('<a onclick="go()">', "an event attribute"),
        ('<a hx-on:click="go()">', "an event attribute"),
        ('<p data-on="x">one = "two"</p>', None),
        ('<link rel="stylesheet" href="//cdn.example.org/x.css">', "a file from another host"),
    ],
)
def test_forbidden_patterns_find_what_they_name(html, fault):
    assert [name for name, pattern in FORBIDDEN.items() if re.search(pattern, html)] == ([fault] if fault else [])
