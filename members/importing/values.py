"""Cells brought into the one form that is stored. Each function gives the value, or raises `Doubt` with the finding."""

import math
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from core.text import folded
from members.codes import clean_naf, clean_post_code, clean_siret
from members.enums import OrganisationKind
from members.importing.findings import Finding, finding


class Doubt(Exception):  # noqa: N818 - an outcome, not a failure
    """The cell cannot be taken as it is; the finding says why."""

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.finding: Finding = finding(code, **values)


# --- Text -------------------------------------------------------------------------------------------------------------

_ERROR_CELL = re.compile(
    r"^#(N/?A|REF!|VALEUR!|VALUE!|DIV/0!|NOM\s?\?|NAME\?|NUL!|NULL!|NOMBRE!|NUM!|SPILL!)$", re.IGNORECASE
)
_NOTHING = {
    "",
    "nr",
    "nc",
    "n c",
    "n a",
    "na",
    "neant",
    "non renseigne",
    "non communique",
    "inconnu",
    "null",
    "none",
    "aucun",
}
_GUARD = re.compile(r"^['’](?=[=+\-@])")


def clean_text(cell: str) -> str:
    """One line of text: composed letters, plain spaces, no control characters, `l''hôtel` with one apostrophe.

    The apostrophe that our own list of refused rows puts before =, +, - and @ goes again.
    """
    text = cell
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text)
        text = "".join(c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"} else " " for c in text)
    return _GUARD.sub("", " ".join(text.split())).replace("''", "'")


def clean_block(cell: str) -> str:
    """Text of several lines."""
    lines = [clean_text(line) for line in cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_nothing(text: str) -> bool:
    """A way of writing that there is no value: an empty cell, a dash, « non renseigné », n/a."""
    return folded(text) in _NOTHING


def is_error_cell(text: str) -> bool:
    return bool(_ERROR_CELL.match(text.strip()))


# --- Codes ------------------------------------------------------------------------------------------------------------

_SHORTENED = re.compile(r"^\d[.,]?\d*E\+?\d+$", re.IGNORECASE)
_DECIMALS = re.compile(r"[.,]0+$")
_NOT_SHOWN = re.compile(r"[\s.\-_/'’\u200b-\u200f\u2010-\u2015\u2060\ufeff]+")


def clean_siret_cell(cell: str) -> tuple[str, Finding | None]:
    """The 14 digits, and a warning if a lost leading zero came back.

    A zero is given back to 13 digits only when SIREN and SIRET then both pass their control keys: one chance in a
    hundred for a number that was mistyped instead.
    """
    shown = clean_text(cell)
    if not shown:
        raise Doubt("no_siret")
    number = re.sub(r"^(n°|no|num[ée]ro)?\s*siret\s*:?\s*", "", shown, flags=re.IGNORECASE)
    if _SHORTENED.match(_NOT_SHOWN.sub("", number.replace(",", "~")).replace("~", ",")) or _SHORTENED.match(number):
        raise Doubt("siret_shortened", value=shown)
    digits = _NOT_SHOWN.sub("", number)
    if not _passes(digits):  # 14 right digits are taken as they are, even when a dot stands before a last zero
        digits = _NOT_SHOWN.sub("", _DECIMALS.sub("", number))
    if not digits:
        raise Doubt("no_siret")
    if not (digits.isascii() and digits.isdigit()):
        raise Doubt("siret_characters", value=shown)
    if len(digits) == 13 and _passes(padded := f"0{digits}"):
        return padded, finding("siret_padded", value=padded)
    if len(digits) == 9:
        raise Doubt("siret_siren", value=shown)
    if len(digits) != 14:
        raise Doubt("siret_length", value=shown, count=len(digits))
    if not _passes(digits):
        raise Doubt("siret_key", value=shown)
    return digits, None


def _passes(digits: str) -> bool:
    try:
        return clean_siret(digits) == digits and not digits.startswith("000000000")
    except ValidationError:
        return False


def clean_naf_cell(text: str) -> str:
    """A NAF code; 111Z is 0111Z whose zero a spreadsheet dropped."""
    code = re.sub(r"[\s.\-]+", "", text).upper()
    try:
        return clean_naf(code.zfill(5) if re.fullmatch(r"\d{3}[A-Z]", code) else code)
    except ValidationError as error:
        raise Doubt("bad_naf", value=text) from error


def clean_post_code_cell(text: str) -> str:
    try:
        return clean_post_code(re.sub(r"^(F|FR)\s*-?\s*(?=\d)", "", _DECIMALS.sub("", text), flags=re.IGNORECASE))
    except ValidationError as error:
        raise Doubt("bad_post_code", value=text) from error


# --- Kinds ------------------------------------------------------------------------------------------------------------

_K = OrganisationKind
# As `_compact` writes them.
_KIND_WORDS: dict[str, tuple[str, ...]] = {
    _K.COMPANY: ("company", "entreprise", "entrepriseclassique", "entrepriseprivee", "societe", "tpe", "pme", "eti",
                 "grandgroupe", "grandeentreprise"),
    _K.PUBLIC_BUYER: ("publicbuyer", "acheteurpublic", "acheteusepublique", "donneurdordre", "donneurdordrepublic",
                      "collectivite", "collectiviteterritoriale", "collectivitelocale", "mairie", "commune",
                      "departement", "region", "epci", "communautedagglomeration", "communautedecommunes", "metropole",
                      "bailleursocial", "bailleur", "hopital", "etablissementpublic"),
    _K.EI: ("ei", "entreprisedinsertion", "entreprisesdinsertion"),
    _K.ACI: ("aci", "atelierchantierdinsertion", "atelieretchantierdinsertion", "atelierschantiersdinsertion",
             "ateliersetchantiersdinsertion", "atelieretchantiersdinsertion", "chantierdinsertion", "chantiersdinsertion"),
    _K.AI: ("ai", "associationintermediaire", "associationsintermediaires"),
    _K.ETTI: ("etti", "entreprisedetravailtemporairedinsertion", "entreprisesdetravailtemporairedinsertion",
              "interimdinsertion", "agencedinterimdinsertion"),
    _K.EITI: ("eiti", "entreprisedinsertionparletravailindependant", "entreprisesdinsertionparletravailindependant"),
    _K.GEIQ: ("geiq", "groupementdemployeurspourlinsertionetlaqualification"),
    _K.SEP: ("sep", "structuredetravailpenitentiaire", "structuredinsertionenmilieupenitentiaire", "travailpenitentiaire"),
    _K.EA: ("ea", "entrepriseadaptee", "entreprisesadaptees"),
    _K.EATT: ("eatt", "entrepriseadapteedetravailtemporaire"),
    _K.ESAT: ("esat", "etablissementetservicedaideparletravail", "etablissementetservicesdaideparletravail",
              "etablissementouservicedaideparletravail", "etablissementetservicedaccompagnementparletravail",
              "etablissementdaideparletravail"),
    _K.OTHER_ESS: ("otheress", "ess", "autreess", "structuredeless", "autrestructuredeless", "association", "cooperative",
                   "scop", "scic", "fondation", "mutuelle", "esus", "entrepriseess"),
    _K.NETWORK: ("network", "reseau", "tetedereseau", "federation", "union"),
    _K.FUNDER: ("funder", "financeur", "financeuse", "institution", "financeurouinstitution", "institutionnel", "etat"),
    _K.FACILITATOR: ("facilitator", "facilitateur", "facilitatrice", "facilitateurdeclauses", "facilitatricedeclauses",
                     "facilitateurdesclausessociales", "plie"),
}  # fmt: skip
_KINDS = {word: kind for kind, words in _KIND_WORDS.items() for word in words}
_VAGUE = {"siae", "iae", "structuredeliae", "structuredinsertion", "structure", "stpa", "insertion", "handicap"}


def _compact(text: str) -> str:
    return folded(text).replace(" ", "")


def clean_kind_cell(text: str) -> str:
    """The kind of organisation, by its acronym, its French or English name, or both (« EI – Entreprise d'insertion »)."""
    if kind := _KINDS.get(_compact(text)):
        return kind
    parts = [part for part in re.split(r"[()\[\]:/;,|+&–—]|\s-\s|\bet\b|\s+", text) if part.strip()]
    phrases = [part for part in re.split(r"[()\[\]:/;,|+&–—]|\s-\s", text) if part.strip()]
    by_phrase = {_KINDS[_compact(part)] for part in phrases if _compact(part) in _KINDS}
    acronyms = {_K[part.upper()] for part in parts if part.isupper() and part in _K.__members__}
    found = by_phrase or acronyms
    if len(found) == 1:
        return found.pop()
    if len(found) > 1:
        raise Doubt("several_kinds", value=text)
    raise Doubt("vague_kind" if _compact(text) in _VAGUE else "unknown_kind", value=text)


# --- Ways to reach somebody -------------------------------------------------------------------------------------------

# The region whose numbering a post code's people write their numbers in.
_OVERSEAS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF",
             "987": "PF", "988": "NC", "986": "WF"}  # fmt: skip


def clean_phone_cell(text: str, post_code: str = "") -> str:
    """E.164. A number without country code belongs to where the organisation is, else to France or one of its islands."""
    import phonenumbers  # noqa: PLC0415 - a heavy module, only where numbers come

    local = _OVERSEAS.get(post_code[:3])
    shown = _DECIMALS.sub("", text)
    for region in dict.fromkeys([local or "FR", "FR", "RE", "GP", "MQ", "GF", "YT"]):
        try:
            number = phonenumbers.parse(shown, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise Doubt("bad_phone", value=text)


def clean_email_cell(text: str) -> str:
    address = re.sub(r"^mailto:\s*", "", text, flags=re.IGNORECASE).strip("<> ").lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Doubt("bad_email", value=text) from error
    return address


_is_address = URLValidator(schemes=["http", "https"])


def clean_website_cell(text: str) -> str:
    """A web address with its scheme: www.exemple.fr becomes https://www.exemple.fr."""
    address = text if re.match(r"^https?://", text, re.IGNORECASE) else f"https://{text.lstrip('/')}"
    scheme, rest = address.split("://", 1)
    host, slash, path = rest.partition("/")
    address = f"{scheme.lower()}://{host.lower()}{slash}{path}"
    try:
        _is_address(address)
    except ValidationError as error:
        raise Doubt("bad_website", value=text) from error
    return address


def first_of_several(text: str, pattern: str) -> tuple[str, bool]:
    """The first of several values in one cell, and whether there were several."""
    parts = [part.strip() for part in re.split(pattern, text) if part.strip()]
    return (parts[0], len(parts) > 1) if parts else ("", False)


# --- Points -----------------------------------------------------------------------------------------------------------

Point = tuple[float, float]


def clean_point(latitude: str, longitude: str) -> Point | None:
    """Degrees, with a point or a comma; None when both cells are empty."""
    if is_nothing(latitude) and is_nothing(longitude):
        return None
    try:
        point = float(latitude.replace(",", ".")), float(longitude.replace(",", "."))
    except ValueError as error:
        raise Doubt("bad_point", value=f"{latitude} {longitude}".strip()) from error
    if not (abs(point[0]) <= 90 and abs(point[1]) <= 180) or point == (0, 0):  # NaN fails the comparison too
        raise Doubt("bad_point", value=f"{latitude} {longitude}")
    return point


def kilometres(one: Point, other: Point) -> float:
    """The distance between two points over the ground (a sphere is exact enough)."""
    (lat1, lon1), (lat2, lon2) = ((math.radians(a), math.radians(b)) for a, b in (one, other))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(h)))
