from django import forms


class DayInput(forms.DateInput):
    """The browser's own date field, which wants 2026-11-22 whatever the language."""

    input_type = "date"

    def __init__(self, **attrs):
        super().__init__(attrs=attrs, format="%Y-%m-%d")
