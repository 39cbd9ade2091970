"""What pages show of prices and payments, and nothing of it where an event is free."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from billing.enums import Method, PaymentStatus
from billing.models import Payment
from events.actions import cancel_event, cancel_place
from events.enums import PlaceStatus
from events.models import Event, live_line, prices_of
from tests.billing.factories import SellerFactory
from tests.events.factories import EventFactory, in_days, place_at
from tests.events.priced import (
    buyer,
    hold_and_pay,
    hold_places,
    manager_of,
    order_of,
    over,
    place,
    price,
    priced_event,
)
from tests.events.test_pages import ADA, BOB, page, rows, text_of
from tests.factories import OrganisationFactory, coordinator_of, member_of
from tests.memberships.factories import TermFactory
from tests.pdfs import pdf_text

pytestmark = pytest.mark.django_db


def words(response) -> str:
    """The page's text, as it is read."""
    text = re.sub(r"<[^>]+>", " ", text_of(response).replace("&nbsp;", " "))
    return re.sub(r"\s+", " ", text.replace(" ", " "))


@pytest.fixture
def company():
    return buyer()


@pytest.fixture
def manager(client, company):
    person = manager_of(company)
    client.force_login(person)
    return person


# --- The event's page -------------------------------------------------------------------------------------------------


def test_free_event_shows_nothing_of_money(client, company, manager):
    event = EventFactory()
    place_at(event, company)
    for name in ("event_page", "register_people"):
        text = words(page(client, name, event.slug))
        assert "€" not in text and "Prix" not in text and "tarif" not in text
    assert "€" not in words(page(client, "my_registrations"))


def test_visitor_reads_what_members_and_others_pay(client):
    event = priced_event("25.00", members="0.00", vat="standard")
    text = words(page(client, "event_page", event.slug))
    assert "membres : gratuit autres : 25 € HT" in text and "Pour vous" not in text


def test_visitor_reads_the_price_of_each_audience_where_they_differ(client):
    event = priced_event("25.00", members="0.00")
    price(event, "10.00", audience="structures", is_for_members=False)
    text = words(page(client, "event_page", event.slug))
    assert "Structures membres : gratuit autres : 10 €" in text and "HT" not in text


def test_member_reads_their_own_price_and_why(client, company, manager):
    event = priced_event("25.00", members="5.00")
    assert "tarif non-adhérents : vous n’êtes pas membre" in words(page(client, "event_page", event.slug))
    TermFactory(club=event.club, organisation=company)
    text = words(page(client, "event_page", event.slug))
    assert "Pour vous : 5 € tarif adhérent : vous êtes membre le" in text


# --- Registering ------------------------------------------------------------------------------------------------------


def test_form_says_price_and_reason_before_it_is_sent_and_leads_to_the_basket(client, company, manager):
    event = priced_event()
    text = words(page(client, "register_people", event.slug))
    assert "25 €" in text and "tarif non-adhérents" in text and "Continuer vers le paiement" in text
    data = rows(ADA, BOB, organisation=company.pk)
    response = client.post(reverse("events:register_people", args=[event.slug]), data)
    assert response.status_code == 302 and response.url == reverse("billing:basket")
    basket = words(client.get(response.url))
    assert event.title in basket and "tarif non-adhérents" in basket and "réservées jusqu’au" in basket


def test_coordinator_who_registers_others_stays_with_the_list(client, company):
    event = priced_event()
    client.force_login(coordinator_of(event.club))
    address = reverse("events:register_people", args=[event.slug])
    assert "Continuer" not in words(client.get(address, {"organisation": company.pk}))
    response = client.post(address, rows(ADA, organisation=company.pk), follow=True)
    assert "L’organisation reçoit un courrier" in words(response)


# --- Paying -----------------------------------------------------------------------------------------------------------


def test_letters_button_shows_what_is_held_and_its_post_leads_to_the_basket(client, company, manager):
    event = priced_event(capacity=1)
    holder = place_at(event)
    registration = hold_places(event, 1, company)
    cancel_place(holder, by=None)
    address = reverse("events:pay_registration", args=[registration.pk])
    text = words(client.get(address))
    assert "25 €" in text and "réservées jusqu’au" in text and live_line(registration.pk) is None
    assert client.post(address).url == reverse("billing:basket")
    assert live_line(registration.pk).order.is_basket
    order = place(registration)
    assert client.post(address).url == order.get_absolute_url()


def test_paying_for_what_is_no_longer_held_says_so(client, company, manager):
    event = priced_event()
    registration = over(hold_places(event, 1, company))
    call_command("expire_holds", stdout=(out := io.StringIO()))
    assert out.getvalue().startswith("1 ")
    address = reverse("events:pay_registration", args=[registration.pk])
    assert "Plus rien n’est réservé" in words(client.get(address))
    assert "Plus rien n’est réservé" in words(client.post(address, follow=True))


def test_paying_is_for_the_organisations_own_people(client, company):
    registration = hold_places(priced_event(), 1, company)
    address = reverse("events:pay_registration", args=[registration.pk])
    for person, status in [(coordinator_of(registration.event.club), 403), (member_of(OrganisationFactory()), 404)]:
        client.force_login(person)
        assert client.get(address).status_code == client.post(address).status_code == status
    assert client.get(reverse("events:pay_registration", args=[0])).status_code == 404


def test_my_registrations_show_the_hold_and_a_button_to_pay(client, company, manager):
    registration = hold_places(priced_event(), 1, company)
    text = text_of(page(client, "my_registrations"))
    assert reverse("events:pay_registration", args=[registration.pk]) in text
    assert "réservées jusqu’au" in text and "à payer" in text


def test_debit_under_way_is_shown_until_when_and_cannot_be_paid_again(client, company, manager):
    registration = hold_places(priced_event(), 1, company)
    Payment.objects.create(
        order=place(registration), method=Method.SEPA_DEBIT, amount=Decimal(25), status=PaymentStatus.PENDING,
        started_at=timezone.now(),
    )  # fmt: skip
    text = text_of(page(client, "my_registrations"))
    assert "prélèvement en cours jusqu’au" in text
    assert reverse("events:pay_registration", args=[registration.pk]) not in text


# --- Coordination -----------------------------------------------------------------------------------------------------


@pytest.fixture
def event():
    return priced_event()


@pytest.fixture
def desk(client, event):
    client.force_login(coordinator_of(event.club))
    return client


def test_list_and_export_say_who_is_held_and_who_has_paid(desk, event):
    hold_and_pay(event)
    hold_places(event)
    text = words(page(desk, "registration_list", event.slug))
    assert "confirmée payé" in text and "réservée à payer réservées jusqu’au" in text
    export = page(desk, "registration_export", event.slug, "csv").getvalue().decode("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(export), delimiter=";")
    assert header[-1] == "Paiement" and {line[-1] for line in lines} == {"payé", "à payer"}
    held_only = words(page(desk, "registration_list", event.slug, status=PlaceStatus.HELD))
    assert "réservée à payer" in held_only and "confirmée payé" not in held_only


def test_export_of_a_free_event_has_no_column_of_money(client):
    event = EventFactory()
    place_at(event)
    client.force_login(coordinator_of(event.club))
    export = page(client, "registration_export", event.slug, "csv").getvalue().decode("utf-8-sig")
    assert "Paiement" not in export


def test_lists_cost_the_same_for_one_and_four(desk, event, django_assert_max_num_queries):
    for count in (1, 3):
        for _ in range(count):
            hold_and_pay(event)
        for name in ("registration_list", "check_in"):
            with django_assert_max_num_queries(19):
                page(desk, name, event.slug)


def test_given_back_and_cancelled_show_what_is_to_be_refunded(desk, event):
    registration = hold_and_pay(event, 2)
    assert "À rembourser" not in words(page(desk, "event_page", event.slug))
    cancel_place(registration.places.first(), by=None)
    text = text_of(page(desk, "event_page", event.slug))
    assert "À rembourser" in text and order_of(registration).get_absolute_url() in text
    cancel_event(event, by=None)
    assert "0 sur 1" in words(page(desk, "event_page", event.slug))
    desk.force_login(manager_of(registration.organisation))
    text = words(page(desk, "event_page", event.slug))
    assert "0 sur 1" not in text and "À rembourser" not in text_of(page(desk, "event_page", event.slug))


def test_door_says_who_has_still_to_pay(client):
    event = priced_event(today=True)
    place_at(event, status=PlaceStatus.HELD, confirmed_at=None, last_name="Duretard")
    client.force_login(coordinator_of(event.club))
    text = words(page(client, "check_in", event.slug))
    assert "DURETARD" in text and "à payer" in text
    assert "DURETARD" in pdf_text(page(client, "attendance_sheet", event.slug).content)


# --- The form of prices -----------------------------------------------------------------------------------------------


def typed(event: Event, **values) -> dict:
    start = in_days(20).replace(tzinfo=None)
    return {
        "kind": "breakfast", "title": event.title, "starts_at": start.isoformat()[:16], "time_zone": "Europe/Paris",
        "ends_at": (start + timedelta(hours=2)).isoformat()[:16], "capacity": 10, "organisation_cap": 5,
        "visibility": "public", "admission": "any", **values,
    }  # fmt: skip


def test_prices_are_typed_in_a_table(desk, event):
    address = reverse("events:edit_event", args=[event.slug])
    assert 'value="25,00"' in text_of(desk.get(address))
    data = typed(event, price_all_members="5", price_all_others="30,50", price_structures_others="12.5", vat="standard")
    assert desk.post(address, data).status_code == 302
    assert prices_of(event).amounts == {
        ("", True): Decimal("5.00"), ("", False): Decimal("30.50"), ("structures", False): Decimal("12.50"),
    }  # fmt: skip
    event.refresh_from_db()
    assert event.vat == "standard"
    assert desk.post(address, typed(event)).status_code == 302
    assert not prices_of(event).amounts and Event.objects.get(pk=event.pk).vat == "standard"


@pytest.mark.parametrize("text", ["-1", "1.234", "abc", "1e9", "NaN", "99999999999", "12 €"])
def test_what_is_no_price_is_refused_at_its_cell(desk, event, text):
    address = reverse("events:edit_event", args=[event.slug])
    response = desk.post(address, typed(event, price_all_others=text))
    assert response.status_code == 200 and response.context["form"].errors["price_all_others"]
    assert 'id="id_price_all_others_error"' in text_of(response)
    assert prices_of(event).amount("", is_member=False) == Decimal("25.00")


def test_unknown_vat_is_refused(desk, event):
    response = desk.post(reverse("events:edit_event", args=[event.slug]), typed(event, vat="42"))
    assert response.context["form"].errors["vat"]


def test_club_without_seller_reads_why_at_the_field(client):
    event = EventFactory()
    client.force_login(coordinator_of(event.club))
    address = reverse("events:edit_event", args=[event.slug])
    response = client.post(address, typed(event, price_all_others="10"))
    assert "ne peut pas encore encaisser" in str(response.context["form"].errors["price_all_others"])
    assert not prices_of(event).amounts
    SellerFactory(club=event.club)
    assert client.post(address, typed(event, price_all_others="10")).status_code == 302
