"""What a person may do about membership. Whether it can be done *now* is for the actions to say."""

from members.models import Club, Organisation
from members.rights import rights_of
from memberships.models import Application, Plan, Term


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
