import re
import unicodedata
from functools import lru_cache
from uuid import UUID

# Words that say nothing of what is looked for (folded: no accents, apostrophes are spaces).
EMPTY_WORDS = frozenset(
    "a au aux avec c ce ces d dans de des du elle en est et il ils j je l la le les leur leurs m ma mes mon n ne nos notre"
    " nous ou par pas pour qu que qui s sa ses son sur t un une vos votre vous y".split()
)


def folded(text: str) -> str:
    """Text as it is compared and searched: lower case, no accents, ligatures opened, words joined by one space.

    >>> folded("L'Œuvre d’Été – 93")
    'l oeuvre d ete 93'
    """
    opened = text.casefold().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", opened) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def telling_words(text: str) -> list[str]:
    """The folded words of a text that say something, in their order.

    >>> telling_words("Le nettoyage de l'école")
    ['nettoyage', 'ecole']
    """
    return [word for word in folded(text).split() if word not in EMPTY_WORDS]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of a folded French word, so that a plural finds its singular and a verb its noun.

    >>> stem("demenagements") == stem("demenager"), stem("velos") == stem("velo")
    (True, True)
    """
    import snowballstemmer  # noqa: PLC0415 - brings the rules of two dozen languages: only where something is searched

    singular = word[:-1] if len(word) > 3 and word.endswith("s") else word
    return snowballstemmer.stemmer("french").stemWord(singular)  # a stemmer of its own: it keeps state between steps


def whole_uuid(text: str) -> UUID | None:
    """The UUID that a text is; None for any other text.

    >>> whole_uuid("no key")
    """
    try:
        return UUID(text)
    except ValueError:
        return None
