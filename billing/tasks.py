from django_tasks import task

from billing.actions.refunds import send_refund
from billing.models import Refund


@task()
def send_refund_task(refund_id: int) -> None:
    send_refund(Refund.objects.select_related("payment__order").get(pk=refund_id))
