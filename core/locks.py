"""The one place where a row is locked.

Whatever becomes scarcer (places of an event, the pair of an introduction) is guarded by the row of the thing it
belongs to: lock it, *then* re-read and decide. On PostgreSQL this is SELECT … FOR NO KEY UPDATE; on SQLite the
transaction is IMMEDIATE (see settings), so that beginning it already queued behind every other writer.
"""

from functools import cache

from django.db import models, transaction

from core.prepared import prepared


def lock_row(queryset: models.QuerySet, pk: int):
    """Return the fresh row `pk` of `queryset`, locked until the transaction ends.

    The lock leaves the row's key alone (FOR NO KEY UPDATE): whoever takes it waits, but a row elsewhere that merely
    points at this one may still be written, so that two actions that point at each other's rows never wait in a circle.
    Raises DoesNotExist if it is gone and TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection(queryset.db).in_atomic_block:
        raise transaction.TransactionManagementError("lock_row() needs a transaction")
    # No get(): the tests take several of them in one request for a forgotten join, but locks are taken one by one.
    for row in _of_model(queryset.model)(pk) if _is_all(queryset) else _locked(queryset, pk):
        return row
    raise queryset.model.DoesNotExist(f"{queryset.model.__name__} {pk} is gone")


def _locked(queryset: models.QuerySet, pk: int) -> models.QuerySet:
    return queryset.order_by().select_related(None).select_for_update(no_key=True).filter(pk=pk)


def _is_all(queryset: models.QuerySet) -> bool:
    """As `Model.objects.all()`: the most usual one, whose SQL is written once."""
    query, prefetched = queryset.query, queryset._prefetch_related_lookups
    return not (query.where or query.annotations or query.is_sliced or query.deferred_loading[0] or prefetched)


@cache
def _of_model(model: type[models.Model]):
    return prepared(lambda pk: _locked(model._default_manager.all(), pk))
