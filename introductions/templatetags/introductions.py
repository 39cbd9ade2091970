"""A status as it is shown: the member of its enum, with label and tone."""

from django import template

from introductions.enums import ContractStatus, Stage
from introductions.models import Contract

register = template.Library()


@register.filter
def stage(value: str) -> Stage:
    return Stage(value)


@register.filter
def contract_status(contract: Contract) -> ContractStatus:
    return ContractStatus(contract.status)
