"""Back to where a button was pressed, never to another site."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def back_to(request: HttpRequest, *, default: str, drop: str = "") -> str:
    """The path of the form's `next`, else of the page the request comes from, if it is ours; else `default`.

    `drop` names a value of the query string that the button has just overruled.
    """
    for url in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
            parts = urlsplit(url)
            query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != drop])
            path = f"/{parts.path.lstrip('/')}"
            return f"{path}?{query}" if query else path
    return resolve_url(default)
