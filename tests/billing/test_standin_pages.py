"""The stand-in's pages, for payers and for people who try the demo; and the command that serves them."""

import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings

from tests.billing.paying import client, order, paid
from tests.standin import Standin

NOTICE = "aucun argent ne circule, ceci n’est pas Stripe"


@pytest.fixture
def standin():
    with Standin() as standin:
        yield standin


@pytest.fixture
def api(standin):
    return client(standin).v1


class Page(HTMLParser):
    """What a browser would find: buttons of forms, by their first words."""

    def __init__(self, status, headers, html):
        super().__init__()
        self.status, self.headers, self.html = status, headers, html
        self.forms, self.inputs, self._button = [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self._action, self._hidden = values["action"], {}
        elif tag == "input":
            self.inputs.append(values["type"])
            self._hidden[values["name"]] = values["value"]
        elif tag == "button":
            self._button = {values["name"]: values["value"]} if "name" in values else {}

    def handle_data(self, data):
        if self._button is not None:
            self.forms.append((" ".join(data.split()), self._action, self._hidden | self._button))
            self._button = None

    @property
    def location(self):
        return self.headers["Location"]


def visit(standin, path, **values):
    """GET a page, or POST these values to it."""
    line = HTTPConnection("127.0.0.1", urlsplit(standin.url).port, timeout=5)
    line.request("POST" if values else "GET", path, urlencode(values) if values else None)
    answer = line.getresponse()
    page = Page(answer.status, dict(answer.getheaders()), answer.read().decode())
    line.close()
    return page


def press(standin, page, words):
    """Press the first button that begins with these words."""
    action, values = next((action, values) for label, action, values in page.forms if label.startswith(words))
    return visit(standin, action, **(values or {"go": "1"}))


# --- The checkout page -------------------------------------------------------------------------------------------------


def test_checkout_page_shows_the_order_and_asks_for_nothing(standin, api):
    session = api.checkout.sessions.create(params=order(123_450, customer_email="membre@demo.example"))
    page = visit(standin, urlsplit(session.url).path)
    assert (page.status, page.inputs) == (200, [])
    for text in (NOTICE, '<html lang="fr">', "Adhésion 2027", "1&#8239;234,50&nbsp;€", "membre@demo.example"):
        assert text in page.html
    assert [values["method"] for _label, _action, values in page.forms] == [
        "card",
        "card_refused",
        "sepa_ok",
        "sepa_fails",
    ]
    assert 'href="http://127.0.0.1:9/retour"' in page.html
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script|<style|style=|\son\w+=", page.html)


def test_checkout_page_pays_and_goes_back_to_the_club(standin, api):
    session = api.checkout.sessions.create(params=order())
    page = visit(standin, f"/pay/{session.id}")
    refused = press(standin, page, "Essayer une carte")
    assert (refused.status, refused.location) == (303, f"/pay/{session.id}?refused")
    assert 'role="alert"' in visit(standin, refused.location).html
    done = press(standin, page, "Payer 120,00")
    assert (done.status, done.location) == (303, f"http://127.0.0.1:9/merci?session={session.id}")
    assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"
    again = press(standin, page, "Payer 120,00")
    assert (again.status, again.location) == (303, f"/pay/{session.id}")
    assert "Déjà payé" in visit(standin, f"/pay/{session.id}").html
    assert len(standin.payment_intents) == 1


def test_checkout_page_says_how_things_are_once_it_is_over(standin, api):
    expired, debit = (api.checkout.sessions.create(params=order()) for _ in range(2))
    api.checkout.sessions.expire(expired.id)
    standin.pay(debit.id, "sepa_fails")
    assert "expirée" in visit(standin, f"/pay/{expired.id}").html
    assert "Prélèvement en cours" in visit(standin, f"/pay/{debit.id}").html
    standin.advance(days=5)
    page = visit(standin, f"/pay/{debit.id}")
    assert "Prélèvement rejeté" in page.html and page.forms == []
    assert visit(standin, "/pay/cs_test_nobody").status == 404


def test_checkout_page_offers_only_the_ways_of_its_session(standin, api):
    session = api.checkout.sessions.create(params=order(payment_method_types=["card"]))
    page = visit(standin, f"/pay/{session.id}")
    assert [values["method"] for _label, _action, values in page.forms] == ["card", "card_refused"]
    visit(standin, f"/pay/{session.id}", method="sepa_ok")
    assert standin.sessions[session.id]["status"] == "open"
    assert visit(standin, f"/pay/{session.id}", method="gold").status == 400


def test_checkout_page_takes_names_as_text(standin, api):
    price = {"currency": "eur", "unit_amount": 5_000, "product_data": {"name": "<script>alert(1)</script>"}}
    session = api.checkout.sessions.create(params=order(line_items=[{"price_data": price, "quantity": 1}]))
    for path in (f"/pay/{session.id}", "/"):
        assert "<script" not in visit(standin, path).html


# --- The control page --------------------------------------------------------------------------------------------------


def test_control_page_moves_the_clock(standin, api):
    intent_id, before = paid(api, standin, "sepa_ok"), standin.now()
    moved = press(standin, visit(standin, "/"), "Avancer de 7")
    assert (moved.status, moved.location) == (303, "/")
    assert standin.now() - before >= 7 * 86_400
    assert standin.payment_intents[intent_id]["status"] == "succeeded"
    assert visit(standin, "/_test/advance", seconds=60).status == 200
    assert standin.now() - before >= 7 * 86_400 + 60
    assert visit(standin, "/_test/advance", seconds="soon").status == 400


def test_control_page_decides_for_the_bank(standin, api):
    kept, sent_back, disputed = (paid(api, standin, method) for method in ("sepa_ok", "sepa_ok", "card"))
    press(standin, visit(standin, "/"), "Rejeter le prélèvement")  # newest first
    press(standin, visit(standin, "/"), "Accepter le prélèvement")
    assert [standin.payment_intents[one]["status"] for one in (kept, sent_back)] == [
        "succeeded",
        "requires_payment_method",
    ]
    press(standin, visit(standin, "/"), "Ouvrir un litige")
    press(standin, visit(standin, "/"), "Le club gagne")
    assert standin.ledger()[disputed]["disputed"] == 0
    press(standin, visit(standin, "/"), "Ouvrir un litige")
    press(standin, visit(standin, "/"), "Le club perd")
    assert standin.ledger()[disputed]["disputed"] == 12_000
    refund = api.refunds.create(params={"payment_intent": kept, "amount": 500})
    press(standin, visit(standin, "/"), "Faire échouer")
    assert standin.refunds[refund.id]["status"] == "failed"
    page = visit(standin, "/")
    assert NOTICE in page.html and "Faire échouer" not in page.html
    assert visit(standin, "/control/fail_refund", refund=refund.id).status == 409


def test_control_page_delivers_what_waits(standin, api):
    seen = []
    standin.webhook = lambda body, headers: seen.append(body) or 200
    standin.hold()
    paid(api, standin)
    page = visit(standin, "/")
    assert "4&nbsp;en attente" in page.html
    press(standin, page, "Remettre maintenant")
    assert len(seen) == 4 and "Aucune notification" in visit(standin, "/").html


def test_unknown_pages_are_not_found_and_the_look_is_served(standin):
    assert visit(standin, "/control/nothing", a="b").status == 404
    assert visit(standin, "/nothing").status == 404
    assert visit(standin, "/style.css").headers["Content-Type"].startswith("text/css")


# --- The command -------------------------------------------------------------------------------------------------------


def test_standin_listens_on_this_machine_only():
    for host in ("0.0.0.0", "192.0.2.1", "example.org", "::"):  # noqa: S104 - refused
        with pytest.raises(ValueError, match="127.0.0.1 only"):
            Standin(host=host).start()


def test_command_serves_and_stops_when_told(tmp_path):
    command = [sys.executable, "-m", "tests.standin", "--port", "0", "--state", str(tmp_path / "state.json")]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
            line = HTTPConnection("127.0.0.1", int(address[1]), timeout=5)
            line.request("GET", "/")
            assert NOTICE in line.getresponse().read().decode()
            line.close()
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_command_needs_nothing_but_the_standard_library():
    """-S leaves out everything that was ever installed."""
    command = [sys.executable, "-S", "-m", "tests.standin", "--help"]
    assert (
        "--webhook" in subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout
    )
