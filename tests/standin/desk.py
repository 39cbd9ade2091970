"""The pages by their addresses: what a browser asks for, and what its forms order. GET changes nothing."""

from pathlib import Path
from urllib.parse import parse_qs

from tests.standin.answers import Answer
from tests.standin.checkout_page import checkout_page
from tests.standin.control_page import control_page
from tests.standin.errors import NotPossible
from tests.standin.objects import SESSION
from tests.standin.pages import framed, unknown_page
from tests.standin.payments import CARD_REFUSED

STYLE = Path(__file__).with_name("style.css")


def show(standin, path: str, query: str) -> Answer:
    """Answer a GET."""
    if path == "/":
        with standin.change(saving=False):
            return Answer.page(control_page(standin.world, len(standin.pending()), standin.deliverer.log))
    if path == "/style.css":
        return Answer(200, STYLE.read_bytes(), "text/css; charset=utf-8")
    with standin.change(saving=False):
        session = standin.world.tables[SESSION].get(path.removeprefix("/pay/"))
        if session is None:
            return Answer.page(unknown_page(), 404)
        return Answer.page(checkout_page(standin.world, session, was_refused=query == "refused"))


def order(standin, path: str, text: str) -> Answer:
    """Answer a POST of one of the forms."""
    values = {name: given[-1] for name, given in parse_qs(text).items()}
    try:
        if path == "/_test/advance":
            standin.advance(float(values.get("seconds", 0)), days=float(values.get("days", 0)))
            return Answer.json(200, {"now": standin.now()})
        if path.startswith("/pay/"):
            return _pay(standin, path.removeprefix("/pay/"), values.get("method", ""))
        if (verb := path.removeprefix("/control/")) in VERBS:
            VERBS[verb](standin, values)
            return Answer.redirect("/")
    except NotPossible:
        return Answer.page(_sorry("Les choses ont changé entre-temps, cela n’est plus possible."), 409)
    except (KeyError, ValueError):  # no form of ours sends this
        return Answer.page(_sorry("Cette demande est incomplète."), 400)
    return Answer.page(unknown_page(), 404)


def _sorry(text: str) -> str:
    return framed("Impossible", f'<h1>Impossible</h1>\n<p>{text}</p>\n<p><a href="/">Retour</a></p>')


def _pay(standin, session_id: str, method: str) -> Answer:
    """Pay as the button says; whoever comes late is shown how things are."""
    session = standin.sessions.get(session_id)
    if session is None:
        return Answer.page(unknown_page(), 404)
    try:
        standin.pay(session_id, method)
    except NotPossible:
        return Answer.redirect(f"/pay/{session_id}")
    if method == CARD_REFUSED:
        return Answer.redirect(f"/pay/{session_id}?refused")
    return Answer.redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id))


VERBS = {
    "advance": lambda standin, values: standin.advance(days=float(values["days"])),
    "deliver": lambda standin, values: standin.deliver_now(),
    "settle": lambda standin, values: standin.settle_debit(values["payment_intent"], values["outcome"]),
    "dispute": lambda standin, values: standin.open_dispute(values["payment_intent"]),
    "close_dispute": lambda standin, values: standin.close_dispute(values["dispute"], values["outcome"]),
    "fail_refund": lambda standin, values: standin.fail_refund(values["refund"]),
}
