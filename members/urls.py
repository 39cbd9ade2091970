from django.urls import path

from members.views import clubs, imports, organisations, people, teams

app_name = "members"
urlpatterns = [
    # People
    path("welcome/", organisations.onboarding_page, name="onboarding_page"),
    path("profile/", people.profile_page, name="profile_page"),
    path("profile/my-data.json", people.export_data, name="export_data"),
    path("profile/erase/", people.erase_account, name="erase_account"),
    path("privacy/", people.privacy_page, name="privacy_page"),
    # Organisations
    path("find/", organisations.find_organisation, name="find_organisation"),
    path("register/", organisations.register_organisation, name="register_organisation"),
    path("choose-organisation/", organisations.choose_organisation, name="choose_organisation"),
    path("<int:pk>/", organisations.organisation_page, name="organisation_page"),
    path("<int:pk>/edit/", organisations.update_organisation, name="update_organisation"),
    # Teams
    path("<int:pk>/team/", teams.team_page, name="team_page"),
    path("<int:pk>/team/invite/", teams.invite_colleague, name="invite_colleague"),
    path("<int:pk>/team/leave/", teams.leave_organisation, name="leave_organisation"),
    path("<int:pk>/team/domains/", teams.add_mail_domain, name="add_mail_domain"),
    path("domains/<int:pk>/withdraw/", teams.withdraw_mail_domain, name="withdraw_mail_domain"),
    path("roles/<int:pk>/change/", teams.change_role, name="change_role"),
    path("roles/<int:pk>/remove/", teams.remove_role, name="remove_role"),
    path("join/<str:siret>/<str:kind>/", teams.ask_to_join, name="ask_to_join"),
    path("join/<str:siret>/<str:kind>/at-once/", teams.join_by_mail_domain, name="join_by_mail_domain"),
    path("requests/", teams.join_request_list, name="join_request_list"),
    path("requests/<int:pk>/answer/", teams.answer_join_request, name="answer_join_request"),
    path("invitations/<int:pk>/revoke/", teams.revoke_invitation, name="revoke_invitation"),
    path("invitations/<int:pk>/accept/", teams.accept_invitation, name="accept_invitation"),
    path("invitation/<str:token>/", teams.invitation_page, name="invitation_page"),
    # Clubs
    path("choose-club/", clubs.choose_club, name="choose_club"),
    path("clubs/<slug:slug>/edit/", clubs.edit_club, name="edit_club"),
    # Importing a directory
    path("imports/", imports.import_list, name="import_list"),
    path("imports/upload/", imports.upload_import, name="upload_import"),
    path("imports/<int:pk>/", imports.import_page, name="import_page"),
    path("imports/<int:pk>/start/", imports.start_import, name="start_import"),
    path("imports/<int:pk>/resume/", imports.resume_import, name="resume_import"),
    path("imports/<int:pk>/discard/", imports.discard_import, name="discard_import"),
    path("imports/<int:pk>/refused.csv", imports.import_rejects, name="import_rejects"),
    path("differences/", imports.difference_list, name="difference_list"),
    path("differences/<int:pk>/take/", imports.take_difference, name="take_difference"),
    path("differences/<int:pk>/keep/", imports.keep_difference, name="keep_difference"),
]
