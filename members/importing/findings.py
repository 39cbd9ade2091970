"""What an import can say of a row: why it is refused, what is doubtful, what was noticed.

A finding is kept as a code with values, so that everybody reads it in their own language.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext, gettext_noop

from members.models import Organisation

REFUSALS = {
    "no_name": gettext_noop("No name."),
    "name_too_long": gettext_noop("The name has more than %(limit)s characters."),
    "no_siret": gettext_noop("No SIRET."),
    "siret_shortened": gettext_noop(
        "A spreadsheet has shortened the SIRET to %(value)s and lost its last digits: format the column as text and copy "
        "the 14 digits again."
    ),
    "siret_characters": gettext_noop("The SIRET %(value)s holds something else than digits."),
    "siret_siren": gettext_noop("%(value)s is a SIREN (9 digits): the SIRET of the establishment has 14."),
    "siret_length": gettext_noop("The SIRET %(value)s has %(count)s digits instead of 14."),
    "siret_key": gettext_noop(
        "The SIRET %(value)s does not exist: its control key does not match, so a digit is wrong."
    ),
    "no_kind": gettext_noop("No kind of organisation."),
    "unknown_kind": gettext_noop(
        "The kind “%(value)s” is not known: write company, public buyer, EI, ACI, AI, ETTI, ESAT…"
    ),
    "vague_kind": gettext_noop("The kind “%(value)s” does not say which one: write EI, ACI, AI, ETTI, EA, ESAT…"),
    "several_kinds": gettext_noop("Several kinds in one row (%(value)s): write one row for each kind."),
    "duplicate": gettext_noop("The same SIRET and kind already stand on line %(line)s."),
    "too_many_cells": gettext_noop(
        "%(count)s cells for %(expected)s columns: a value that holds the separator lacks its quotation marks."
    ),
    "open_quote": gettext_noop(
        "A quotation mark is not closed here, so that the following lines are part of this row."
    ),
    "unreadable_characters": gettext_noop("Some characters cannot be read: save the file as UTF-8."),
    "header_again": gettext_noop("This row repeats the headers of the columns."),
    "database": gettext_noop("The database has refused this row."),
}
WARNINGS = {
    "siret_padded": gettext_noop("The SIRET had lost its leading zero: read as %(value)s."),
    "no_naf": gettext_noop("No NAF code."),
    "bad_naf": gettext_noop("“%(value)s” is no NAF code (such as 3811Z): left out."),
    "bad_post_code": gettext_noop("“%(value)s” is no French post code: left out."),
    "bad_phone": gettext_noop("“%(value)s” is no phone number: left out."),
    "bad_email": gettext_noop("“%(value)s” is no e-mail address: left out."),
    "bad_website": gettext_noop("“%(value)s” is no web address: left out."),
    "several_values": gettext_noop("Several values (%(field)s): only the first is kept."),
    "too_long": gettext_noop("A value is too long (%(field)s): left out."),
    "error_cell": gettext_noop("The spreadsheet shows an error (%(field)s): left out."),
    "unknown_sector": gettext_noop("The sector “%(value)s” is not known: left out."),
    "cedex": gettext_noop("CEDEX address: a post office, not a place."),
    "other_town": gettext_noop("%(post_code)s is the post code of %(town)s, not of “%(value)s”."),
    "unknown_town": gettext_noop("No commune is known at “%(value)s”."),
    "no_point": gettext_noop("No point: the centre of %(town)s stands in."),
    "nowhere": gettext_noop("No point, and no commune to take one from: this organisation will not be on the map."),
    "bad_point": gettext_noop("“%(value)s” is no point in degrees: left out."),
    "far_point": gettext_noop("The point lies %(km)s km from %(town)s: the centre of the commune stands in."),
    "difference": gettext_noop("Its members wrote something else (%(fields)s): kept as it is, to be decided."),
}
NOTES = {
    "changed": gettext_noop("Changed: %(fields)s."),
    "joined": gettext_noop("Added to the club’s directory."),
}
SENTENCES = {**REFUSALS, **WARNINGS, **NOTES}


@dataclass(frozen=True)
class Finding:
    """Something to say of a row. Values are plain texts; `field` and `fields` name columns by their code."""

    code: str
    values: dict = field(default_factory=dict)

    @property
    def is_refusal(self) -> bool:
        return self.code in REFUSALS

    @property
    def is_warning(self) -> bool:
        return self.code in WARNINGS

    @property
    def sentence(self) -> str:
        """The whole sentence, in the language of the moment."""
        values = dict(self.values)
        for name in ("field", "fields"):
            if name in values:
                values[name] = ", ".join(field_label(code) for code in values[name].split())
        return gettext(SENTENCES[self.code]) % values

    def as_json(self) -> list:
        return [self.code, self.values]


def finding(code: str, **values) -> Finding:
    return Finding(code, {name: str(value)[:120] for name, value in values.items()})


def from_json(stored: list) -> Finding:
    return Finding(stored[0], stored[1])


def field_label(code: str) -> str:
    """What a column of ours is called; a point stands for latitude and longitude."""
    return gettext("point") if code == "point" else str(Organisation._meta.get_field(code).verbose_name)


def summary(code: str) -> str:
    """A finding counted over a whole file, so without its values."""
    return gettext(SUMMARIES.get(code, SENTENCES[code]))


SUMMARIES = {
    "name_too_long": gettext_noop("Name too long"),
    "siret_shortened": gettext_noop("SIRET shortened by a spreadsheet"),
    "siret_characters": gettext_noop("SIRET with something else than digits"),
    "siret_siren": gettext_noop("SIREN instead of a SIRET"),
    "siret_length": gettext_noop("SIRET without its 14 digits"),
    "siret_key": gettext_noop("SIRET with a wrong digit"),
    "unknown_kind": gettext_noop("Unknown kind"),
    "vague_kind": gettext_noop("Kind too vague"),
    "several_kinds": gettext_noop("Several kinds in one row"),
    "duplicate": gettext_noop("Same SIRET and kind twice in the file"),
    "too_many_cells": gettext_noop("More cells than columns"),
    "open_quote": gettext_noop("Quotation mark not closed"),
    "no_name": gettext_noop("No name"),
    "no_siret": gettext_noop("No SIRET"),
    "no_kind": gettext_noop("No kind of organisation"),
    "unreadable_characters": gettext_noop("Unreadable characters"),
    "header_again": gettext_noop("Headers repeated"),
    "database": gettext_noop("Refused by the database"),
    "siret_padded": gettext_noop("SIRET whose leading zero was restored"),
    "no_naf": gettext_noop("No NAF code"),
    "bad_naf": gettext_noop("NAF code left out"),
    "bad_post_code": gettext_noop("Post code left out"),
    "bad_phone": gettext_noop("Phone number left out"),
    "bad_email": gettext_noop("E-mail address left out"),
    "bad_website": gettext_noop("Web address left out"),
    "several_values": gettext_noop("Several values, only the first kept"),
    "too_long": gettext_noop("Value too long, left out"),
    "error_cell": gettext_noop("Spreadsheet error, left out"),
    "unknown_sector": gettext_noop("Unknown sector"),
    "cedex": gettext_noop("CEDEX address"),
    "other_town": gettext_noop("Post code and town that do not agree"),
    "unknown_town": gettext_noop("Unknown commune"),
    "no_point": gettext_noop("No point: centre of the commune"),
    "nowhere": gettext_noop("No point at all"),
    "bad_point": gettext_noop("Point left out"),
    "far_point": gettext_noop("Point over 50 km from its commune"),
    "difference": gettext_noop("Differences to be decided"),
}
