"""The entries of a CAMT.053 statement: each becomes a movement, a batch becomes its transactions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from lxml import etree

from billing.bank_files.checks import nothing_moved
from billing.bank_files.statement import Movement, RowFault, Unclear
from billing.bank_files.trees import all_of, amount_in, first_of, text_at
from billing.bank_files.values import joined
from core.money import ZERO
from members.importing.values import clean_text

_SIGNS = {"CRDT": 1, "DBIT": -1}
_WRITTEN = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf", "RmtInf/Strd/RfrdDocInf/Nb")
_NO_REFERENCE = {"", "NOTPROVIDED", "NOTPROVIDE", "NONREF", "NONE"}
_COMMISSION = "COMMISSION"  # as banks label it themselves; part of a fingerprint, so in no language of ours


@dataclass
class Entries:
    movements: list[Movement] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    notes: list[RowFault] = field(default_factory=list)


@dataclass(frozen=True)
class _Entry:
    """What all transactions of an entry share."""

    node: etree._Element
    account: str
    currency: str
    booked_on: date
    valued_on: date | None
    amount: Decimal
    is_reversal: bool
    transactions: list[etree._Element]


def read_entries(statement: etree._Element, account: str, currency: str) -> Entries:
    """All entries of a statement that are booked; others are left out and noted."""
    found = Entries()
    for node in all_of(statement, "Ntry"):
        line = node.sourceline
        try:
            if not _is_booked(node):
                found.notes.append(RowFault(line, _("Left out: this entry is not booked yet.")))
                continue
            entry = _entry(node, account, currency)
        except Unclear as fault:
            found.faults.append(RowFault(line, str(fault)))
            continue
        parts = _parts(entry)
        if not entry.amount and not any(parts or []):
            found.notes.append(nothing_moved(line))
            continue
        if parts is None and len(entry.transactions) > 1:
            found.notes.append(
                RowFault(line, _("Taken as one: the amounts of its transactions do not add up to this entry."))
            )
        found.movements += _movements(entry, parts)
    return found


def _is_booked(node: etree._Element) -> bool:
    """`Sts` holds the code itself, or since version 08 an element with it."""
    status = text_at(node, "Sts/Cd", "Sts/Prtry", "Sts")
    if not status:
        raise Unclear(_("The entry does not say whether it is booked."))
    return status == "BOOK"


def _entry(node: etree._Element, account: str, currency: str) -> _Entry:
    valued_on = day_at(node, "ValDt/Dt", "ValDt/DtTm")
    booked_on = day_at(node, "BookgDt/Dt", "BookgDt/DtTm") or valued_on
    if booked_on is None:
        raise Unclear(_("The date is missing."))
    amount = signed_amount(node)
    stated = currency_at(node)
    if stated != currency:
        raise Unclear(_("“%(currency)s” is not the account’s currency.") % {"currency": stated[:10]})
    is_reversal = text_at(node, "RvslInd") in {"true", "1"}
    transactions = all_of(node, "NtryDtls/TxDtls")
    return _Entry(node, account, currency, booked_on, valued_on, amount, is_reversal, transactions)


def signed_amount(node: etree._Element) -> Decimal:
    """The amount of an entry or a balance: what the account gained or lost by it.

    The side is the one of this very entry: a reversal that brings money back is a credit.
    """
    amount = amount_in(first_of(node, "Amt"))
    if amount is None:
        value = text_at(node, "Amt")
        raise Unclear(
            _("“%(value)s” is no amount that can be read.") % {"value": value[:40]}
            if value
            else _("The amount is missing.")
        )
    sign = _SIGNS.get(text_at(node, "CdtDbtInd"))
    if sign is None:
        raise Unclear(_("The line does not say whether the money came or went."))
    return sign * amount


def currency_at(node: etree._Element) -> str:
    amount = first_of(node, "Amt")
    return amount.get("Ccy", "") if amount is not None else ""


def day_at(node: etree._Element, *several: str) -> date | None:
    """The day of a date or a moment: 2026-01-31, 2026-01-31+01:00, 2026-01-31T08:00:00."""
    text = text_at(node, *several)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise Unclear(
            _("“%(value)s” is no date that can be read (such as 31/12/2026).") % {"value": text[:40]}
        ) from error


# --- A batch and its transactions -------------------------------------------------------------------------------------


def _parts(entry: _Entry) -> list[Decimal] | None:
    """The signed amounts of the transactions, when with or without the charges kept back they make up the entry."""
    parts = [_part(transaction, entry) for transaction in entry.transactions]
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    kept_back = [ZERO, sum(map(_charges, entry.transactions), ZERO), _charges(entry.node)]
    return known if entry.amount - sum(known) in kept_back else None


def _part(transaction: etree._Element, entry: _Entry) -> Decimal | None:
    """In the account's currency; None when the transaction does not say it."""
    sign = _SIGNS.get(text_at(transaction, "CdtDbtInd"), -1 if entry.amount.is_signed() else 1)
    for steps in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        node = first_of(transaction, steps)
        if node is not None and node.get("Ccy") == entry.currency:
            amount = amount_in(node)
            return None if amount is None else sign * amount
    return None


def _charges(node: etree._Element) -> Decimal:
    """What the bank kept back within the amount of an entry or of a transaction: below zero, unless given back."""
    total = ZERO
    for charges in all_of(node, "Chrgs"):
        records = all_of(charges, "Rcrd") or [charges]
        for record in records:
            amount = amount_in(first_of(record, "Amt", "TtlChrgsAndTaxAmt"))
            if amount is not None and text_at(record, "ChrgInclInd") not in {"false", "0"}:
                total += amount if text_at(record, "CdtDbtInd") == "CRDT" else -amount
    return total


def _movements(entry: _Entry, parts: list[Decimal] | None) -> Iterator[Movement]:
    transactions = entry.transactions
    if parts is None:
        yield _movement(entry, transactions, entry.amount)
        return
    for transaction, part in zip(transactions, parts, strict=True):
        if part:
            yield _movement(entry, [transaction], part)
    if kept_back := entry.amount - sum(parts):
        label = f"{_COMMISSION} {text_at(entry.node, 'AddtlNtryInf')}".strip()
        yield _made(entry, kept_back, entry.node, text=label, bank_reference=text_at(entry.node, "AcctSvcrRef"))


def _movement(entry: _Entry, transactions: list[etree._Element], amount: Decimal) -> Movement:
    """The movement of one transaction, or of a whole entry with none or several."""
    one = transactions[0] if len(transactions) == 1 else None
    name, iban = _other_side(one, entry, amount) if one is not None else ("", "")
    references = {text_at(transaction, "RmtInf/Strd/CdtrRefInf/Ref") for transaction in transactions} - {""}
    is_returned = one is not None and first_of(one, "RtrInf") is not None
    return _made(
        entry,
        amount,
        entry.node if one is None else one,
        text=_text(transactions, entry.node),
        counterparty=name,
        iban=iban,
        structured_reference=references.pop() if len(references) == 1 else "",
        bank_reference=_bank_reference(one, entry),
        is_reversal=entry.is_reversal or is_returned,
    )


def _made(entry: _Entry, amount: Decimal, node: etree._Element, **said) -> Movement:
    blank = {"counterparty": "", "iban": "", "structured_reference": "", "is_reversal": entry.is_reversal}
    return Movement(
        booked_on=entry.booked_on,
        valued_on=entry.valued_on,
        amount=amount,
        currency=entry.currency,
        line=node.sourceline,
        account=entry.account,
        **{**blank, **said},
    )


# --- What is said of a transaction ------------------------------------------------------------------------------------


def _other_side(transaction: etree._Element, entry: _Entry, amount: Decimal) -> tuple[str, str]:
    """Who paid us, or whom we paid: name and IBAN. In a reversal the two keep the parts they had at first."""
    sides = ("Dbtr", "Cdtr") if (amount > 0) != entry.is_reversal else ("Cdtr", "Dbtr")
    for side in sides:
        iban = text_at(transaction, f"RltdPties/{side}Acct/Id/IBAN").replace(" ", "").upper()
        paths = (f"{side}/Nm", f"{side}/Pty/Nm", f"Ultmt{side}/Nm", f"Ultmt{side}/Pty/Nm")
        name = text_at(transaction, *(f"RltdPties/{steps}" for steps in paths))
        if (name or iban) and (not iban or iban != entry.account):
            return name, iban
    return "", ""


def _text(transactions: list[etree._Element], entry: etree._Element) -> str:
    """All that was written about an entry, or about one transaction of it."""
    of_entry = text_at(entry, "AddtlNtryInf")
    if len(transactions) < 2:
        return joined([*(piece for transaction in transactions for piece in _pieces(transaction)), of_entry])
    return " ".join(filter(None, dict.fromkeys([*(joined(_pieces(one)) for one in transactions), of_entry])))


def _pieces(transaction: etree._Element) -> list[str]:
    """What the payer wrote, the payer's own reference, the bank's words."""
    written = [" ".join(node.text or "" for node in all_of(transaction, steps)) for steps in _WRITTEN]
    return [
        *map(clean_text, written),
        _told(text_at(transaction, "Refs/EndToEndId")),
        text_at(transaction, "AddtlTxInf"),
    ]


def _bank_reference(one: etree._Element | None, entry: _Entry) -> str:
    """The bank's own, which never comes twice; else the payer's."""
    of_entry = text_at(entry.node, "AcctSvcrRef")
    if one is None:
        return of_entry
    own = text_at(one, "Refs/AcctSvcrRef")
    if not own and len(entry.transactions) == 1:
        own = of_entry
    return own or _told(text_at(one, "Refs/TxId")) or _told(text_at(one, "Refs/EndToEndId")) or of_entry


def _told(reference: str) -> str:
    return "" if reference.upper().replace(" ", "") in _NO_REFERENCE else reference
