"""The page kit: what the three shapes of view (list, detail, act) share."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter

PAGE_SIZE = 24


def page_of(request: HttpRequest, queryset, size: int = PAGE_SIZE, *, count: int | None = None) -> Page:
    """The page of `queryset` that the query string asks for; a wrong number gives the nearest page.

    `count`: how many rows there are, where that is known already.
    """
    paginator = Paginator(queryset, size)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))


def addresses(name: str) -> Callable[[int], str]:
    """Makes the addresses of many things of a kind: what stands around their numbers is looked up once."""
    before, number, after = reverse(name, args=[7_654_321]).partition("7654321")
    return lambda pk: f"{before}{pk}{after}"


def history_of(*things, limit: int = 50):
    """The last history lines about any of `things` (saved model instances), newest first."""
    return _about(HistoryEntry.objects, things).for_list()[:limit]


def letters_of(*things, limit: int = 50):
    """The last letters about any of `things`, newest first."""
    return _about(Letter.objects, things).for_list()[:limit]


def _about(manager, things):
    found = manager.none()
    for thing in things:
        found = found | manager.about(thing)
    return found


def attempt(form: BaseForm, action: Callable, *args, **kwargs):
    """Run `action` for a valid form; a broken rule becomes an error of the form, where it belongs.

    Returns the action's result, or None when a rule was broken (actions return what they made, never None).
    """
    try:
        return action(*args, **kwargs)
    except RuleBroken as broken:
        form.add_error(broken.field if broken.field in form.fields else None, str(broken.message))
        return None


def act(request: HttpRequest, action: Callable, *args, done: str, to, **kwargs) -> HttpResponse:
    """Run `action` for a button press: a message (`done`, or the broken rule) and a redirect to `to`."""
    try:
        action(*args, **kwargs)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
    else:
        messages.success(request, done)
    return redirect(to)
