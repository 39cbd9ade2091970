from offers.views.showcase import offer_list, offer_page, offer_points, place_suggestions
from offers.views.writing import (
    create_offer,
    delete_offer,
    edit_offer,
    my_offers,
    offer_pictures,
    publish_offer,
    remove_picture,
    withdraw_offer,
)

__all__ = [
    "create_offer",
    "delete_offer",
    "edit_offer",
    "my_offers",
    "offer_list",
    "offer_page",
    "offer_pictures",
    "offer_points",
    "place_suggestions",
    "publish_offer",
    "remove_picture",
    "withdraw_offer",
]
