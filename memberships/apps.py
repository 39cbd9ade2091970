from django.apps import AppConfig


class MembershipsConfig(AppConfig):
    name = "memberships"

    def ready(self):
        """Dues can be bought; plans limit how many people an organisation has."""
        from billing import payables  # noqa: PLC0415 - models are there once all apps are
        from members import team_size  # noqa: PLC0415
        from memberships.actions.seats import require_seat  # noqa: PLC0415
        from memberships.payables import Dues  # noqa: PLC0415

        payables.register(Dues())
        team_size.register("memberships", require_seat)
