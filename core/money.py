"""Money: `Decimal` with two places in Python, whole cents in the database, so that sums are exact on SQLite too."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
# What a column of whole cents may hold is far more; nobody here sells for more than this.
MOST = Decimal("9999999.99")


def money(value) -> Decimal:
    """`value` (Decimal, int or text) as an amount with two places, half a cent rounded away from zero."""
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def cents(amount: Decimal) -> int:
    """An amount in whole cents. Raises ValueError for a part of a cent: rounding is decided before, never here."""
    whole = Decimal(amount) * 100
    if whole != whole.to_integral_value():
        raise ValueError(f"{amount} is no whole number of cents")
    return int(whole)


def from_cents(whole: int) -> Decimal:
    return Decimal(whole).scaleb(-2)


# Outside it is no whole number: the type checker is told so.
if TYPE_CHECKING:
    _BigInteger = models.BigIntegerField[Decimal | int, Decimal]
else:
    _BigInteger = models.BigIntegerField


class MoneyField(_BigInteger):
    """An amount: `Decimal` outside, whole cents inside. Sums of it are amounts too."""

    description = _("Amount of money")

    def from_db_value(self, value, expression, connection):
        return None if value is None else from_cents(int(value))

    def to_python(self, value):
        return None if value is None or value == "" else money(value)

    def get_prep_value(self, value):
        return None if value is None else cents(Decimal(value))

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    @property
    def validators(self):
        """Those of whole numbers compare cents; an amount's bounds are the form's and the constraints' affair."""
        return self._validators

    def formfield(self, **kwargs):
        defaults = {"form_class": forms.DecimalField, "max_digits": 9, "decimal_places": 2, **kwargs}
        return models.Field.formfield(self, **defaults)


class AmountField(forms.DecimalField):
    """Euros as people write them: « 12 000 », « 1 250,50 € »."""

    def __init__(self, **kwargs):
        super().__init__(localize=True, **kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value):
        return super().to_python(re.sub(r"[\s€]", "", value) if isinstance(value, str) else value)
