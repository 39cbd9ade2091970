from django.apps import AppConfig


class IntroductionsConfig(AppConfig):
    name = "introductions"

    def ready(self):
        from introductions.actions.personal_data import data_of, forget  # noqa: PLC0415 - models are known from here on
        from members import personal_data  # noqa: PLC0415

        personal_data.register("introductions", data_of, forget)
