"""Which column is which: the headers a coordinator's spreadsheet may bear."""

from collections.abc import Sequence

from core.text import folded

# For each of our fields the headers it is known by, as `folded` writes them, the surest first.
ALIASES: dict[str, tuple[str, ...]] = {
    "siret": (
        "siret", "n siret", "no siret", "num siret", "numero siret", "numero de siret", "code siret", "siret etablissement",
        "siret de l etablissement", "n de siret",
    ),
    "name": (
        "raison sociale", "denomination", "denomination sociale", "denomination legale", "raison sociale denomination",
        "nom legal", "nom de la structure", "nom structure", "nom de l organisation", "nom de l entreprise", "nom entreprise",
        "nom de l etablissement", "nom de l organisme", "organisation", "structure", "entreprise", "legal name", "company name",
        "name", "nom", "libelle",
    ),
    "trade_name": (
        "enseigne", "nom commercial", "nom d usage", "nom usuel", "nom de marque", "sigle", "trade name", "brand",
    ),
    "kind": (
        "type", "type de structure", "type structure", "kind", "nature", "nature de la structure", "categorie",
        "type d organisation", "type d organisme", "type d etablissement", "statut", "forme", "famille", "conventionnement",
    ),
    "naf": ("naf", "ape", "code naf", "code ape", "naf ape", "ape naf", "code naf ape", "code ape naf", "activite principale"),
    "street": (
        "adresse", "rue", "voie", "adresse postale", "n et voie", "numero et voie", "no et voie", "adresse 1",
        "adresse ligne 1", "adresse de l etablissement", "street", "street address", "address",
    ),
    "post_code": (
        "code postal", "cp", "c p", "codepostal", "code post", "post code", "postcode", "postal code", "zip", "zip code",
    ),
    "city": ("ville", "commune", "localite", "nom de la commune", "libelle commune", "city", "town"),
    "email": (
        "e mail", "mail", "email", "courriel", "adresse e mail", "adresse mail", "adresse email", "adresse courriel", "mel",
        "adresse electronique", "courrier electronique",
    ),
    "phone": (
        "telephone", "tel", "n telephone", "n de telephone", "numero de telephone", "no de telephone", "telephone fixe",
        "tel fixe", "phone", "phone number", "portable", "mobile", "telephone portable",
    ),
    "website": (
        "site web", "site internet", "site", "web", "url", "adresse web", "adresse du site", "site officiel", "website",
        "web site",
    ),
    "headcount": (
        "effectif", "effectifs", "tranche d effectif", "tranche effectif", "tranche effectifs", "nombre de salaries",
        "nb de salaries", "nb salaries", "salaries", "headcount", "employees",
    ),
    "latitude": ("latitude", "lat", "latitude wgs84", "coord y", "y"),
    "longitude": ("longitude", "lon", "lng", "long", "longitude wgs84", "coord x", "x"),
    "sectors": (
        "secteur", "secteurs", "secteur s", "secteur d activite", "secteurs d activite", "secteur s d activite",
        "secteur s d activite s", "domaine d activite", "domaines d activite", "filiere", "filieres", "metiers", "sector",
        "sectors",
    ),
    "description": ("presentation", "description", "descriptif", "a propos", "about"),
}  # fmt: skip
REQUIRED = ("siret", "name", "kind")
# Beside one of these, a column « Nom » holds a person's name.
_OF_A_PERSON = {"prenom", "prenoms", "first name", "firstname", "prenom contact", "prenom du contact"}
_RANKS = {alias: (field, rank) for field, aliases in ALIASES.items() for rank, alias in enumerate(aliases)}


def find_columns(header: Sequence[str]) -> dict[str, int]:
    """Where each of our fields stands in `header`: {field: index}. Of several candidates the surest name wins."""
    names = [folded(cell) for cell in header]
    is_about_people = not _OF_A_PERSON.isdisjoint(names)
    best: dict[str, tuple[int, int]] = {}
    for index, name in enumerate(names):
        if name not in _RANKS or (is_about_people and name in {"nom", "name"}):
            continue
        field, rank = _RANKS[name]
        best[field] = min(best.get(field, (rank, index)), (rank, index))
    if "name" not in best and "trade_name" in best:
        best["name"] = best.pop("trade_name")
    return {field: best[field][1] for field in ALIASES if field in best}


def is_header(columns: dict[str, int]) -> bool:
    """A row is taken for the header when it names the SIRET and something else, or three columns we know."""
    return ("siret" in columns and len(columns) > 1) or len(columns) > 2
