from django_tasks import task

from core.letters import send_with_followers


@task()
def send_letter_task(letter_id: int) -> None:
    send_with_followers(letter_id)
