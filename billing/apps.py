from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self):
        from billing.actions.personal_data import data_of, forget  # noqa: PLC0415 - models are known from here on only
        from members import personal_data  # noqa: PLC0415

        personal_data.register("billing", data_of, forget)
