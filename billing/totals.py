"""What lines come to: VAT is computed per rate, on the sum of its lines (EN 16931, BR-CO-17), half a cent rounded up."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from billing.enums import VatRegime
from core.money import ZERO, money


@dataclass(frozen=True)
class Totals:
    """`vat_by_regime` holds every regime that occurs, with the VAT of its lines (zero where exempt)."""

    net_by_regime: dict[VatRegime, Decimal]
    vat_by_regime: dict[VatRegime, Decimal]

    @property
    def net(self) -> Decimal:
        return sum(self.net_by_regime.values(), ZERO)

    @property
    def vat(self) -> Decimal:
        return sum(self.vat_by_regime.values(), ZERO)

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


def totals_of(amounts: Iterable[tuple[str, Decimal]]) -> Totals:
    """`amounts` are (regime, net) pairs."""
    nets: dict[VatRegime, Decimal] = {}
    for regime, net in amounts:
        nets[VatRegime(regime)] = nets.get(VatRegime(regime), ZERO) + net
    return Totals(nets, {regime: money(net * regime.rate / 100) for regime, net in nets.items()})


def net_of(gross: Decimal, regime: str) -> Decimal | None:
    """The net amount that gives this total with VAT; None where no whole number of cents does."""
    net = money(gross / (1 + VatRegime(regime).rate / 100))
    return net if totals_of([(regime, net)]).gross == gross else None
