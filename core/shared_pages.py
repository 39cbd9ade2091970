"""Pages that are the same for every visitor: kept for a few seconds, and dropped at the change.

    @login_not_required
    @same_for_visitors("club", "page")
    def event_list(request): …

A visitor who bears no cookie but those of the language and of the forms gets the page that another one got before, as long
as nothing has changed since. How every process learns of a change: each action writes its history line in its own
transaction (`core.history.record`) and the administration its log, so the last lines are a stamp that is read with every
page, without a row that all would have to write to. The lines of SHARED_PAGES_OUTLIVE (in the settings) let pages live: of
people who take and leave places there are many, and a page shows but their number. So nothing is ever older than
SHARED_PAGES_SECONDS.

A kept page holds no token of a form: where one stands, the page has a mark, and each visitor's own is put there.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language_from_request

# Stands for a token until the page is given to somebody; nobody outside this process knows it.
MARK = secrets.token_hex(32)
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
# Of these the middleware knows by itself who asks; a page that differs by anything else is nobody else's.
VARYING = {"cookie", "accept-language"}
LONGEST_QUERY = 200
# Nobody can tell a tenth of a second, and under load most pages then cost no query at all.
GLANCE = 0.1
_glanced: dict = {"at": -GLANCE, "stamp": ()}
# A history line bears the moment of its writing, and is seen at the end of its transaction: no action takes longer.
LONGEST_ACTION = timedelta(seconds=10)


@dataclass
class Sharing:
    """What is known of a request that may be answered for all: set by the middleware, taken up by the view."""

    is_on: bool = False
    conditions: dict[str, str] = field(default_factory=dict)


def same_for_visitors(*parameters: str) -> Callable:
    """Says of a view that every visitor gets the same, by language and these parameters of the query string.

    With any other parameter the page is made for the one who asks.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def shared(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            sharing = getattr(request, "sharing", None)
            if sharing and request.method == "GET" and set(request.GET) <= set(parameters):
                sharing.is_on = True
                # The whole page is wanted, to be kept; the middleware then answers the condition.
                sharing.conditions = {name: request.META.pop(name) for name in CONDITIONS if name in request.META}
            return view(request, *args, **kwargs)

        return shared

    return decorate


def shared(request: HttpRequest, name: str, make: Callable):
    """What `make` returns, the same for everybody, or what it returned before if nothing has changed since.

    Only to be shown: what decides something is read under its lock.
    """
    if not settings.SHARED_PAGES_SECONDS:
        return make()
    stamp, kept = stamp_of(request), caches["shared"].get(name)
    if kept and kept[0] == stamp:
        return kept[1]
    made = make()
    caches["shared"].set(name, (stamp, made), settings.SHARED_PAGES_SECONDS)
    return made


def named(values: tuple) -> str:
    """A short name of some values, for `shared`."""
    return hashlib.sha256(repr(values).encode()).hexdigest()


def stamp_of(request: HttpRequest) -> tuple:
    """The stamp, read once a request and never by a glance: who has just changed something sees it on the next page."""
    if not hasattr(request, "shared_stamp"):
        request.shared_stamp = read_stamp()
    return request.shared_stamp


def token_for(request: HttpRequest) -> dict[str, str]:
    """For the context processor: the mark instead of a token while a page is made for all."""
    sharing = getattr(request, "sharing", None)
    return {"csrf_token": MARK} if sharing and sharing.is_on else {}


class SharedPagesMiddleware:
    """Stands in front of all that asks who somebody is, and behind what looks at the connection."""

    def __init__(self, get_response: Callable):
        if not settings.SHARED_PAGES_SECONDS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        # Reads and sets the cookie of the forms, as for any page with a form.
        self.with_cookie = CsrfViewMiddleware(_with_token)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        kept, stamp = caches["shared"].get(key), current_stamp()
        if kept and kept[0] == stamp:
            return self._give(request, HttpResponse(kept[2], headers=kept[1]))
        request.sharing = sharing = Sharing()
        response = self.get_response(request)
        if not sharing.is_on or response.streaming:
            return response
        request.META |= sharing.conditions
        if _may_be_kept(response):
            page = stamp, dict(response.items()), response.content
            caches["shared"].set(key, page, settings.SHARED_PAGES_SECONDS)
        return self._give(request, response)

    def _give(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if MARK.encode() in response.content:
            request.unmarked = response
            response = self.with_cookie(request)
        etag = response.get("ETag")
        return get_conditional_response(request, etag=etag, response=response) if etag else response


def _with_token(request: HttpRequest) -> HttpResponse:
    response = request.unmarked
    response.content = response.content.replace(MARK.encode(), get_token(request).encode())
    if response.has_header("Content-Length"):
        response["Content-Length"] = len(response.content)
    return response


def _key(request: HttpRequest) -> str | None:
    """What a kept page is known by; None for a request that must be answered by itself."""
    known = {settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME}
    query = request.META.get("QUERY_STRING", "")
    if request.method not in ("GET", "HEAD") or not known.issuperset(request.COOKIES) or len(query) > LONGEST_QUERY:
        return None
    if any(name in request.META for name in ("HTTP_AUTHORIZATION", "HTTP_HX_REQUEST", "HTTP_RANGE")):
        return None
    parts = (request.scheme, request.get_host(), request.path, query, get_language_from_request(request))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _may_be_kept(response: HttpResponse) -> bool:
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return (
        response.status_code == 200
        and not response.cookies
        and varies <= VARYING
        and "no-store" not in response.get("Cache-Control", "")
    )


def current_stamp() -> tuple:
    """The stamp as it is, or was at this process's last glance."""
    now = time.monotonic()
    if now - _glanced["at"] >= GLANCE:
        _glanced.update(at=now, stamp=read_stamp())
    return _glanced["stamp"]


def read_stamp() -> tuple:
    """What differs as soon as something has changed that pages show (one query).

    The lines of the last moments, as their number and sum: lines that become visible later than younger ones are seen as
    well. When old lines leave the window it changes without need, no more often than pages are made anew anyway.
    """
    if not settings.SHARED_PAGES_SECONDS:
        return ()
    since = timezone.now() - timedelta(seconds=settings.SHARED_PAGES_SECONDS) - LONGEST_ACTION
    apart = [f"{code}%" for code in settings.SHARED_PAGES_OUTLIVE]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT MAX(id) FROM django_admin_log), COUNT(*), SUM(id) FROM core_historyentry"  # noqa: S608
            " WHERE happened_at > %s" + " AND code NOT LIKE %s" * len(apart),
            [connection.ops.adapt_datetimefield_value(since), *apart],
        )
        return cursor.fetchone()
