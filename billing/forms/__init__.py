from billing.forms.orders import PayForm, PlaceForm

__all__ = ["PayForm", "PlaceForm"]
