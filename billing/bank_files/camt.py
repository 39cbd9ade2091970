"""A statement as CAMT.053 (ISO 20022), in whichever version: its statements, their balances, the check of the sum."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from lxml import etree

from billing.bank_files.checks import balance_fault, check_one_account, check_one_currency
from billing.bank_files.entries import currency_at, day_at, read_entries, signed_amount
from billing.bank_files.statement import Movement, RowFault, Statement, StatementUnreadable, Unclear
from billing.bank_files.trees import all_of, parse, text_at
from core.money import ZERO

_FIRST = ("OPBD", "PRCD")  # the balance before the first movement
_LAST = ("CLBD",)
_INTERIM = "ITBD"  # a statement of several pages ends one page and begins the next with it


@dataclass(frozen=True)
class _Balances:
    """What the account held before and after; the last line that says so."""

    opening: Decimal | None
    closing: Decimal | None
    currency: str
    opened_on: date | None
    closed_on: date | None
    line: int
    faults: list[RowFault]

    @classmethod
    def of(cls, node: etree._Element) -> "_Balances":
        found, faults = [], []
        for balance in all_of(node, "Bal"):
            code = text_at(balance, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry")
            try:
                if code in (*_FIRST, *_LAST, _INTERIM):
                    found.append(_Balance(code, signed_amount(balance), day_at(balance, "Dt/Dt", "Dt/DtTm"), balance))
            except Unclear as fault:
                faults.append(RowFault(balance.sourceline, str(fault)))
        opening, closing = _first_and_last(found)
        return cls(
            opening=opening.amount if opening else None,
            closing=closing.amount if closing else None,
            currency=currency_at(found[0].node) if found else "",
            opened_on=opening.day if opening else None,
            closed_on=closing.day if closing else None,
            line=closing.node.sourceline if closing else 0,
            faults=faults,
        )


@dataclass(frozen=True)
class _Balance:
    code: str
    amount: Decimal
    day: date | None
    node: etree._Element


def _first_and_last(found: list[_Balance]) -> tuple[_Balance | None, _Balance | None]:
    """The opening and the closing one. On a page of several, an interim balance stands for the one that is not there."""
    interims = [balance for balance in found if balance.code == _INTERIM]
    opening = next((balance for code in _FIRST for balance in found if balance.code == code), None)
    if opening is None and interims:
        opening = interims.pop(0)
    closing = next((balance for balance in found if balance.code in _LAST), None)
    if closing is None and interims:
        closing = interims.pop()
    return opening, closing


@dataclass(frozen=True)
class _Page:
    """One statement of the file."""

    account: str
    currency: str
    number: str
    opening: Decimal | None
    closing: Decimal | None
    from_on: date | None
    to_on: date | None
    movements: list[Movement]
    faults: list[RowFault]
    notes: list[RowFault]
    line: int


def read_camt(content: bytes) -> Statement:
    """The statement in an XML file. Several statements of one account are taken as one."""
    root = parse(content)
    nodes = [stmt for message in root.iter("{*}BkToCstmrStmt") for stmt in all_of(message, "Stmt")]
    if not nodes:
        raise StatementUnreadable(_what_else(root))
    pages = [_page(node) for node in nodes]
    account = check_one_account({page.account for page in pages})
    currency = check_one_currency({page.currency for page in pages if page.currency})
    if all(page.from_on for page in pages):
        pages.sort(key=lambda page: page.from_on or date.min)
    return Statement(
        account_iban=account,
        currency=currency,
        opening=pages[0].opening,
        closing=pages[-1].closing,
        from_on=min((page.from_on for page in pages if page.from_on), default=None),
        to_on=max((page.to_on for page in pages if page.to_on), default=None),
        number=" – ".join(dict.fromkeys(page.number for page in (pages[0], pages[-1]) if page.number)),
        movements=tuple(movement for page in pages for movement in page.movements),
        faults=tuple(fault for page in pages for fault in page.faults) + tuple(_gaps(pages)),
        notes=tuple(note for page in pages for note in page.notes),
    )


def _what_else(root: etree._Element) -> str:
    if next(root.iter("{*}BkToCstmrAcctRpt"), None) is not None:
        return _("This is a report of the day (CAMT.052), which may still change: export the statement as CAMT.053.")
    if next(root.iter("{*}BkToCstmrDbtCdtNtfctn"), None) is not None:
        return _("This is a debit and credit notice (CAMT.054), not a statement: export the statement as CAMT.053.")
    if etree.QName(root).localname.lower() == "html":
        return _("This file is a web page: export the statement as CAMT.053 or CSV.")
    return _("This XML file is no bank statement: export the statement as CAMT.053.")


def _page(node: etree._Element) -> _Page:
    balances = _Balances.of(node)
    account = text_at(node, "Acct/Id/IBAN", "Acct/Id/Othr/Id").replace(" ", "").upper()
    currency = text_at(node, "Acct/Ccy") or balances.currency or next(map(currency_at, all_of(node, "Ntry")), "")
    entries = read_entries(node, account, currency)
    faults = [*balances.faults, *entries.faults]
    from_on, to_on = _period(node, faults)
    if not faults:
        total = sum((movement.amount for movement in entries.movements), ZERO)
        fault = balance_fault(balances.opening, total, balances.closing, balances.line or node.sourceline)
        faults += [fault] if fault else []
    days = [movement.booked_on for movement in entries.movements]
    notes = list(entries.notes)
    if balances.opening is None or balances.closing is None:
        notes.append(
            RowFault(node.sourceline, _("No opening and closing balance: it cannot be told whether all is there."))
        )
    return _Page(
        account=account,
        currency=currency,
        number=text_at(node, "Id", "ElctrncSeqNb", "LglSeqNb"),
        opening=balances.opening,
        closing=balances.closing,
        from_on=from_on or balances.opened_on or min(days, default=None),
        to_on=to_on or balances.closed_on or max(days, default=None),
        movements=entries.movements,
        faults=faults,
        notes=notes,
        line=balances.line or node.sourceline,
    )


def _period(node: etree._Element, faults: list[RowFault]) -> tuple[date | None, date | None]:
    """The days that a statement says it is about."""
    try:
        return day_at(node, "FrToDt/FrDtTm", "FrToDt/FrDt"), day_at(node, "FrToDt/ToDtTm", "FrToDt/ToDt")
    except Unclear as fault:
        faults.append(RowFault(node.sourceline, str(fault)))
        return None, None


def _gaps(pages: list[_Page]) -> list[RowFault]:
    """Statements of one account follow each other: each starts with what the one before left."""
    return [
        RowFault(
            page.line, _("This statement does not start where the one before it ends: one is missing between them.")
        )
        for before, page in zip(pages, pages[1:], strict=False)
        if None not in (before.closing, page.opening) and before.closing != page.opening
    ]
