from decimal import ROUND_HALF_UP, Decimal


def clause_hours_due(amount: Decimal, labour_share: Decimal, insertion_rate: Decimal, hourly_cost: Decimal) -> int:
    """Hours of insertion that a social clause asks for: amount × labour share × insertion rate ÷ loaded hourly cost.

    `amount` excl. tax and `hourly_cost` in euros; the two rates in percent; rounded to the whole hour. The usual rule
    of French clause facilitators (1 000 000 € × 50 % × 5 % ÷ 30 € = 833 h), as in the method guides for social clauses
    in public contracts; a contract may set its own figure, so the result is a help and never imposed.
    Raises ValueError when the hourly cost is not above zero.

    >>> clause_hours_due(Decimal(1_000_000), Decimal(50), Decimal(5), Decimal(30))
    833
    """
    if hourly_cost <= 0:
        raise ValueError("the hourly cost must be above zero")
    hours = amount * labour_share * insertion_rate / (100 * 100) / hourly_cost
    return int(hours.quantize(Decimal(1), ROUND_HALF_UP))
