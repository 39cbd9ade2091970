"""The timer of the pitches on the screen of the room: seconds go down and over, by buttons and by keys."""

import pytest
from playwright.sync_api import expect

from events.actions import select_pitch
from tests.browser.visitor import PHONE
from tests.events.programme import PitchCallFactory, PitchProposalFactory
from tests.factories import coordinator_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call():
    call = PitchCallFactory(minutes=2)
    for title in ("Premier pitch", "Second pitch"):
        select_pitch(PitchProposalFactory(call=call, title=title), by=None)
    return call


def test_timer_counts_down_warns_and_goes_on(visitor_at, call):
    visitor = visitor_at().sign_in(coordinator_of(call.event.club))
    page = visitor.page
    page.clock.install()
    visitor.open(f"/events/sessions/{call.session.pk}/timer/")
    timer = page.locator("#timer")
    clock, state = timer.locator('[data-timer="clock"]'), timer.locator('[data-timer="state"]')
    expect(clock).to_have_text("02:00")
    expect(timer.locator('[data-timer="next"]')).to_contain_text("Second pitch")
    timer.get_by_role("button", name="Démarrer").click()
    page.clock.run_for(59_000)
    expect(clock).to_have_text("01:01")
    expect(state).to_have_text("En cours")
    page.clock.run_for(2_000)
    expect(clock).to_have_text("00:59")
    expect(state).to_have_text("Dernière minute")
    visitor.look()
    page.reload()  # it goes on where it stood
    expect(clock).to_have_text("00:59")
    page.clock.run_for(70_000)
    expect(clock).to_have_text("−00:11")
    expect(state).to_have_text("Temps écoulé")
    visitor.look().looks_well_in_the_dark()
    page.locator("body").press("ArrowRight")
    expect(timer.locator('[data-timer="title"]')).to_have_text("Second pitch")
    expect(clock).to_have_text("02:00")
    expect(timer.get_by_role("button", name="Suivant")).to_be_disabled()
    page.locator("body").press(" ")
    page.clock.run_for(5_000)
    page.locator("body").press(" ")
    page.clock.run_for(5_000)
    expect(clock).to_have_text("01:55")
    expect(state).to_have_text("En pause")
    page.locator("body").press("r")
    expect(clock).to_have_text("02:00")
    page.locator("body").press("ArrowLeft")
    expect(timer.locator('[data-timer="title"]')).to_have_text("Premier pitch")


def test_timer_fills_the_screen(visitor_at, call):
    visitor = visitor_at().sign_in(coordinator_of(call.event.club))
    visitor.open(f"/events/sessions/{call.session.pk}/timer/")
    visitor.page.get_by_role("button", name="Plein écran").click()
    expect(visitor.page.locator("#timer:fullscreen")).to_be_visible()


def test_without_script_it_is_the_list_with_the_minutes(visitor_at, call):
    visitor = visitor_at(viewport=PHONE, java_script_enabled=False).sign_in(coordinator_of(call.event.club))
    visitor.page.goto(f"{visitor.base}/events/sessions/{call.session.pk}/timer/")
    expect(visitor.page.locator("#timer")).to_be_hidden()
    expect(visitor.page.get_by_role("main").get_by_text("Second pitch")).to_be_visible()
    expect(visitor.page.get_by_role("main").get_by_text("2 min").first).to_be_visible()
