from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clubsite.demo.loading import DemoRefused, load_demo


class Command(BaseCommand):
    help = "Fill an empty database with the demo clubs; safe to run twice."

    def handle(self, *args, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("The demo has known passwords: it is not for production.")
        try:
            made = load_demo()
        except DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["verbosity"] < 1:
            return
        if made is None:
            self.stdout.write("The demo is already there.")
        else:
            self.stdout.write("Demo: " + ", ".join(f"{number} {name}" for name, number in vars(made).items()) + ".")
