from billing.forms.filters import OrderFilter
from billing.forms.orders import PayForm, PlaceForm, ReasonForm

__all__ = ["OrderFilter", "PayForm", "PlaceForm", "ReasonForm"]
