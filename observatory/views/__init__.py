from observatory.views.event_reports import event_report, event_report_chart, event_report_pdf, event_report_xlsx
from observatory.views.figures import chart, data, figure_list, observatory

__all__ = [
    "chart",
    "data",
    "event_report",
    "event_report_chart",
    "event_report_pdf",
    "event_report_xlsx",
    "figure_list",
    "observatory",
]
