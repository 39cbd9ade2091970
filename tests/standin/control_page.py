"""The other side of the counter, for people who try the demo: the clock, the bank's decisions, the notifications."""

import re
from html import escape

from tests.standin.delivery import Sent
from tests.standin.objects import DEBIT, DISPUTE, INTENT, REFUND, SESSION
from tests.standin.pages import framed, moment, money
from tests.standin.reversals import OPEN
from tests.standin.world import World

MOST = 30  # sessions shown
STATES = {
    "open": "attend le paiement",
    "expired": "page expirée",
    "succeeded": "payé",
    "processing": "prélèvement en cours",
    "requires_payment_method": "prélèvement rejeté",
    "canceled": "annulé",
}
DISPUTES = {
    "needs_response": "réponse attendue",
    "under_review": "examiné par la banque",
    "warning_needs_response": "demande d’information",
    "warning_closed": "demande close",
    "won": "gagné",
    "lost": "perdu",
}
REFUNDS = {"pending": "en cours", "succeeded": "fait", "failed": "échoué"}
KINDS = {
    "honest": "remise",
    "reordered": "remise dans le désordre",
    "delayed": "remise en retard",
    "retried": "nouvel essai",
    "dropped": "perdue en route",
    "duplicate": "doublon",
    "forged": "contrefaçon",
    "stale": "vieil enregistrement",
    "tampered": "contenu altéré",
}


def control_page(world: World, waiting: int, log: list[Sent]) -> str:
    parts = [
        "<h1>Banque de démonstration</h1>",
        "<p>Ici se décide ce que feraient la banque et le temps&nbsp;: avancer l’horloge, contester un paiement, faire"
        " échouer un remboursement.</p>",
        _clock(world),
        _notifications(waiting, log),
        _payments(world),
    ]
    return framed("Banque de démonstration", "\n".join(parts))


def _form(action: str, label: str, about: str = "", **values) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(str(one))}">' for name, one in values.items())
    more = f' <span class="hidden">{about}</span>' if about else ""
    return f'<form method="post" action="/control/{action}">{hidden}<button>{label}{more}</button></form>'


def _clock(world: World) -> str:
    forms = [
        _form("advance", "Avancer d’un jour", days=1),
        _form("advance", "Avancer de 7&nbsp;jours", days=7),
        _form("advance", "Avancer de 60&nbsp;jours", days=60),
    ]
    return f"""<section>
<h2>Horloge</h2>
<p>Pour la banque, nous sommes le <strong>{moment(world.now())}</strong>. Le club, lui, garde l’heure
de la machine.</p>
<div class="buttons">{"".join(forms)}</div>
</section>"""


def _notifications(waiting: int, log: list[Sent]) -> str:
    state = "Aucune notification n’attend" if not waiting else f"{waiting}&nbsp;en attente"
    rows = "".join(
        f'<tr><th scope="row"><code>{_breakable(sent.type)}</code></th>'
        f"<td>{KINDS[sent.kind]}</td><td>{sent.status or '–'}</td></tr>\n"
        for sent in reversed(log[-8:])
    )
    table = f"""<table>
<caption>Dernières notifications</caption>
<thead><tr><th scope="col">Événement</th><th scope="col">Envoi</th><th scope="col">Réponse</th></tr></thead>
<tbody>{rows}</tbody>
</table>"""
    return f"""<section>
<h2>Notifications au club</h2>
<p>{state}.</p>
<div class="buttons">{_form("deliver", "Remettre maintenant")}</div>
{table if rows else ""}
</section>"""


def _breakable(name: str) -> str:
    return re.sub(r"([._])", r"\1<wbr>", escape(name))


def _payments(world: World) -> str:
    sessions = list(reversed(list(world.all(SESSION))))
    shown = "\n".join(_payment(world, session) for session in sessions[:MOST])
    older = f"<p>Et {len(sessions) - MOST} plus anciens.</p>" if len(sessions) > MOST else ""
    return f"<section>\n<h2>Paiements</h2>\n{shown or '<p>Aucun pour le moment.</p>'}\n{older}\n</section>"


def _payment(world: World, session: dict) -> str:
    intent = world.tables[INTENT].get(session["payment_intent"])
    state = intent["status"] if intent and session["status"] == "complete" else session["status"]
    first = escape(world.backstage[session["id"]]["line_items"][0]["description"])
    amount = money(session["amount_total"], session["currency"])
    about = f"({first}, {amount})"
    facts = [f"le {moment(session['created'])}", escape(session["customer_email"] or "")]
    reversals = [*_refunds(world, intent, about), *_disputes(world, intent, about)] if intent else []
    return f"""<article>
<h3>{first} <span class="amount">{amount}</span></h3>
<p><span class="state {state}">{STATES[state]}</span> {", ".join(fact for fact in facts if fact)}</p>
{"".join(reversals)}
<div class="buttons">{"".join(_verbs(world, session, intent, state, about))}</div>
</article>"""


def _verbs(world: World, session: dict, intent: dict | None, state: str, about: str) -> list[str]:
    if state == "open":
        return [
            f'<a class="button" href="/pay/{session["id"]}">Page de paiement <span class="hidden">{about}</span></a>'
        ]
    if state == "processing":
        values = {"payment_intent": session["payment_intent"]}
        return [
            _form("settle", "Accepter le prélèvement", about, **values, outcome="succeeded"),
            _form("settle", "Rejeter le prélèvement", about, **values, outcome="failed"),
        ]
    if intent and state == "succeeded" and _can_dispute(world, intent):
        kind = world.charge_of(intent)["payment_method_details"]["type"]
        label = "Contester (perdu d’office)" if kind == DEBIT else "Ouvrir un litige"
        return [_form("dispute", label, about, payment_intent=intent["id"])]
    return []


def _can_dispute(world: World, intent: dict) -> bool:
    charge = world.charge_of(intent)
    if any(dispute["status"] in (*OPEN, "lost") for dispute in world.all(DISPUTE, charge=charge["id"])):
        return False
    under_way = any(world.all(REFUND, charge=charge["id"], status="pending"))
    return under_way or charge["amount_refunded"] < charge["amount_captured"]


def _refunds(world: World, intent: dict, about: str) -> list[str]:
    shown = []
    for made in world.all(REFUND, payment_intent=intent["id"]):
        text = f"Remboursement de {money(made['amount'], made['currency'])}&nbsp;: {REFUNDS[made['status']]}"
        fails = _form("fail_refund", "Faire échouer", f"le remboursement {about}", refund=made["id"])
        shown.append(_aside(text, fails if made["status"] != "failed" else ""))
    return shown


def _disputes(world: World, intent: dict, about: str) -> list[str]:
    shown = []
    for dispute in world.all(DISPUTE, payment_intent=intent["id"]):
        text = f"Litige sur {money(dispute['amount'], dispute['currency'])}&nbsp;: {DISPUTES[dispute['status']]}"
        values = {"about": f"le litige {about}", "dispute": dispute["id"]}
        won = _form("close_dispute", "Le club gagne", **values, outcome="won")
        lost = _form("close_dispute", "Le club perd", **values, outcome="lost")
        shown.append(_aside(text, won + lost if dispute["status"] in OPEN else ""))
    return shown


def _aside(text: str, forms: str) -> str:
    return f'<div class="aside"><p>{text}</p><div class="buttons">{forms}</div></div>\n'
