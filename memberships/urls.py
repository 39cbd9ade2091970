from django.urls import path

from memberships.views import applications, contacts, members, plans, terms

app_name = "memberships"
urlpatterns = [
    # The public directory
    path("", members.member_list, name="member_list"),
    path("points.json", members.member_points, name="member_points"),
    # Applications
    path("applications/", applications.application_list, name="application_list"),
    path("applications/new/", applications.submit_application, name="submit_application"),
    path("applications/<int:pk>/", applications.application_page, name="application_page"),
    path("applications/<int:pk>/withdraw/", applications.withdraw_application, name="withdraw_application"),
    path("applications/<int:pk>/accept/", applications.accept_application, name="accept_application"),
    path("applications/<int:pk>/refuse/", applications.refuse_application, name="refuse_application"),
    # Memberships
    path("memberships/", terms.membership_list, name="membership_list"),
    path("memberships/<int:pk>/", terms.term_page, name="term_page"),
    path("memberships/<int:pk>/end/", terms.end_term, name="end_term"),
    # The club's whole directory
    path("contacts/", contacts.contact_list, name="contact_list"),
    path("contacts/enrol/", contacts.enrol_organisations, name="enrol_organisations"),
    path("contacts/export/", contacts.export_contacts, name="export_contacts"),
    # Plans
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/new/", plans.create_plan, name="create_plan"),
    path("plans/<int:pk>/edit/", plans.update_plan, name="update_plan"),
    path("plans/<int:pk>/close/", plans.close_plan, name="close_plan"),
    path("plans/<int:pk>/reopen/", plans.reopen_plan, name="reopen_plan"),
]
