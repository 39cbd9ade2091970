"""The pages of an event's further life, as coordinators and those who are registered use them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.actions import cancel_place, make_series, postpone_event, publish_series
from events.enums import EventStatus
from events.models import Event
from tests.events.factories import EventFactory, SessionFactory, in_days, place_at
from tests.events.priced import buyer, hold_and_pay, manager_of, priced_event
from tests.events.test_pages import page, text_of
from tests.events.test_paying_pages import words
from tests.factories import coordinator_of, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(starts_at=in_days(30))


@pytest.fixture
def desk(client, event):
    client.force_login(coordinator_of(event.club))
    return client


def wall(moment) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


# --- Series -----------------------------------------------------------------------------------------------------------


def test_dates_are_shown_first_and_drafted_when_chosen(desk, event):
    address = reverse("events:series_page", args=[event.slug])
    shown = desk.get(address, {"rhythm": "weekly", "every": "1", "times": "3"})
    assert Event.objects.count() == 1
    days = [(event.local_start + timedelta(weeks=n)).date() for n in (1, 2, 3)]
    assert [one.day for one, _chosen in shown.context["dates"]] == days
    query = f"{address}?rhythm=weekly&every=1&times=3"
    response = desk.post(query, {"dates": [days[0].isoformat(), days[2].isoformat()]})
    assert response.status_code == 302 and response.url == address
    event.refresh_from_db()
    assert [one.local_start.date() for one in event.series.events.order_by("starts_at")] == [
        event.local_start.date(), days[0], days[2],
    ]  # fmt: skip
    text = words(desk.get(address))
    assert "Publier les 2 brouillons" in text
    desk.post(reverse("events:publish_series", args=[event.slug]))
    assert set(Event.objects.values_list("status", flat=True)) == {EventStatus.PUBLISHED}
    assert "Publier" not in words(desk.get(address))
    assert "n’est à publier" in words(desk.post(reverse("events:publish_series", args=[event.slug]), follow=True))


@pytest.mark.parametrize("dates", [[], ["2031-01-01"], ["demain"], [""]])
def test_date_that_was_not_shown_is_refused(desk, event, dates):
    address = reverse("events:series_page", args=[event.slug])
    response = desk.post(f"{address}?rhythm=weekly&every=1&times=3", {"dates": dates})
    assert response.status_code == 200 and response.context["dates_form"].errors["dates"]
    assert Event.objects.count() == 1


def test_wrong_rhythm_is_said_at_its_field_and_keeps_what_was_typed(desk, event):
    response = page(desk, "series_page", event.slug, rhythm="listed", days="31/02/2027")
    assert response.context["form"].errors["days"] and "31/02/2027" in text_of(response)
    assert not response.context["dates"]


def test_other_dates_show_what_a_visitor_may_see(client, event):
    series = make_series(event, by=None, starts=[in_days(37), in_days(44)])
    other = series.events.get(starts_at=in_days(37))
    assert other.get_absolute_url() not in text_of(page(client, "event_page", event.slug))
    publish_series(series, by=None)
    text = text_of(page(client, "event_page", event.slug))
    assert "Autres dates" in text and other.get_absolute_url() in text
    assert event.get_absolute_url() in text_of(page(client, "event_page", other.slug))


def test_series_costs_the_same_for_two_and_five(desk, event, django_assert_max_num_queries):
    for days in ([37], [44, 51, 58]):
        make_series(event, by=None, starts=[in_days(day) for day in days])
        with django_assert_max_num_queries(16):
            page(desk, "series_page", event.slug)
        with django_assert_max_num_queries(36):
            page(desk, "event_page", event.slug)


# --- Postponing -------------------------------------------------------------------------------------------------------


def test_coordinator_postpones_and_sets_the_date_later(desk, event):
    address = reverse("events:postpone_event", args=[event.slug])
    place_at(event)
    assert "1 personne inscrite" in words(desk.get(address))
    desk.post(address, {"is_open": "yes", "reason": "Grève des transports"})
    event.refresh_from_db()
    assert event.is_postponed and event.postpone_reason == "Grève des transports"
    text = words(page(desk, "event_page", event.slug))
    assert (
        "sa nouvelle date reste à fixer" in text and "Grève des transports" in text and "Fixer la nouvelle date" in text
    )
    new = in_days(60, 14)
    refused = desk.post(address, {"starts_at": wall(new), "ends_at": "", "venue": "Ailleurs"})
    assert refused.context["form"].errors["ends_at"] and "Ailleurs" in text_of(refused)
    values = {"venue": "Ailleurs", "street": "", "post_code": "92000", "city": "Nanterre"}
    desk.post(address, {"starts_at": wall(new), "ends_at": wall(new + timedelta(hours=2)), **values})
    event.refresh_from_db()
    assert event.is_published and event.starts_at == new and event.venue == "Ailleurs"
    assert "Cet événement a été reporté." in words(page(desk, "event_page", event.slug))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "is_open"),
        ({"is_open": "perhaps"}, "is_open"),
        ({"is_open": "no"}, "starts_at"),
        ({"is_open": "no", "starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T04:00"}, "starts_at"),
        ({"is_open": "no", "starts_at": "2020-01-01T09:00", "ends_at": "2020-01-01T10:00"}, "starts_at"),
        ({"is_open": "no", "starts_at": "2030-01-01T09:00", "ends_at": "2030-01-01T08:00"}, "ends_at"),
        ({"is_open": "yes", "reason": "x" * 251}, "reason"),
    ],
)
def test_what_is_no_date_is_refused_at_its_field(desk, event, values, field):
    response = desk.post(reverse("events:postpone_event", args=[event.slug]), values)
    assert response.status_code == 200 and response.context["form"].errors[field]
    event.refresh_from_db()
    assert event.is_published and event.sequence == 0


@pytest.mark.parametrize("days", ["-1", "366", "bientôt", ""])
def test_days_for_the_money_are_asked_where_something_is_paid_only(client, event, days):
    priced = priced_event()
    client.force_login(coordinator_of(priced.club))
    address = reverse("events:postpone_event", args=[priced.slug])
    assert client.post(address, {"is_open": "yes", "refund_days": days}).context["form"].errors["refund_days"]
    client.force_login(coordinator_of(event.club))
    assert "refund_days" not in text_of(page(client, "postpone_event", event.slug))


def test_old_hours_are_announced_nowhere(client, event):
    SessionFactory(event=event, title="Accueil")
    postpone_event(event, by=None)
    hours = f"{event.local_start:%H:%M}"
    visitor = words(page(client, "event_page", event.slug))
    assert hours not in visitor and "date à fixer" in visitor and "Accueil" in visitor
    assert reverse("events:event_calendar", args=[event.slug]) not in text_of(page(client, "event_page", event.slug))
    listed = words(page(client, "event_list"))
    assert "reporté" in listed and "date à fixer" in listed and hours not in listed and "date-tile" not in text_of(
        page(client, "event_list")
    )  # fmt: skip
    found = words(client.get(reverse("search"), {"q": event.title}))
    assert "date à fixer" in found


def test_who_is_registered_reads_it_and_may_give_back(client):
    event, company = priced_event(), buyer()
    registration = hold_and_pay(event, 2, company)
    manager = manager_of(company)
    client.force_login(manager)
    postpone_event(event, by=None, refund_days=5)
    Event.objects.filter(pk=event.pk).update(starts_at=in_days(-3), ends_at=in_days(-2))
    text = words(page(client, "my_registrations"))
    assert "reporté" in text and "jusqu’à 5 jours avant la nouvelle date" in text and "Rendre" in text
    own = registration.places.first()
    assert reverse("events:place_calendar", args=[own.pk]) not in text_of(page(client, "my_registrations"))
    client.post(reverse("events:cancel_place", args=[own.pk]))
    assert registration.places.active().count() == 1
    own_place = place_at(event, company, person=manager)
    assert "date à fixer" in words(client.get("/desk/"))
    cancel_place(own_place, by=None)


def test_moved_event_wears_its_mark_until_it_is_over(client, event):
    postpone_event(event, by=None, starts_at=in_days(60))
    assert "nouvelle date" in words(page(client, "event_list"))
    Event.objects.filter(pk=event.pk).update(starts_at=in_days(-3), ends_at=in_days(-2))
    assert "nouvelle date" not in words(page(client, "event_list", when="past"))
    assert "a été reporté" not in words(page(client, "event_page", event.slug))


def test_menu_offers_only_what_can_be_done(desk, event):
    def menu(slug) -> set[str]:
        text = text_of(page(desk, "event_page", slug))
        names = ("postpone_event", "cancel_event", "series_page", "preview_settings", "publish_event")
        return {name for name in names if f'"{reverse(f"events:{name}", args=[slug])}"' in text}

    assert menu(event.slug) == {"postpone_event", "cancel_event", "series_page"}
    draft = EventFactory(club=event.club, draft=True)
    assert menu(draft.slug) == {"series_page", "preview_settings", "publish_event"}
    past = EventFactory(club=event.club, past=True)
    assert menu(past.slug) == {"series_page"}
    off = EventFactory(club=event.club, status=EventStatus.CANCELLED)
    assert menu(off.slug) == set()
    assert timezone.now() < event.starts_at


def test_only_coordinators_see_these_pages(client, event):
    client.force_login(member_of(buyer()))
    for name in ("series_page", "postpone_event", "preview_settings", "repayment_list"):
        assert page(client, name, event.slug).status_code == 403
