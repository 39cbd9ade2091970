from django.core.management.base import BaseCommand, CommandError

from billing.actions.reconciling import reconcile


class Command(BaseCommand):
    help = "Follow what webhooks missed, look at open payments, send refunds again, give up what nobody pays."

    def handle(self, *args, **options):
        done = reconcile()
        self.stdout.write(
            f"news followed: {done.news}, payments moved: {done.payments}, refunds sent: {done.refunds}, "
            f"orders given up: {done.given_up}"
        )
        if done.silent:
            raise CommandError(f"No answer from the payment provider for: {', '.join(done.silent)}")
