from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self):
        from events.actions.privacy import data_of, forget  # noqa: PLC0415 - models are known from here on only
        from members import personal_data  # noqa: PLC0415

        personal_data.register("events", data_of, forget)
