from django.urls import path

from memberships.views import applications, contacts, dues, members, paper, plans, prices, renewals, terms

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
    path("memberships/<int:pk>/suspend/", terms.suspend_term, name="suspend_term"),
    path("memberships/<int:pk>/resume/", terms.resume_term, name="resume_term"),
    path("memberships/<int:pk>/plan/", terms.change_plan, name="change_plan"),
    path("memberships/<int:pk>/people/", terms.buy_people, name="buy_people"),
    path("memberships/<int:pk>/certificate.pdf", terms.certificate, name="certificate"),
    # Dues
    path("dues/<int:pk>/", dues.dues_page, name="dues_page"),
    path("dues/<int:pk>/order/", dues.order_dues, name="order_dues"),
    path("dues/<int:pk>/hold/", dues.hold_dues, name="hold_dues"),
    path("dues/<int:pk>/unhold/", dues.unhold_dues, name="unhold_dues"),
    path("dues/<int:pk>/remind/", dues.remind_dues, name="remind_dues"),
    path("dues/<int:pk>/withdraw/", dues.withdraw_dues, name="withdraw_dues"),
    # Renewals and memberships of a club
    path("renewals/", renewals.renewal_list, name="renewal_list"),
    path("renewals/preview/", renewals.preview_renewals, name="preview_renewals"),
    path("renewals/confirm/", renewals.renew_terms, name="renew_terms"),
    path("renewals/export/", renewals.export_members, name="export_members"),
    path("renewals/paper/", paper.enter_paper, name="enter_paper"),
    # The club's whole directory
    path("contacts/", contacts.contact_list, name="contact_list"),
    path("contacts/enrol/", contacts.enrol_organisations, name="enrol_organisations"),
    path("contacts/export/", contacts.export_contacts, name="export_contacts"),
    # Plans
    path("join/", prices.join_page, name="join_page"),
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/new/", plans.create_plan, name="create_plan"),
    path("plans/<int:pk>/edit/", plans.update_plan, name="update_plan"),
    path("plans/<int:pk>/prices/", prices.set_prices, name="set_prices"),
    path("plans/<int:pk>/delete/", plans.delete_plan, name="delete_plan"),
    path("plans/<int:pk>/close/", plans.close_plan, name="close_plan"),
    path("plans/<int:pk>/reopen/", plans.reopen_plan, name="reopen_plan"),
]
