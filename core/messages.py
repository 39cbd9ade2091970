"""The French catalogues: collect the marked strings, keep their translations, say what is missing, compile.

Every app has its own catalogue beside its code, so that two people who write two apps never meet in one file; the
site's own strings and the shared templates go to the root. A string has one translation, whichever catalogues it
stands in (see `contradictions`). Babel does the work, no gettext program is needed: an update never guesses (nothing
is marked fuzzy), drops what is gone, and writes no line number and no date, so that diffs stay small.
"""

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = "clubsite"  # its strings, and those of the shared templates, fill the root catalogue
LANGUAGE = "fr"
HEADER = r"""msgid ""
msgstr ""
"Language: fr\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

"""
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_SUFFIXES = {".html", ".txt"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\{.*?\}\}|\{\w*\}")


@dataclass(frozen=True)
class Catalogue:
    """One app's French catalogue: where its strings stand in the code, and the file with their translations."""

    name: str

    @property
    def path(self) -> Path:
        folder = settings.BASE_DIR if self.name == ROOT else settings.BASE_DIR / self.name
        return folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    @property
    def compiled_path(self) -> Path:
        return self.path.with_suffix(".mo")

    def sources(self) -> Iterator[Path]:
        """Its Python files and templates, in a stable order."""
        for path in sorted((settings.BASE_DIR / self.name).rglob("*.py")):
            if not {"migrations", "tests"} & set(path.relative_to(settings.BASE_DIR).parts):
                yield path
        templates = settings.BASE_DIR / "templates"
        others = set(app_names())
        for path in sorted(templates.rglob("*")):
            folder = path.relative_to(templates).parts[0]
            is_own = folder == self.name or (self.name == ROOT and folder not in others)
            if is_own and path.suffix in TEMPLATE_SUFFIXES:
                yield path

    def collected(self) -> Catalog:
        """What the code and the templates ask for today, without translations."""
        catalog = Catalog(locale=LANGUAGE)
        for path in self.sources():
            place = path.relative_to(settings.BASE_DIR).as_posix()
            for _line, message, _comments, context in extract("python", _as_python(path), KEYWORDS):
                catalog.add(message, locations=[(place, 0)], context=context)
        return catalog

    def written(self) -> Catalog:
        """What the committed file holds."""
        if not self.path.exists():
            return Catalog(locale=LANGUAGE)
        with self.path.open("rb") as file:
            return read_po(file, locale=LANGUAGE, abort_invalid=True)

    def update(self) -> None:
        """Write the file anew: today's strings with the translations that they had, here or in another catalogue."""
        catalog = self.collected()
        written = [self.written(), *(other.written() for other in catalogues() if other != self)]
        for message in _messages(catalog):
            for known in (source.get(message.id, message.context) for source in written):
                if known and known.pluralizable == message.pluralizable and any(_forms(known)):
                    message.string = known.string
                    message.flags |= known.flags & {"fuzzy"}  # somebody's own doubt is kept, and `faults` names it
                    break
        text = io.BytesIO()
        write_po(text, catalog, width=120, omit_header=True, sort_output=True, include_lineno=False)
        content = HEADER + text.getvalue().decode().strip() + "\n"
        if len(catalog) or self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(content, encoding="utf-8")

    def faults(self) -> Iterator[str]:
        """One line for every string that is missing, untranslated, unsure, unusable or no longer asked for."""
        collected, written = self.collected(), self.written()
        for message in _messages(collected):
            known = written.get(message.id, message.context)
            if known is None or known.pluralizable != message.pluralizable:
                yield self._line("missing", message)
            elif not _is_translated(known):
                yield self._line("untranslated", message)
            elif known.fuzzy:
                yield self._line("fuzzy", message)
            elif not _has_same_placeholders(known):
                yield self._line("placeholders differ", message)
        for message in [*_messages(written), *written.obsolete.values()]:
            if collected.get(message.id, message.context) is None:
                yield self._line("stale", message)

    def compile(self) -> bool:
        """Write the .mo that Django reads, unless it is newer than the .po. True if it was written."""
        if not self.path.exists():
            return False
        if self.compiled_path.exists() and self.compiled_path.stat().st_mtime > self.path.stat().st_mtime:
            return False
        partial = self.compiled_path.with_suffix(".mo.partial")  # replaced at once: a server may be reading
        with partial.open("wb") as file:
            write_mo(file, self.written())
        partial.replace(self.compiled_path)
        return True

    def _line(self, fault: str, message: Message) -> str:
        context = f" [{message.context}]" if message.context else ""
        return f"{self.name}: {fault}: {_singular(message)!r}{context}"


def app_names() -> list[str]:
    """The apps of this project, by their folders (a catalogue can be mended while another app does not import)."""
    return sorted(path.parent.name for path in settings.BASE_DIR.glob("*/apps.py"))


def catalogues() -> list[Catalogue]:
    return [Catalogue(name) for name in app_names()]


def contradictions() -> Iterator[str]:
    """Django merges all catalogues: a string translated in two ways would read as whichever was loaded last."""
    seen: dict[tuple, tuple[str, Message]] = {}
    for catalogue in catalogues():
        for message in _messages(catalogue.written()):
            key = (message.context, _singular(message))
            first, other = seen.setdefault(key, (catalogue.name, message))
            if _is_translated(message) and _is_translated(other) and _forms(message)[0] != _forms(other)[0]:
                yield f"{first} and {catalogue.name} differ on {key[1]!r}: {_forms(other)[0]!r}, {_forms(message)[0]!r}"


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _as_python(path: Path) -> io.BytesIO:
    text = path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATE_SUFFIXES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            text = f"(\n{templatize(text, origin=str(path))}\n)"  # in brackets, its indents mean nothing
    return io.BytesIO(text.encode())


def _singular(message: Message) -> str:
    return message.id[0] if message.pluralizable else message.id


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string,)


def _is_translated(message: Message) -> bool:
    return all(_forms(message))


def _has_same_placeholders(message: Message) -> bool:
    """Each form names the values of its source; the singular may also name those of the plural (0 is singular)."""
    sources = message.id if message.pluralizable else (message.id,)
    return all(
        _placeholders(form) in (_placeholders(source), _placeholders(sources[-1]))
        for form, source in zip(_forms(message), sources, strict=True)
    )


def _placeholders(text: str) -> tuple[frozenset, bool]:
    """The values that a string names, and whether it has a bare % (which breaks a string with values)."""
    found = frozenset(" ".join(match.split()) for match in PLACEHOLDER.findall(text))
    return found, "%" in PLACEHOLDER.sub("", text.replace("%%", ""))
