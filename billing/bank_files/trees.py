"""XML as a bank sends it, parsed so that a hostile file can neither read, nor fetch, nor swell anything."""

import re
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _
from lxml import etree

from billing.bank_files.statement import StatementUnreadable
from core.money import CENT
from members.importing.values import clean_text

# In all of these the sign « < » is one plain byte (two in UTF-16), so that a DOCTYPE cannot hide from the search below.
_ENCODINGS = {
    "utf-8",
    "utf8",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "us-ascii",
    "iso-8859-1",
    "iso-8859-15",
    "windows-1252",
}
_DECLARED = re.compile(rb"\s*(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_TYPED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_AMOUNT = re.compile(r"\+?([0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]+)")
_NOT_IN_ENCODING = {etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_INVALID_CHAR,
                    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING, etree.ErrorTypes.ERR_UNKNOWN_ENCODING}  # fmt: skip


def parse(content: bytes) -> etree._Element:
    """The root of a document. Raises StatementUnreadable for what is damaged or bears a DOCTYPE."""
    plain = content.replace(b"\0", b"")
    if _TYPED.search(plain):
        raise StatementUnreadable(
            _("This XML file holds a DOCTYPE or entities, which no bank sends: it is refused for safety.")
        )
    if (declared := _DECLARED.match(plain)) and declared[1].decode("ascii", "replace").lower() not in _ENCODINGS:
        raise StatementUnreadable(_("This XML file is written in an encoding that no bank uses."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise StatementUnreadable(_sentence(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise StatementUnreadable(
            _("This XML file holds a DOCTYPE or entities, which no bank sends: it is refused for safety.")
        )
    return root


def _sentence(error: etree.XMLSyntaxError) -> str:
    if error.code in _NOT_IN_ENCODING:
        sentence = _("Some characters of this XML file cannot be read (line %(line)s): export it again.")
    else:
        sentence = _("This XML file is damaged or breaks off at line %(line)s: export it again.")
    return sentence % {"line": error.lineno or 1}


# --- Looking into a tree, whatever its namespace ----------------------------------------------------------------------


@lru_cache(maxsize=200)
def path(steps: str) -> str:
    """`A/B` as a path that finds these elements in any namespace."""
    return "/".join(f"{{*}}{step}" for step in steps.split("/"))


def all_of(node: etree._Element, steps: str) -> list[etree._Element]:
    return node.findall(path(steps))


def first_of(node: etree._Element, *several: str) -> etree._Element | None:
    """The first element at the first of these paths where there is one."""
    return next((found for steps in several if (found := node.find(path(steps))) is not None), None)


def text_at(node: etree._Element, *several: str) -> str:
    """The text of the first element that has some, at the first of these paths."""
    for steps in several:
        for found in all_of(node, steps):
            if text := clean_text(found.text or ""):
                return text
    return ""


def amount_in(node: etree._Element | None) -> Decimal | None:
    """The amount an element holds: None without one, or for one that is no whole number of cents."""
    match = _AMOUNT.fullmatch((node.text or "").strip()) if node is not None else None
    if match is None:
        return None
    amount = Decimal(match[1])
    return amount.quantize(CENT) if amount == amount.quantize(CENT) else None
