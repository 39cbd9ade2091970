from django_tasks import task

from core.letters import send_letter


@task()
def send_letter_task(letter_id: int) -> None:
    send_letter(letter_id)
