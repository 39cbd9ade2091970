from django.core.management.base import BaseCommand

from core.messages import catalogues


class Command(BaseCommand):
    help = "Compile the catalogues that changed (no gettext program is needed)."
    requires_system_checks = []

    def handle(self, *args, **options):
        compiled = [catalogue.name for catalogue in catalogues() if catalogue.compile()]
        self.stdout.write(f"Compiled {len(compiled)} catalogues.")
