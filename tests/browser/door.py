"""Hands at the door's page: opening it, reading codes, ticking people off, letting them in."""

from playwright.sync_api import Page, expect

from events.models import Event, Place


def of(name: str) -> Place:
    return Place.objects.get(last_name=name)


def address(event: Event) -> str:
    return f"{event.get_absolute_url()}door/"


def open_door(page: Page, name: str, session: str = "") -> None:
    page.get_by_label("Nom de la porte").fill(name)
    if session:
        page.get_by_label("Porte de").select_option(label=session)
    page.get_by_role("button", name="Ouvrir cette porte").click()
    expect(page.locator("#door-name")).to_have_text(name)
    expect(page.locator("#door-state")).to_contain_text("À jour")


def is_kept(page: Page) -> None:
    """The worker has put the page and its files away."""
    page.wait_for_function("navigator.serviceWorker.ready.then((one) => one.active.state === 'activated')")
    page.reload()
    expect(page.locator("#door[data-ready]")).to_be_attached()
    assert page.evaluate("navigator.serviceWorker.controller !== null")


def read(page: Page, code: str, verdict: str) -> None:
    """Type a code, as a scanner at the desk does."""
    page.get_by_label("Code d’un billet").fill(code)
    page.get_by_label("Code d’un billet").press("Enter")
    expect(page.locator(f"#door-result [data-verdict={verdict}]")).to_be_visible()


def tick(page: Page, search: str, button: str) -> None:
    page.get_by_label("Nom ou organisation").fill(search)
    row = page.locator("#door-rows .door-row")
    expect(row).to_have_count(1)
    row.get_by_role("button", name=button).click()
    expect(row.get_by_role("button", name=button)).to_have_attribute("aria-pressed", "true")


def let_in_unannounced(page: Page, last_name: str, organisation: str) -> None:
    if not page.get_by_label("Prénom").is_visible():
        page.get_by_text("Une personne vient sans inscription").click()
    page.get_by_label("Prénom").fill("Sam")
    page.get_by_label("Nom", exact=True).fill(last_name)
    page.get_by_label("Organisation", exact=True).fill(organisation)
    page.get_by_label("Organisation", exact=True).press("Tab")
    page.locator("#walk-in-form").get_by_role("button", name="Faire entrer").click()
