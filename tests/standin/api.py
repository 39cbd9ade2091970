"""The endpoints: parameters in, things out. What they do stands in `payments` and `reversals`."""

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.standin import lists, payments, reversals
from tests.standin.errors import Refusal, bad_parameter, no_such, unknown_address
from tests.standin.objects import (
    CARD,
    CHARGE,
    DEBIT,
    DISPUTE,
    EVENT,
    INTENT,
    ITEM,
    MOVEMENT,
    REFUND,
    SESSION,
    Line,
    Order,
)
from tests.standin.parameters import Parameters, tree_of
from tests.standin.world import DAY, World

LEAST_TOTAL, MOST_TOTAL = 50, 99_999_999
SHORTEST, LONGEST = 30 * 60, DAY
LOCALES = ("auto", "de", "en", "en-GB", "es", "fr", "fr-CA", "it", "nl", "pt")
PATHS = {
    SESSION: "/v1/checkout/sessions",
    INTENT: "/v1/payment_intents",
    CHARGE: "/v1/charges",
    REFUND: "/v1/refunds",
    DISPUTE: "/v1/disputes",
    EVENT: "/v1/events",
    MOVEMENT: "/v1/balance_transactions",
}


@dataclass(frozen=True)
class Call:
    """One call of the API: what it is for and with what. Reading it changes nothing."""

    method: str
    path: str
    tree: dict

    @classmethod
    def read(cls, method: str, path: str, text: str) -> "Call":
        return cls(method, path, tree_of(text))


def answer(world: World, call: Call) -> str:
    """Do what is asked and say it as JSON, or raise a `Refusal`."""
    for route in ROUTES:
        match = re.fullmatch(route.pattern, call.path)
        if match and route.method == call.method:
            parameters = Parameters(call.tree)
            paths = parameters.texts("expand")
            lists.check_expand(paths, route.noun, is_list=route.is_list)
            thing = route.endpoint(world, parameters, *match.groups())
            return json.dumps(lists.expand(world, copy.deepcopy(thing), paths), indent=2)
    raise unknown_address(call.method, call.path)


@dataclass(frozen=True)
class Route:
    method: str
    pattern: str
    noun: str
    endpoint: Callable[..., dict]
    is_list: bool = False


# --- Checkout sessions -------------------------------------------------------------------------------------------------


def create_session(world: World, parameters: Parameters) -> dict:
    parameters.choice("mode", ("payment",), required=True)
    parameters.choice("ui_mode", ("hosted_page", "hosted"))
    lines, currency = _lines(parameters)
    order = Order(
        lines=lines,
        currency=currency,
        success_url=parameters.url("success_url", required=True),
        cancel_url=parameters.url("cancel_url"),
        expires_at=_expires_at(world, parameters),
        payment_method_types=_method_types(parameters, currency),
        client_reference_id=parameters.text("client_reference_id", limit=200),
        customer_email=parameters.email("customer_email"),
        locale=parameters.choice("locale", LOCALES),
        submit_type=parameters.choice("submit_type", ("auto", "book", "donate", "pay")),
        metadata=parameters.metadata(),
        intent=_intent_data(parameters.group("payment_intent_data")),
    )
    parameters.ignore("billing_address_collection", "customer_creation", "custom_text", "origin_context")
    parameters.done()
    if not LEAST_TOTAL <= order.total <= MOST_TOTAL:
        code = "amount_too_small" if order.total < LEAST_TOTAL else "amount_too_large"
        message = f"The Checkout Session's total must be between {LEAST_TOTAL} and {MOST_TOTAL} cents."
        raise Refusal(message, code=code)
    return payments.open_session(world, order)


def _lines(parameters: Parameters) -> tuple[list[Line], str]:
    items = parameters.groups("line_items", required=True)
    lines, currencies = [], set()
    for item in items:
        line, currency = _line(item)
        lines.append(line)
        currencies.add(currency)
    if len(currencies) != 1:
        raise parameters.wrong("line_items", "All line items must have the same currency, and there must be one.")
    return lines, currencies.pop()


def _line(item: Parameters) -> tuple[Line, str]:
    price = item.group("price_data", required=True)
    product = price.group("product_data", required=True)
    currency = price.text("currency", required=True, limit=3)
    if not re.fullmatch(r"[a-zA-Z]{3}", currency):
        raise price.wrong("currency", f"Invalid currency: {currency}.")
    line = Line(
        name=product.text("name", required=True),
        unit_amount=price.integer("unit_amount", required=True),
        quantity=item.integer("quantity", required=True, least=1),
        description=product.text("description"),
        metadata=item.metadata(),
    )
    product.ignore("images", "metadata", "tax_code", "unit_label")
    price.ignore("tax_behavior")
    for part in (product, price, item):
        part.done()
    return line, currency.lower()


def _method_types(parameters: Parameters, currency: str) -> list[str]:
    kinds = parameters.texts("payment_method_types") or [CARD, *([DEBIT] if currency == "eur" else [])]
    if unknown := [kind for kind in kinds if kind not in (CARD, DEBIT)]:
        raise parameters.wrong("payment_method_types", f"The stand-in knows card and {DEBIT}, not {unknown[0]}.")
    if DEBIT in kinds and currency != "eur":
        message = f"The payment method `{DEBIT}` can only be used with the currency eur."
        raise parameters.wrong("payment_method_types", message)
    return kinds


def _expires_at(world: World, parameters: Parameters) -> int:
    """From half an hour to a day ahead: of this clock or, when it was put forward, of the caller's own."""
    moment = parameters.integer("expires_at", most=2**40)
    now = world.now()
    if moment is None:
        return now + LONGEST
    for shift in (0, int(world.offset)):
        if SHORTEST <= moment + shift - now <= LONGEST:
            return moment + shift
    bound = "at least 30 minutes" if moment - now < SHORTEST else "less than 24 hours"
    raise parameters.wrong("expires_at", f"The `expires_at` timestamp must be {bound} from Checkout Session creation.")


def _intent_data(data: Parameters) -> dict:
    kept = {
        "metadata": data.metadata(),
        "description": data.text("description", limit=1000),
        "receipt_email": data.email("receipt_email"),
        "statement_descriptor": data.text("statement_descriptor", limit=22),
        "statement_descriptor_suffix": data.text("statement_descriptor_suffix", limit=22),
        "capture_method": data.choice("capture_method", ("automatic", "automatic_async")),
    }
    data.done()
    return kept


def list_sessions(world: World, parameters: Parameters) -> dict:
    status = parameters.choice("status", ("complete", "expired", "open"))
    return _list(world, parameters, SESSION, payment_intent=parameters.text("payment_intent"), status=status)


def list_line_items(world: World, parameters: Parameters, session_id: str) -> dict:
    session = world.find(SESSION, session_id, param="session")
    rows = list(reversed(world.backstage[session_id]["line_items"]))  # a page turns them round once more
    page = lists.page_of(rows, parameters, ITEM, f"{PATHS[SESSION]}/{session['id']}/line_items")
    parameters.done()
    return page


def expire_session(world: World, parameters: Parameters, session_id: str) -> dict:
    parameters.done()
    world.find(SESSION, session_id, param="session")
    return payments.expire_session(world, session_id)


# --- Payments and refunds ----------------------------------------------------------------------------------------------


def cancel_intent(world: World, parameters: Parameters, intent_id: str) -> dict:
    reasons = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
    reason = parameters.choice("cancellation_reason", reasons)
    parameters.done()
    return payments.cancel_intent(world, intent_id, reason)


def create_refund(world: World, parameters: Parameters) -> dict:
    intent_id, charge_id = parameters.text("payment_intent"), parameters.text("charge")
    amount = parameters.integer("amount", least=1)
    reason = parameters.choice("reason", ("duplicate", "fraudulent", "requested_by_customer"))
    metadata = parameters.metadata()
    parameters.done()
    if not (intent_id or charge_id):
        raise bad_parameter("charge", "One of the following params should be provided: payment_intent or charge.")
    charge = _charge_to_refund(world, intent_id, charge_id)
    return reversals.refund(world, charge, amount, reason=reason, metadata=metadata)


def _charge_to_refund(world: World, intent_id: str | None, charge_id: str | None) -> dict:
    if not intent_id:
        return world.find(CHARGE, charge_id, param="charge")
    intent = world.find(INTENT, intent_id, param="payment_intent")
    charge = world.charge_of(intent)
    if charge is None:
        raise reversals.nothing_to_refund(intent_id)
    if charge_id and charge_id != charge["id"]:
        raise no_such(CHARGE, charge_id, param="charge")
    return charge


def _narrowed(noun: str, *names: str) -> Callable[..., dict]:
    """The endpoint that lists these things, narrowed by the values of some fields."""

    def endpoint(world: World, parameters: Parameters) -> dict:
        return _list(world, parameters, noun, **{name: parameters.text(name) for name in names})

    return endpoint


def list_events(world: World, parameters: Parameters) -> dict:
    """Those of the last 30 days, of one type or several."""
    kinds = [kind for kind in [parameters.text("type"), *parameters.texts("types")] if kind]
    recent = [event for event in world.all(EVENT) if event["created"] > world.now() - 30 * DAY]
    found = [event for event in recent if not kinds or event["type"] in kinds]
    return _page(parameters, found, EVENT)


def _list(world: World, parameters: Parameters, noun: str, **values: str | None) -> dict:
    asked = {name: value for name, value in values.items() if value is not None}
    return _page(parameters, world.all(noun, **asked), noun)


def _page(parameters: Parameters, things, noun: str) -> dict:
    rows = lists.within(things, parameters.span())
    page = lists.page_of(rows, parameters, noun, PATHS[noun])
    parameters.done()
    return page


def _shown(noun: str, param: str) -> Callable[..., dict]:
    def endpoint(world: World, parameters: Parameters, thing_id: str) -> dict:
        parameters.done()
        return world.find(noun, thing_id, param=param)

    return endpoint


ONE = r"/([^/]+)"
ROUTES = [
    Route("POST", PATHS[SESSION], SESSION, create_session),
    Route("GET", PATHS[SESSION], SESSION, list_sessions, is_list=True),
    Route("GET", PATHS[SESSION] + ONE, SESSION, _shown(SESSION, "session")),
    Route("GET", PATHS[SESSION] + ONE + "/line_items", ITEM, list_line_items, is_list=True),
    Route("POST", PATHS[SESSION] + ONE + "/expire", SESSION, expire_session),
    Route("GET", PATHS[INTENT], INTENT, _narrowed(INTENT), is_list=True),
    Route("GET", PATHS[INTENT] + ONE, INTENT, _shown(INTENT, "intent")),
    Route("POST", PATHS[INTENT] + ONE + "/cancel", INTENT, cancel_intent),
    Route("GET", PATHS[CHARGE], CHARGE, _narrowed(CHARGE, "payment_intent"), is_list=True),
    Route("GET", PATHS[CHARGE] + ONE, CHARGE, _shown(CHARGE, "charge")),
    Route("POST", PATHS[REFUND], REFUND, create_refund),
    Route("GET", PATHS[REFUND], REFUND, _narrowed(REFUND, "payment_intent", "charge"), is_list=True),
    Route("GET", PATHS[REFUND] + ONE, REFUND, _shown(REFUND, "id")),
    Route("GET", PATHS[DISPUTE], DISPUTE, _narrowed(DISPUTE, "payment_intent", "charge"), is_list=True),
    Route("GET", PATHS[DISPUTE] + ONE, DISPUTE, _shown(DISPUTE, "dispute")),
    Route("GET", PATHS[EVENT], EVENT, list_events, is_list=True),
    Route("GET", PATHS[EVENT] + ONE, EVENT, _shown(EVENT, "id")),
    Route("GET", PATHS[MOVEMENT], MOVEMENT, _narrowed(MOVEMENT, "type", "source"), is_list=True),
    Route("GET", PATHS[MOVEMENT] + ONE, MOVEMENT, _shown(MOVEMENT, "id")),
]
