"""In whose name a club sells. Invoices that are issued keep what they say."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from billing.models import Seller
from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.models import Club


@transaction.atomic
def edit_seller(club: Club, *, by, **values) -> Seller:
    """Set up what a club sells as, or change it; from then on the club may ask for money. Nothing is written when
    nothing changes.

    Raises RuleBroken (field `iban`) for transfers without an account; (field `invoice_prefix`) when another club of the
    same legal person numbers its invoices alike.
    """
    club = lock_row(Club.objects.all(), club.pk)
    seller = Seller.objects.filter(club=club).first() or Seller(club=club)
    changed = {name for name, value in values.items() if getattr(seller, name) != value}
    if not changed:
        return seller
    for name, value in values.items():
        setattr(seller, name, value)
    if seller.takes_transfers and not seller.iban:
        raise RuleBroken(_("Transfers need the club’s IBAN."), field="iban")
    _check_numbers(seller)
    seller.save()
    record(
        "billing.seller.edited", gettext_noop("Changed in whose name %(club)s sells: %(fields)s"), by=by, about=[club],
        club=club, fields=", ".join(sorted(changed)),
    )  # fmt: skip
    return seller


def _check_numbers(seller: Seller) -> None:
    """One legal person, one series of numbers each: two clubs' invoices must not bear the same number."""
    same_person = Seller.objects.filter(siret__startswith=seller.siret[:9]).exclude(club=seller.club)
    if same_person.filter(invoice_prefix=seller.invoice_prefix).exists():
        raise RuleBroken(
            _("Another club of the same legal person numbers its invoices so: choose another beginning."),
            field="invoice_prefix",
        )
