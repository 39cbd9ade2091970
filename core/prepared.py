"""Questions that every request puts: their SQL is written once, and sent again with other values.

    @prepared
    def own_places(event_id: int, person_id: int, organisation_ids: Collection[int]):
        return Place.objects.filter(event=event_id).active()…

    own_places(event.pk, person.pk, rights.organisation_ids)   # a query set, as if it had just been written

Writing SQL costs Django several times what PostgreSQL needs to answer it: a page that asks ten questions spends most of its
time there. The function is called once for each shape of its values (how many there are in a collection), with values that
stand for them; whatever else it reads – a clock, a language, a setting – would stay as it was at the first call.

What comes back is to be read as it is, or by `own_places.first(…)`, with whatever the function prefetches. To be
asked further (`filter`, `count`, as a part of another query) it would have to be written anew, so it refuses.
"""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from functools import update_wrapper
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

# A question with lists of many lengths: beyond so many shapes it is written each time.
MOST_SHAPES = 40
# Whole numbers, moments and texts that no real value is.
NUMBER, MOMENT, DAY, TEXT = (
    7_654_321_000_000_000,
    datetime(8765, 4, 3, tzinfo=UTC),
    date(8765, 1, 1),
    "\ue000slot%d\ue001",
)


class Prepared:
    """A question whose SQL is kept (see `prepared`): called with its values, it returns a query set."""

    def __init__(self, make: Callable[..., QuerySet]):
        update_wrapper(self, make)
        self._make = make
        self._known: dict[tuple, _Written] = {}

    def __call__(self, *values) -> QuerySet:
        values = [tuple(value) if _is_many(value) else value for value in values]
        shape = tuple(
            (len(value), *map(type, value[:1])) if isinstance(value, tuple) else type(value) for value in values
        )
        written = self._known.get(shape)
        if written is None:
            written = _Written(self._make, values)
            if len(self._known) < MOST_SHAPES:
                self._known[shape] = written
        return written.with_values(_flat(values))

    def first(self, *values) -> Any:
        """The first row, or None."""
        return next(iter(self(*values)), None)


def prepared(make: Callable[..., QuerySet]) -> Prepared:
    """A question of numbers, texts, days, moments, UUIDs and collections of them, in the order of `make`'s parameters.

    Raises LookupError where a value does not stand in the SQL as it is (such as one within a LIKE), and TypeError for
    values of other kinds.
    """
    return Prepared(make)


class _Written:
    """The SQL of a question of one shape, and where its values go."""

    def __init__(self, make: Callable[..., QuerySet], values: list):
        slots: list = []
        stand_ins = [
            tuple(_slot(one, slots) for one in value) if isinstance(value, tuple) else _slot(value, slots)
            for value in values
        ]
        self.queryset = make(*stand_ins)
        self.using = self.queryset.db
        self.compiler = self.queryset.query.get_compiler(using=self.using)
        try:
            self.sql, params = self.compiler.as_sql()
        except EmptyResultSet:  # nothing can ever be found, whatever the values
            self.sql, params = "", ()
        adapted = [_adapt(slot, self.compiler.connection) for slot in slots]
        # What stands in the SQL: (None, a fixed value), or (which value, the type in which the database takes it).
        self.params = [
            (adapted.index(param), type(param)) if _is_among(param, adapted) else (None, param) for param in params
        ]
        used = {index for index, _type in self.params}
        # Beside an empty collection others may be left out with it: « in none of these, and since that day ».
        if () not in values and self.sql and not used.issuperset(range(len(slots))):
            raise LookupError("not every value stands in the SQL as it is")

    def with_values(self, values: list) -> QuerySet:
        connection = connections[self.using]  # each thread has its own
        values = [_adapt(value, connection) for value in values]
        params = tuple(
            kind if index is None else kind(values[index]) if isinstance(values[index], int) else values[index]
            for index, kind in self.params
        )
        compiler = _twin(self.compiler, connection=connection, as_sql=lambda *args, **kwargs: (self.sql, params))
        query = _twin(self.queryset.query, get_compiler=lambda *args, **kwargs: compiler, chain=_refuse, clone=_refuse)
        return _twin(self.queryset, _query=query, _chain=_refuse)


def _twin(thing, **differing):
    """A shallow copy, made without asking: a query set asked for a copy would first read its rows."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__, **differing)
    return twin


def _refuse(*args, **kwargs):
    raise TypeError("A prepared question can only be read as it is: write it anew to ask further.")


def _is_many(value) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str)


def _flat(values: list) -> list:
    return [one for value in values for one in (value if isinstance(value, tuple) else (value,))]


def _slot(value, slots: list):
    """What stands for `value` while the SQL is written; noted in `slots`."""
    number = len(slots)
    if isinstance(value, datetime):
        slot = MOMENT.replace(microsecond=number + 1)
    elif isinstance(value, date):
        slot = date.fromordinal(DAY.toordinal() + number)
    elif isinstance(value, str):
        slot = TEXT % number
    elif isinstance(value, UUID):
        slot = UUID(int=number + NUMBER)
    elif isinstance(value, int) and not isinstance(value, bool):
        slot = NUMBER + number
    else:
        raise TypeError(f"{value!r} cannot be a value of a prepared question")
    slots.append(slot)
    return slot


def _adapt(value, connection):
    """`value` as this database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _is_among(param, slots: list) -> bool:
    return not isinstance(param, bool) and any(param == slot and isinstance(param, type(slot)) for slot in slots)
