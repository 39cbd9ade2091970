"""Long lists to tick from, folded by group: sectors by trade, départements by region."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext as _

from members.models import Sector, Territory


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_ticked: bool
    count: int | None = None


@dataclass
class ChoiceGroup:
    name: str
    choices: list[Choice] = field(default_factory=list)
    is_first: bool = False

    @property
    def ticked(self) -> int:
        return sum(choice.is_ticked for choice in self.choices)

    @property
    def is_open(self) -> bool:
        """Shown unfolded: something in it is ticked, or it is the likeliest."""
        return self.is_first or self.ticked > 0


class LenientChoices(forms.MultipleChoiceField):
    """What an address may carry: values that are no choice (any more) are left out, without an error."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, **kwargs})

    def clean(self, value):
        known = {str(key) for key, _label in self.choices}
        return [one for one in dict.fromkeys(self.to_python(value)) if one in known]


def ticked_values(bound_field: forms.BoundField) -> set[str]:
    """The values that stand ticked, as strings: sent ones, or the initial ones (things or ids)."""
    return {str(getattr(one, "pk", one)) for one in bound_field.value() or []}


def sector_groups(sectors: Iterable[Sector], ticked: set[str]) -> list[ChoiceGroup]:
    """Sectors (with their groups read) under their trades; a sector's `offer_count`, if any, stands beside it."""
    groups: dict[int, ChoiceGroup] = {}
    for sector in sectors:
        group = groups.setdefault(sector.group_id, ChoiceGroup(sector.group.name))
        value = str(sector.pk)
        group.choices.append(Choice(value, sector.name, value in ticked, getattr(sector, "offer_count", None)))
    return list(groups.values())


def territory_groups(territories: Iterable[Territory], ticked: set[str], home: int | None) -> list[ChoiceGroup]:
    """Départements under their region, which can be ticked whole; the region `home` comes first, unfolded."""
    territories = list(territories)
    groups = {t.pk: ChoiceGroup(t.name, is_first=t.pk == home) for t in territories if t.region_id is None}
    for territory in territories:
        value = str(territory.pk)
        if territory.region_id is None:
            whole = _("The whole region: %(region)s") % {"region": territory.name}
            groups[territory.pk].choices.insert(0, Choice(value, whole, value in ticked))
        elif territory.region_id in groups:
            groups[territory.region_id].choices.append(Choice(value, str(territory), value in ticked))
    return sorted(groups.values(), key=lambda group: (not group.is_first, group.name))
