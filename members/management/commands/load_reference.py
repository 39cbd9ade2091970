from django.core.management.base import BaseCommand

from members.reference import load_reference


class Command(BaseCommand):
    help = "Load communes, territories, sectors and occupations from the project's own files (safe to run again)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--departments", nargs="+", metavar="CODE", help="only the communes of these departments (92 78 2A 974 …)"
        )

    def handle(self, *args, departments=None, **options):
        loaded = load_reference(departments=departments)
        for name, count in vars(loaded).items():
            self.stdout.write(f"{count:>7} {name.replace('_', ' ')}")
