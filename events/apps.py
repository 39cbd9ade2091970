from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self):
        from billing import payables  # noqa: PLC0415
        from core import letters  # noqa: PLC0415
        from events.actions.personal_data import data_of  # noqa: PLC0415 - models are known from here on only
        from events.actions.privacy import forget  # noqa: PLC0415
        from events.documents.tickets import DRAWING, draw_tickets  # noqa: PLC0415
        from events.payables import RegistrationPayable  # noqa: PLC0415
        from members import personal_data  # noqa: PLC0415

        payables.register(RegistrationPayable())
        personal_data.register("events", data_of, forget)
        letters.register_drawing(DRAWING, draw_tickets)
