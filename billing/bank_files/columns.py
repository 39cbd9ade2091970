"""Which column is which: the headings that French banks, and those who speak English, give to their exports."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.text import folded

# For each of our columns the headings it is known by, as `folded` writes them, the surest first.
ALIASES: dict[str, tuple[str, ...]] = {
    "booked": (
        "date de comptabilisation", "date comptabilisation", "date comptable", "date d ecriture", "date ecriture",
        "date de l ecriture", "booking date", "date booked", "posting date", "accounting date", "date operation",
        "date d operation", "date de l operation", "date de operation", "date op", "dateop", "operation date",
        "transaction date", "date transaction", "date de transaction", "date mouvement", "date du mouvement", "date",
    ),
    "valued": ("date de valeur", "date valeur", "date de la valeur", "date val", "dateval", "value date", "valeur"),
    "amount": (
        "montant", "montant operation", "montant de l operation", "montant de operation", "montant mouvement",
        "montant du mouvement", "montant signe", "montant total", "amount", "signed amount",
    ),
    "debit": ("debit", "debits", "montant debit", "montant au debit", "depense", "depenses", "money out", "paid out"),
    "credit": ("credit", "credits", "montant credit", "montant au credit", "recette", "recettes", "money in", "paid in"),
    "direction": ("sens", "sens operation", "sens de l operation", "debit credit", "d c", "credit debit"),
    "currency": ("devise", "devise du compte", "monnaie", "currency", "account currency"),
    "reference": (
        "reference", "ref", "reference operation", "reference de l operation", "reference banque", "reference bancaire",
        "numero d operation", "numero operation", "n operation", "n d operation", "transaction id", "id transaction",
        "bank reference",
    ),
    "counterparty": (
        "contrepartie", "nom de la contrepartie", "nom contrepartie", "tiers", "nom du tiers", "donneur d ordre",
        "beneficiaire", "emetteur", "counterparty", "counterparty name", "payer", "payee", "partner name",
    ),
    "iban": (
        "iban de la contrepartie", "iban contrepartie", "compte contrepartie", "iban du tiers", "iban tiers",
        "iban du donneur d ordre", "counterparty iban", "counterparty account", "partner iban",
    ),
    "account": (
        "iban", "compte", "numero de compte", "numero compte", "n de compte", "n compte", "no de compte", "accountnum",
        "account", "account number", "account iban",
    ),
}  # fmt: skip
# All of these are joined, in the order in which they stand.
TEXTS = {
    "libelle", "libelles", "libelle operation", "libelle de l operation", "libelle d operation", "libelle de operation",
    "libelle complet operation", "libelle complet", "libelle simplifie", "libelle complementaire", "libelle detaille",
    "libelle court", "libelle long", "informations complementaires", "information complementaire", "detail", "details",
    "detail de l ecriture", "detail de l operation", "nature", "nature de l operation", "nature operation", "motif",
    "motif du virement", "operation", "designation", "intitule", "communication", "description", "label", "memo",
    "details of payment", "remittance information", "payment reference", "narrative",
}  # fmt: skip
_RANKS = {alias: (role, rank) for role, aliases in ALIASES.items() for rank, alias in enumerate(aliases)}
_UNIT = re.compile(r" (?:en |in )?(?:eur|euros?)$")


@dataclass(frozen=True)
class Columns:
    """Where each role stands, and which columns hold text."""

    roles: dict[str, int]
    texts: tuple[int, ...]

    @property
    def known(self) -> int:
        return len(self.roles) + len(self.texts)

    @property
    def has_both_sides(self) -> bool:
        """Money that came and money that went stand in two columns."""
        return "debit" in self.roles and "credit" in self.roles

    def missing(self) -> list[str]:
        """The names of the columns without which nothing can be read."""
        wanted = {
            _("Date"): "booked" in self.roles,
            _("Label"): bool(self.texts),
            _("Amount (or Debit and Credit)"): "amount" in self.roles or self.has_both_sides,
        }
        return [name for name, is_there in wanted.items() if not is_there]


def find_columns(header: Sequence[str]) -> Columns:
    """What each heading stands for. Of several columns for one role the surest name wins, then the first."""
    best: dict[str, tuple[int, int]] = {}
    texts = []
    for index, cell in enumerate(header):
        name = _UNIT.sub("", folded(cell))
        if name in TEXTS:
            texts.append(index)
        elif name in _RANKS:
            role, rank = _RANKS[name]
            best[role] = min(best.get(role, (rank, index)), (rank, index))
    return Columns({role: index for role, (_rank, index) in best.items()}, tuple(texts))
