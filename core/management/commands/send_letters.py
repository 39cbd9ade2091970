from django.core.management.base import BaseCommand

from core.letters import send_due_letters


class Command(BaseCommand):
    help = "Send the letters that are due: run it every few minutes; safe to run twice and side by side."

    def handle(self, *args, **options):
        self.stdout.write(f"{send_due_letters()} letters sent.")
