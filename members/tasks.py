"""Work that no page waits for: each task fetches and calls one action."""

from django_tasks import task

from members.actions.addresses import refine_due_addresses
from members.actions.import_runs import check_import, import_directory


@task()
def check_import_task(run_id: int) -> None:
    check_import(run_id)


@task()
def import_directory_task(run_id: int) -> None:
    import_directory(run_id)
    refine_addresses_task.enqueue()


@task()
def refine_addresses_task() -> None:
    refine_due_addresses()
