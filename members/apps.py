from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"

    def ready(self):
        from members import personal_data  # noqa: PLC0415 - models are known from here on only
        from members.actions.people import data_of, forget  # noqa: PLC0415

        personal_data.register("members", data_of, forget)
