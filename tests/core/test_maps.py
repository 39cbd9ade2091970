import json

from core.maps import MAX_POINTS, MapPoint, points_response


def test_points_are_geojson_with_longitude_first():
    response = points_response([MapPoint(48.8960123, 2.2066, "Régie", "/members/1/", "ACI", "Nanterre")])
    assert response["Content-Type"] == "application/geo+json"
    assert json.loads(response.content) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [2.2066, 48.89601]},
                "properties": {"title": "Régie", "url": "/members/1/", "text": "ACI", "town": "Nanterre"},
            }
        ],
    }


def test_points_stop_at_the_limit():
    points = (MapPoint(48, 2, str(n), "/") for n in range(MAX_POINTS + 5))
    assert len(json.loads(points_response(points).content)["features"]) == MAX_POINTS
