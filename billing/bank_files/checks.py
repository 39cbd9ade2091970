"""What every kind of statement must stand up to, and how it is said."""

from collections.abc import Collection
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from billing.bank_files.statement import RowFault, StatementUnreadable


def check_one_account(accounts: Collection[str]) -> str:
    """The one account that a file is about."""
    if len(accounts) > 1:
        shown = ", ".join(sorted(account or "?" for account in accounts))
        raise StatementUnreadable(
            _("This file holds several accounts (%(accounts)s): export one file for each account.")
            % {"accounts": shown}
        )
    return next(iter(accounts), "")


def check_one_currency(currencies: Collection[str]) -> str:
    if len(currencies) > 1:
        raise StatementUnreadable(
            _("This file holds several currencies (%(currencies)s): export one file for each.")
            % {"currencies": ", ".join(sorted(currencies))}
        )
    return next(iter(currencies), "")


def balance_fault(opening: Decimal | None, total: Decimal, closing: Decimal | None, line: int) -> RowFault | None:
    """A statement whose movements do not lead from one balance to the other lacks some of them, or has some twice."""
    if opening is None or closing is None or opening + total == closing:
        return None
    sentence = _(
        "This statement is not complete: it starts from %(opening)s and its movements add up to %(total)s, "
        "yet it ends on %(closing)s."
    )
    return RowFault(line, sentence % {"opening": shown(opening), "total": shown(total), "closing": shown(closing)})


def shown(amount: Decimal) -> str:
    return formats.number_format(amount, 2, use_l10n=True, force_grouping=True)


def nothing_moved(line: int) -> RowFault:
    return RowFault(line, _("Left out: an amount of zero moves no money."))
