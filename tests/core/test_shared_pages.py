"""What one visitor got is given to the next, and to nobody whom it is not for."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.utils import timezone

from core import shared_pages
from core.models import HistoryEntry
from core.shared_pages import MARK, SharedPagesMiddleware, read_stamp, same_for_visitors, token_for
from tests.factories import ClubFactory, administrator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shared(settings, monkeypatch):
    settings.SHARED_PAGES_SECONDS = 5
    monkeypatch.setattr(shared_pages, "GLANCE", 0)


class Site:
    """The middleware before one view; how often the view was asked."""

    def __init__(self, answer=None, *parameters: str):
        self.made = 0
        self.answer = answer or (lambda request: HttpResponse(f"page {self.made}"))
        self.view = same_for_visitors(*parameters)(self._make)
        self.middleware = SharedPagesMiddleware(self.view)

    def _make(self, request):
        self.made += 1
        return self.answer(request)

    def get(self, path="/page/", cookies=None, method="GET", **headers):
        request = RequestFactory(headers=headers).generic(method, path)
        request.COOKIES.update(cookies or {})
        return self.middleware(request)


def line(code="events.event.changed", **values):
    return HistoryEntry.objects.create(code=code, message="-", **values)


def form_page(request):
    return HttpResponse(f"<form>{token_for(request).get('csrf_token') or get_token(request)}</form>")


# --- Kept -------------------------------------------------------------------------------------------------------------


def test_next_visitor_gets_what_the_first_one_got():
    site = Site()
    assert [site.get().content for _ in range(3)] == [b"page 1"] * 3
    assert site.made == 1


def test_headers_are_those_of_the_page():
    site = Site(
        lambda request: HttpResponse("x", headers={"Content-Security-Policy": "default-src 'none'", "Vary": "Cookie"})
    )
    assert site.get().items() == site.get().items()
    assert site.get()["Content-Security-Policy"] == "default-src 'none'" and site.made == 1


def test_page_is_given_for_five_seconds():
    site, now = Site(), timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        site.get()
        clock.shift(4.9)
        assert site.get().content == b"page 1"
        clock.shift(0.2)
        assert site.get().content == b"page 2"


def test_zero_seconds_switch_it_off(settings):
    settings.SHARED_PAGES_SECONDS = 0
    with pytest.raises(shared_pages.MiddlewareNotUsed):
        Site()


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/other/"},
        {"path": "/page/?club=oise"},
        {"host": "other.testserver"},
        {"cookies": {"django_language": "en"}},
        {"accept-language": "en"},
    ],
)
def test_another_address_language_or_query_is_another_page(settings, other):
    settings.ALLOWED_HOSTS = ["testserver", "other.testserver"]
    site = Site(None, "club")
    assert (site.get().content, site.get(**other).content) == (b"page 1", b"page 2")
    assert (site.get().content, site.get(**other).content) == (b"page 1", b"page 2")


def test_language_of_a_cookie_goes_before_that_of_the_browser():
    site = Site()
    site.get(cookies={"django_language": "en"})
    site.get(**{"accept-language": "en"})
    assert site.made == 1
    site.get(cookies={"django_language": "fr"}, **{"accept-language": "en"})
    assert site.made == 2


# --- Not kept, not given ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    [
        {"cookies": {"sessionid": "x"}},
        {"cookies": {"messages": "x"}},
        {"cookies": {"csrftoken": "x" * 32, "unknown": ""}},
        {"authorization": "Basic eDp5"},
        {"hx-request": "true"},
        {"range": "bytes=0-10"},
        {"path": "/page/?q=word"},
        {"path": "/page/?" + "club=oise&" * 30},
        {"method": "POST"},
    ],
)
def test_who_asks_for_something_of_their_own_gets_it_and_leaves_nothing(who):
    site = Site(None, "club")
    assert site.get(**who).content == b"page 1"
    assert site.get(path=who.get("path", "/page/").partition("?")[0]).content == b"page 2", "nothing was kept"
    assert site.get(**who).content == b"page 3", "nothing of another was given"


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: HttpResponse("gone", status=404),
        lambda request: HttpResponse(status=302, headers={"Location": "/"}),
        lambda request: HttpResponse("broken", status=500),
        lambda request: HttpResponse(headers={"Cache-Control": "no-store"}),
        lambda request: HttpResponse(headers={"Vary": "Cookie, HX-Request"}),
        lambda request: StreamingHttpResponse(["x"]),
    ],
)
def test_errors_redirects_and_streams_are_not_kept(answer):
    site = Site(answer)
    assert [site.get().status_code for _ in range(2)] == [answer(None).status_code] * 2
    assert site.made == 2


def test_answer_that_sets_a_cookie_is_not_kept():
    def answer(request):
        response = HttpResponse("x")
        response.set_cookie("sessionid", "secret")
        return response

    site = Site(answer)
    site.get()
    assert "sessionid" in site.get().cookies and site.made == 2


def test_view_that_says_nothing_is_not_kept():
    site = Site()
    site.middleware = SharedPagesMiddleware(site._make)
    assert [site.get().content for _ in range(2)] == [b"page 1", b"page 2"]


def test_head_is_answered_from_the_page_and_keeps_none():
    site = Site()
    assert site.get(method="HEAD").status_code == 200
    assert (site.get().content, site.get(method="HEAD").content, site.made) == (b"page 2", b"page 2", 2)


# --- Forms ------------------------------------------------------------------------------------------------------------


def test_every_visitor_has_a_token_of_their_own():
    site = Site(form_page)
    first, second = site.get(), site.get()
    assert site.made == 1
    assert first.content != second.content and len(first.content) == len(second.content)
    tokens = [answer.cookies["csrftoken"].value for answer in (first, second)]
    assert tokens[0] != tokens[1]
    assert MARK.encode() not in first.content + second.content


def test_who_has_a_cookie_of_the_forms_keeps_it():
    site, secret = Site(form_page), "a" * 32
    site.get()
    answer = site.get(cookies={"csrftoken": secret})
    assert site.made == 1
    request = RequestFactory().post("/", {"csrfmiddlewaretoken": answer.content.decode()[6:-7]})
    request.COOKIES["csrftoken"] = secret
    refused = shared_pages.CsrfViewMiddleware(lambda request: HttpResponse())
    refused.process_request(request)
    assert refused.process_view(request, lambda request: HttpResponse(), (), {}) is None


def test_kept_page_holds_no_token():
    site = Site(form_page)
    answer = site.get()
    (kept,) = caches["shared"]._cache.values()
    token = answer.content.decode()[6:-7]
    assert len(token) == 64 and token.encode() not in kept and MARK.encode() in kept
    assert answer.cookies["csrftoken"].value.encode() not in kept


def test_page_of_an_error_bears_a_token_too():
    """The view is asked for all, and then there is nothing there: the page of the error has its forms."""
    site = Site(lambda request: HttpResponse(form_page(request).content, status=404))
    assert MARK.encode() not in site.get().content and len(site.get().content) == 64 + len("<form></form>")


def test_length_is_that_of_the_page_that_is_given():
    def answer(request):
        response = form_page(request)
        response["Content-Length"] = len(response.content)
        return response

    site = Site(answer)
    for answered in (site.get(), site.get()):
        assert int(answered["Content-Length"]) == len(answered.content)


# --- Unchanged --------------------------------------------------------------------------------------------------------


def test_unchanged_page_is_answered_by_304_and_kept_whole():
    site = Site(lambda request: HttpResponse("calendar", headers={"ETag": '"1"'}))
    assert site.get(**{"if-none-match": '"1"'}).status_code == 304
    assert site.get().content == b"calendar", "the condition of one visitor is not the next one's"
    assert site.get(**{"if-none-match": '"1"'}).status_code == 304
    assert site.get(**{"if-none-match": '"0"'}).content == b"calendar"
    assert site.made == 1


# --- Dropped ----------------------------------------------------------------------------------------------------------


def test_history_line_drops_every_page():
    site = Site()
    site.get()
    line()
    assert site.get().content == b"page 2"


def test_line_of_the_administration_drops_every_page():
    site, person = Site(), administrator()
    site.get()
    LogEntry.objects.create(
        user=person, content_type=ContentType.objects.get_for_model(person), object_id="1", object_repr="-", action_flag=CHANGE
    )  # fmt: skip
    assert site.get().content == b"page 2"


def test_save_in_the_administration_drops_every_page(client):
    site, person = Site(), administrator()
    club = ClubFactory()
    client.force_login(person)
    site.get()
    page = client.get(f"/admin/members/club/{club.pk}/change/")
    form = page.context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields if form[name].value() not in (None, [])}
    for formset in page.context["inline_admin_formsets"]:
        management = formset.formset.management_form
        data |= {management.add_prefix(name): management[name].value() for name in management.fields}
    data.pop("picture", None)
    client.post(f"/admin/members/club/{club.pk}/change/", {**data, "name": "Nouveau nom"})
    club.refresh_from_db()
    assert club.name == "Nouveau nom"
    assert site.get().content == b"page 2"


def test_without_the_stamp_an_old_page_is_seen(monkeypatch):
    """The negative control: it is the stamp that drops pages."""
    monkeypatch.setattr(shared_pages, "read_stamp", lambda: (1,))
    site = Site()
    site.get()
    line()
    assert site.get().content == b"page 1"


@pytest.mark.parametrize("code", ["events.place.ticked", "events.registration.made", "introductions.note.written"])
def test_lines_of_people_let_pages_live(code):
    site = Site()
    site.get()
    line(code)
    assert site.get().content == b"page 1"


def test_page_made_while_something_changes_is_not_given_again():
    """The stamp is older than what the page read: it may be newer than it says, never older."""
    site = Site(lambda request: (line(), HttpResponse("x"))[1])
    site.get()
    site.get()
    assert site.made == 2


def test_line_that_becomes_visible_after_a_younger_one_is_seen():
    line(pk=1001)
    before = read_stamp()
    line(pk=1000)
    assert read_stamp() != before


def test_line_that_leaves_while_another_comes_changes_the_stamp():
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        line()
        clock.shift(10)
        before = read_stamp()
        clock.shift(8)
        line()
        assert read_stamp() != before and read_stamp()[1] == before[1]


def test_lines_of_yesterday_are_not_read():
    old = line()
    HistoryEntry.objects.filter(pk=old.pk).update(happened_at=timezone.now() - timedelta(days=1))
    assert read_stamp()[1] == 0


def test_stamp_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        read_stamp()


def test_stamp_is_not_read_again_within_a_glance(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(shared_pages, "GLANCE", 60)
    shared_pages._glanced["at"] -= 60
    site = Site()
    with django_assert_num_queries(1):
        for _ in range(10):
            site.get()
    line()
    assert site.get().content == b"page 1"
    shared_pages._glanced["at"] -= 60
    assert site.get().content == b"page 2"


# --- Parts of pages ---------------------------------------------------------------------------------------------------


def part_of(request, made):
    return shared_pages.shared(request, "part", lambda: made.append(1) or len(made))


def test_part_is_made_once_until_something_changes():
    made = []
    assert [part_of(RequestFactory().get("/"), made) for _ in range(3)] == [1, 1, 1]
    line()
    assert part_of(RequestFactory().get("/"), made) == 2


def test_part_is_not_content_with_a_glance(monkeypatch):
    """Who has just changed something sees it on the next page."""
    monkeypatch.setattr(shared_pages, "GLANCE", 60)
    shared_pages.current_stamp()
    made = []
    part_of(RequestFactory().get("/"), made)
    line()
    assert part_of(RequestFactory().get("/"), made) == 2


def test_parts_of_one_request_read_the_stamp_once(django_assert_num_queries):
    request, made = RequestFactory().get("/"), []
    with django_assert_num_queries(1):
        part_of(request, made)
        part_of(request, made)


def test_parts_are_made_anew_where_sharing_is_off(settings):
    settings.SHARED_PAGES_SECONDS = 0
    made = []
    assert [part_of(RequestFactory().get("/"), made) for _ in range(2)] == [1, 2]
