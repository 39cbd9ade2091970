from django.urls import path

from offers import views

app_name = "offers"
urlpatterns = [
    # The showcase
    path("", views.offer_list, name="offer_list"),
    path("points/", views.offer_points, name="offer_points"),
    path("places/", views.place_suggestions, name="place_suggestions"),
    path("<int:pk>/", views.offer_page, name="offer_page"),
    # The structure's side
    path("mine/", views.my_offers, name="my_offers"),
    path("new/", views.create_offer, name="create_offer"),
    path("<int:pk>/edit/", views.edit_offer, name="edit_offer"),
    path("<int:pk>/pictures/", views.offer_pictures, name="offer_pictures"),
    path("<int:pk>/pictures/<int:picture_pk>/remove/", views.remove_picture, name="remove_picture"),
    path("<int:pk>/publish/", views.publish_offer, name="publish_offer"),
    path("<int:pk>/withdraw/", views.withdraw_offer, name="withdraw_offer"),
    path("<int:pk>/delete/", views.delete_offer, name="delete_offer"),
]
