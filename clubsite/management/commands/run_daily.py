from django.core.management.base import BaseCommand, CommandError
from django_tasks import TaskResultStatus

from clubsite.tasks import DAILY, do_daily


class Command(BaseCommand):
    help = "Hand the recurring work to the task queue; run it once a day, safe to run twice."

    def handle(self, *args, **options):
        results = {name: do_daily.enqueue(name) for name in DAILY}
        for name, result in results.items():
            number = f" {result.return_value}" if result.status == TaskResultStatus.SUCCESSFUL else ""
            self.stdout.write(f"{name}:{number} ({result.status.label})")
        failed = [name for name, result in results.items() if result.status == TaskResultStatus.FAILED]
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log says why; the rest is done.")
