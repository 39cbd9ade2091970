import re
import unicodedata


def folded(text: str) -> str:
    """Text as it is compared and searched: lower case, no accents, ligatures opened, words joined by one space.

    >>> folded("L'Œuvre d’Été – 93")
    'l oeuvre d ete 93'
    """
    opened = text.casefold().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", opened) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", plain))
