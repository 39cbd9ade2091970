"""Work that no page waits for: each task fetches and calls one action."""

from django_tasks import task

from events.actions.mailings import carry_on_mailing


@task()
def write_mailing_task(mailing_id: int) -> None:
    carry_on_mailing(mailing_id)
