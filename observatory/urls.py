from django.urls import path

from observatory import views

app_name = "observatory"
urlpatterns = [
    path("", views.observatory, name="observatory"),
    path("data.csv", views.data, name="data"),
    path("charts/<slug:code>.svg", views.chart, name="chart"),
    path("lists/<slug:code>/", views.figure_list, name="figure_list"),
    path("events/<slug:slug>/", views.event_report, name="event_report"),
    path("events/<slug:slug>/charts/<slug:code>.svg", views.event_report_chart, name="event_report_chart"),
    path("events/<slug:slug>/report.pdf", views.event_report_pdf, name="event_report_pdf"),
    path("events/<slug:slug>/report.xlsx", views.event_report_xlsx, name="event_report_xlsx"),
]
