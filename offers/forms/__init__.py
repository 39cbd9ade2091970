from offers.forms.offers import OfferForm, PictureForm, WithdrawForm
from offers.forms.showcase import ShowcaseForm

__all__ = ["OfferForm", "PictureForm", "ShowcaseForm", "WithdrawForm"]
