"""The page where a payer decides how the payment goes. It asks for no card, no account, no name."""

from html import escape

from tests.standin.objects import CARD, DEBIT, INTENT
from tests.standin.pages import days, framed, money
from tests.standin.payments import CARD_PAID, CARD_REFUSED, DEBIT_FAILED, DEBIT_PAID
from tests.standin.world import World

REFUSED = """<p class="alert" role="alert">La carte a été refusée. Rien n’a été débité&nbsp;: vous pouvez réessayer
ou choisir un autre moyen.</p>"""


def checkout_page(world: World, session: dict, *, was_refused: bool = False) -> str:
    total = money(session["amount_total"], session["currency"])
    if session["status"] == "open":
        body = _choices(world, session, total)
        title, alert = "Payer", REFUSED if was_refused else ""
    else:
        title, body = _closed(world, session)
        alert = ""
    return framed(title, f"<h1>{title}</h1>\n{alert}\n{_lines(world, session, total)}\n{body}")


def _lines(world: World, session: dict, total: str) -> str:
    rows = "".join(
        f"""<tr><th scope="row">{escape(item["description"])}</th><td>{item["quantity"]}</td>
<td>{money(item["amount_total"], item["currency"])}</td></tr>
"""
        for item in world.backstage[session["id"]]["line_items"]
    )
    email = session["customer_email"]
    return f"""<table>
<caption>Votre commande{f" ({escape(email)})" if email else ""}</caption>
<thead><tr><th scope="col">Désignation</th><th scope="col">Quantité</th><th scope="col">Montant</th></tr></thead>
<tbody>{rows}</tbody>
<tfoot><tr><th scope="row" colspan="2">Total</th><td>{total}</td></tr></tfoot>
</table>"""


def _choices(world: World, session: dict, total: str) -> str:
    wait, parts = days(world.pace.debit), []
    if CARD in session["payment_method_types"]:
        parts.append(
            _section(
                "Carte bancaire",
                "Aucun numéro n’est demandé&nbsp;: vous choisissez ce qui se passe.",
                _button(CARD_PAID, f"Payer {total} par carte", main=True),
                _button(CARD_REFUSED, "Essayer une carte refusée"),
            )
        )
    if DEBIT in session["payment_method_types"]:
        parts.append(
            _section(
                "Prélèvement SEPA",
                f"La banque répond après {wait}. Aucun IBAN n’est demandé.",
                _button(DEBIT_PAID, f"Payer {total} par prélèvement", main=CARD not in session["payment_method_types"]),
                _button(DEBIT_FAILED, f"Essayer un prélèvement rejeté après {wait}"),
            )
        )
    form = f'<form method="post" action="/pay/{escape(session["id"])}">\n{"".join(parts)}</form>'
    return form + _back(session, "Annuler et revenir au site")


def _section(title: str, text: str, *buttons: str) -> str:
    return f'<section>\n<h2>{title}</h2>\n<p>{text}</p>\n<p class="buttons">{"".join(buttons)}</p>\n</section>\n'


def _button(method: str, label: str, *, main: bool = False) -> str:
    look = ' class="main"' if main else ""
    return f'<button name="method" value="{method}"{look}>{label}</button>\n'


def _back(session: dict, label: str) -> str:
    address = session["cancel_url"]
    return f'<p><a href="{escape(address)}">{label}</a></p>' if address else ""


def _closed(world: World, session: dict) -> tuple[str, str]:
    """Title and text of a page on which there is nothing to pay any more."""
    back = _back(session, "Revenir au site")
    if session["status"] == "expired":
        return "Page de paiement expirée", f"<p>Cette page n’est plus valable. Rien n’a été débité.</p>{back}"
    if session["payment_status"] == "paid":
        return "Déjà payé", f"<p>Ce paiement est fait, il n’y a plus rien à payer ici.</p>{back}"
    if world.find(INTENT, session["payment_intent"])["status"] == "processing":
        return "Prélèvement en cours", f"<p>Le prélèvement est demandé, la banque n’a pas encore répondu.</p>{back}"
    return "Prélèvement rejeté", f"<p>La banque a rejeté le prélèvement. Rien n’a été débité.</p>{back}"
