from django.core.management.base import BaseCommand, CommandError

from billing.actions.checking import findings


class Command(BaseCommand):
    help = (
        "Check what must always hold of orders, payments, invoices and the ledger; fails with a list of what does not."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--provider", action="store_true", help="compare every payment with the payment provider too"
        )

    def handle(self, *args, **options):
        found = findings(ask_provider=options["provider"])
        for finding in found:
            self.stderr.write(str(finding))
        if found:
            raise CommandError(f"{len(found)} of the ledger’s rules are broken.")
        self.stdout.write("The ledger is in order.")
