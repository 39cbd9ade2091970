from django.urls import path

from billing.views import baskets, orders, paying

app_name = "billing"
urlpatterns = [
    # The basket
    path("basket/", baskets.basket, name="basket"),
    path("basket/lines/<int:pk>/remove/", baskets.remove_from_basket, name="remove_from_basket"),
    # Orders
    path("orders/", orders.order_list, name="order_list"),
    path("orders/<int:pk>/", orders.order_page, name="order_page"),
    path("orders/<int:pk>/cancel/", orders.cancel_order, name="cancel_order"),
    path("orders/<int:pk>/pay/", paying.pay_order, name="pay_order"),
    path("orders/<int:pk>/return/", paying.payment_return, name="payment_return"),
    path("orders/<int:pk>/check/", paying.check_payment, name="check_payment"),
]
