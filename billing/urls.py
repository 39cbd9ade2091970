from django.urls import path

from billing.views import baskets, orders

app_name = "billing"
urlpatterns = [
    # The basket
    path("basket/", baskets.basket, name="basket"),
    path("basket/lines/<int:pk>/remove/", baskets.remove_from_basket, name="remove_from_basket"),
    # Orders
    path("orders/<int:pk>/", orders.order_page, name="order_page"),
]
