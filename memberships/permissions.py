"""What a person may do about membership. Whether it can be done *now* is for the actions to say."""

from members.models import Club, Organisation
from members.rights import rights_of
from memberships.models import Application, DuesCall, Plan, Term


def can_submit_application(person, organisation: Organisation) -> bool:
    """A manager speaks for the organisation."""
    return rights_of(person).manages(organisation.pk)


def can_withdraw_application(person, application: Application) -> bool:
    return rights_of(person).manages(application.organisation_id)


def can_decide_application(person, application: Application) -> bool:
    """Accept or refuse: the coordinators of the club that was asked."""
    return rights_of(person).coordinates(application.club_id)


def can_end_term(person, term: Term) -> bool:
    """The organisation's managers resign; the club's coordinators end it with a reason."""
    rights = rights_of(person)
    return rights.manages(term.organisation_id) or rights.coordinates(term.club_id)


def can_run_desk(person) -> bool:
    """Applications, the whole directory with its contact details, plans: the coordinators of at least one club."""
    return rights_of(person).is_coordinator


def can_enrol_organisation(person, club: Club) -> bool:
    return rights_of(person).coordinates(club.pk)


def can_administer_plan(person, plan: Plan) -> bool:
    return rights_of(person).coordinates(plan.club_id)


def can_order_dues(person, call: DuesCall) -> bool:
    """Its own people put them into the basket and pay them."""
    return rights_of(person).belongs_to(call.organisation_id)


def can_administer_dues(person, call: DuesCall) -> bool:
    """Hold its letters, remind, withdraw: the club's coordinators."""
    return rights_of(person).coordinates(call.club_id)


def can_change_plan(person, term: Term) -> bool:
    """The organisation's managers; the club's coordinators for them."""
    return can_end_term(person, term)


def can_suspend_term(person, term: Term) -> bool:
    return rights_of(person).coordinates(term.club_id)


def can_buy_people(person, term: Term) -> bool:
    return rights_of(person).manages(term.organisation_id)


def can_enter_paper(person, club: Club) -> bool:
    """Type in a form that came on paper."""
    return rights_of(person).coordinates(club.pk)
