"""The national address service: a street address becomes a point. Nothing waits for it but the tasks that refine points.

Its answer is GeoJSON (the search of the French « Base adresse nationale »): the features, best first, with
`geometry.coordinates` as [longitude, latitude] and `properties.score` from 0 to 1.
"""

import json
import math
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

TIMEOUT = 3  # seconds
LONGEST_ANSWER = 200_000  # bytes


class AddressServiceDown(Exception):  # noqa: N818 - the caller tries again later
    """The service did not answer, or not with what it promises."""


@dataclass(frozen=True)
class Place:
    """Where an address lies, and how sure the service is (0 to 1)."""

    latitude: float
    longitude: float
    score: float


def is_configured() -> bool:
    return bool(settings.ADDRESS_API_URL)


def find_place(street: str, post_code: str, city: str) -> Place | None:
    """The best place for an address, or None if the service knows none. Raises AddressServiceDown."""
    query = urlencode({"q": f"{street} {city}".strip(), "postcode": post_code, "limit": 1})
    url = f"{settings.ADDRESS_API_URL}?{query}"
    if not url.startswith(("http://", "https://")):
        raise AddressServiceDown("ADDRESS_API_URL is no web address")
    try:
        with urlopen(Request(url, headers={"Accept": "application/json"}), timeout=TIMEOUT) as answer:  # noqa: S310 - checked
            content = answer.read(LONGEST_ANSWER)
        return _best(json.loads(content))
    except HTTPError as error:
        error.close()
        if error.code in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY):
            return None  # it is this address that it cannot make sense of
        raise AddressServiceDown(f"HTTP {error.code}") from error
    except (OSError, HTTPException, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise AddressServiceDown(f"{type(error).__name__}: {error}") from error


def _best(answer: dict) -> Place | None:
    if not answer["features"]:
        return None
    feature = answer["features"][0]
    longitude, latitude = (float(degrees) for degrees in feature["geometry"]["coordinates"][:2])
    score = float(feature["properties"]["score"])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and math.isfinite(score)):
        raise ValueError("no point in degrees")
    return Place(latitude, longitude, score)
