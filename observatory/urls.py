from django.urls import path

from observatory import views

app_name = "observatory"
urlpatterns = [
    path("", views.observatory, name="observatory"),
    path("data.csv", views.data, name="data"),
    path("charts/<slug:code>.svg", views.chart, name="chart"),
    path("lists/<slug:code>/", views.figure_list, name="figure_list"),
]
