from django.core.management.base import BaseCommand, CommandError

from core.messages import app_names, catalogues, contradictions


class Command(BaseCommand):
    help = "Refresh the French catalogues from the code and the templates, or say what they lack (--check)."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--app", choices=app_names(), help="only this app's catalogue (clubsite: the root's)")
        parser.add_argument("--check", action="store_true", help="write nothing; fail if anything is to do")

    def handle(self, *args, app=None, check=False, **options):
        chosen = [catalogue for catalogue in catalogues() if app in (None, catalogue.name)]
        if not check:
            for catalogue in chosen:
                catalogue.update()
        faults = [fault for catalogue in chosen for fault in catalogue.faults()]
        faults += [
            line for line in contradictions() if app is None or app in line.split(" differ on ")[0].split(" and ")
        ]
        for fault in faults:
            self.stdout.write(fault)
        if check and faults:
            raise CommandError(f"{len(faults)} strings need a translator: run `make messages` and edit the .po files.")
        self.stdout.write(f"{len(chosen)} catalogues, {len(faults)} strings need a translator.")
