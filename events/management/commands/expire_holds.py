from django.core.management.base import BaseCommand
from django.utils import timezone

from events.actions import expire_holds


class Command(BaseCommand):
    help = "Give up places that were held and not paid in time: run it every few minutes; safe to run twice and side by side."

    def handle(self, *args, **options):
        self.stdout.write(f"{expire_holds(timezone.now())} registrations given up.")
