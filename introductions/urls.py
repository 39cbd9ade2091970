from django.urls import path, re_path

from introductions.views import acts, asking, contracts, lists, pages

app_name = "introductions"
urlpatterns = [
    # Lists
    path("", lists.introduction_list, name="introduction_list"),
    path("board/", lists.board, name="board"),
    path("table/", lists.table, name="table"),
    re_path(r"^table\.(?P<form>csv|xlsx)$", lists.export_introductions, name="export_introductions"),
    path("contracts/", lists.contract_list, name="contract_list"),
    re_path(r"^contracts\.(?P<form>csv|xlsx)$", lists.export_contracts, name="export_contracts"),
    # Asking
    path("ask/", asking.ask_introduction, name="ask_introduction"),
    path("propose/", asking.propose_introduction, name="propose_introduction"),
    # One introduction
    path("<int:pk>/", pages.introduction_page, name="introduction_page"),
    path("<int:pk>/accept/", acts.accept_introduction, name="accept_introduction"),
    path("<int:pk>/decline/", acts.decline_introduction, name="decline_introduction"),
    path("<int:pk>/withdraw/", acts.withdraw_introduction, name="withdraw_introduction"),
    path("<int:pk>/start-talks/", acts.start_talks, name="start_talks"),
    path("<int:pk>/close/", acts.close_introduction, name="close_introduction"),
    path("<int:pk>/reopen/", acts.reopen_introduction, name="reopen_introduction"),
    path("<int:pk>/next-step/", acts.set_next_step, name="set_next_step"),
    path("<int:pk>/owner/", acts.assign_owner, name="assign_owner"),
    path("<int:pk>/notes/", acts.write_note, name="write_note"),
    # Contracts
    path("<int:pk>/contracts/state/", contracts.state_contract, name="state_contract"),
    path("contracts/<int:pk>/change/", contracts.change_contract, name="change_contract"),
    path("contracts/<int:pk>/confirm/", contracts.confirm_contract, name="confirm_contract"),
    path("contracts/<int:pk>/dispute/", contracts.dispute_contract, name="dispute_contract"),
    path("contracts/<int:pk>/withdraw/", contracts.withdraw_contract, name="withdraw_contract"),
    path("clause-hours/", contracts.clause_hours, name="clause_hours"),
]
