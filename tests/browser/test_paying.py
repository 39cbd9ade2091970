"""Dues and a place in one basket, paid on the stand-in's page with its news coming back by HTTP; then the treasurer's pages."""

from copy import deepcopy
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import expect

from billing.actions import due_of
from billing.actions.checking import findings
from billing.models import Invoice, Order
from memberships.actions import FeeRow, set_prices
from memberships.enums import Period
from memberships.models import Term
from tests.billing.factories import SellerFactory
from tests.browser.visitor import PHONE
from tests.events.factories import EventFactory
from tests.factories import OrganisationFactory, coordinator_of, member_of
from tests.memberships.factories import PlanFactory
from tests.standin import Standin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def standin(live_server):
    with Standin(webhook=f"{live_server.url}/billing/stripe/webhook/") as one:
        policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"].append(one.url)
        with override_settings(
            STRIPE_SECRET_KEY=one.secret_key, STRIPE_WEBHOOK_SECRET=one.webhook_secret, STRIPE_API_BASE=one.url,
            CONTENT_SECURITY_POLICY=policy, SITE_URL=live_server.url,
        ):  # fmt: skip
            yield one


@pytest.fixture
def club(live_server):
    """Members pay 120 € a year and 15 € at the meeting; others 45 €."""
    club = SellerFactory().club
    plan = PlanFactory(club=club, name="Adhésion annuelle", period=Period.TWELVE_MONTHS)
    set_prices(plan, by=None, fees=[FeeRow(Decimal(120))], needs_answer=False)
    event = EventFactory(club=club, title="Rencontre du printemps", slug="rencontre-du-printemps")
    event.prices.create(audience="", is_for_members=True, amount=Decimal(15))
    event.prices.create(audience="", is_for_members=False, amount=Decimal(45))
    return club


def on_the_providers_page(buyer, button: str) -> None:
    """A page of the stand-in's own, which is looked at in its own tests; back on ours it is looked at again."""
    buyer.page.get_by_role("button", name=button).click()
    buyer.page.wait_for_url(f"{buyer.base}/billing/**")


def test_dues_and_a_place_are_paid_in_one_go_on_a_phone(club, standin, visitor_at):
    person = member_of(OrganisationFactory(headcount="20"), first_name="Claire", last_name="Desmoulins")
    buyer = visitor_at(viewport=PHONE).sign_in(person)
    buyer.open("/events/rencontre-du-printemps/").says("45 €")
    buyer.open("/events/rencontre-du-printemps/register/").press("Continuer vers le paiement").says("45 €", "Panier")
    buyer.open(f"{reverse('memberships:submit_application')}?plan={club.plans.get().pk}")
    buyer.main.locator("form").last.get_by_role("button").last.click()
    buyer.page.wait_for_url("**/billing/basket/")
    buyer.look().says("135 €", "grâce à l’adhésion dans votre panier")
    buyer.press("Commander et payer").says("Choisissez comment vous souhaitez payer")
    buyer.main.get_by_label("Carte").check()
    buyer.main.get_by_role("button", name="Commander et payer").click()
    buyer.page.wait_for_url(f"{standin.url}/pay/**")
    on_the_providers_page(buyer, "Payer 135,00 €")
    order = Order.objects.get()
    expect(buyer.page.locator("main")).to_contain_text("Merci", timeout=15_000)
    buyer.look().open(order.get_absolute_url()).says("payée", "Facture")
    assert Term.objects.get().organisation == person.acting_for and due_of(Order.objects.get()) == 0
    assert Invoice.objects.get().gross == 135 and findings(ask_provider=True) == []
    for page in ("billing:order_list", "billing:invoice_list", "billing:basket", "events:my_registrations"):
        buyer.open(reverse(page))


def test_treasurers_pages_at_a_desk(club, standin, visitor_at):
    treasurer = visitor_at().sign_in(coordinator_of(club))
    for page in ("ledger", "bank", "invoice_list", "order_list"):
        treasurer.open(f"{reverse(f'billing:{page}')}?club={club.slug}").looks_well_in_the_dark()
    treasurer.open(reverse("billing:edit_seller", args=[club.slug]))
    treasurer.open(reverse("memberships:renewal_list"))
    treasurer.open(reverse("memberships:set_prices", args=[club.plans.get().pk]))
    treasurer.open(reverse("memberships:enter_paper"))
