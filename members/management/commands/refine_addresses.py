from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from members.actions.addresses import refine_due_addresses


class Command(BaseCommand):
    help = "Ask the national address service for the points of addresses whose turn it is (ADDRESS_API_URL)."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=200, help="ask about so many at most (200)")

    def handle(self, *args, limit, **options):
        count = refine_due_addresses(limit)
        self.stdout.write(ngettext("%(count)s point refined", "%(count)s points refined", count) % {"count": count})
