"""Points for the map component (`templates/components/map.html`, `static/js/map.js`), as GeoJSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.http import JsonResponse

# More points than anybody can tell apart; the list beside the map holds the rest, page by page.
MAX_POINTS = 2000


@dataclass(frozen=True)
class MapPoint:
    """Something at a place: `title` with `url`, a second line `text`, the name of the `town` it stands in."""

    latitude: float
    longitude: float
    title: str
    url: str
    text: str = ""
    town: str = ""

    def as_feature(self) -> dict:
        return {
            "type": "Feature",
            # GeoJSON writes longitude first; five decimals are one metre.
            "geometry": {"type": "Point", "coordinates": [round(self.longitude, 5), round(self.latitude, 5)]},
            "properties": {"title": self.title, "url": self.url, "text": self.text, "town": self.town},
        }


def points_response(points: Iterable[MapPoint]) -> JsonResponse:
    """The first `MAX_POINTS` of `points` as a GeoJSON FeatureCollection.

    Decorate the view with `conditional_page`, so that an unchanged map is not sent again.
    """
    features = [point.as_feature() for point in islice(points, MAX_POINTS)]
    response = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    response["Cache-Control"] = "private, no-cache"
    return response
