"""Mail domains as they are written, and what their verbs do."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import RuleBroken
from core.models import Letter
from core.pages import history_of
from members import team_size
from members.actions import mail_domains, people, teams
from members.enums import RequestStatus, RoleLevel
from members.mail_domains import clean_domain, domain_of, is_public_provider, readable, verified_domains
from members.models import KeptOut, MailDomain, Organisation, Person
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, administrator, coordinator_of, member_of
from tests.members.factories import invitation, join_request
from tests.racing import said_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
DOMAIN = "our-company.fr"


def at(domain: str, name: str = "somebody", **fields) -> Person:
    return PersonFactory(email=f"{name}@{domain}", **fields)


def open_to(domain: str, organisation: Organisation | None = None, **fields) -> Organisation:
    """An organisation with a manager that lets in who is at `domain`."""
    organisation = organisation or OrganisationFactory(**fields)
    manager = member_of(organisation)
    MailDomain.objects.create(organisation=organisation, domain=domain, added_by=manager, added_at=timezone.now())
    return organisation


def letters(code: str) -> set[str]:
    return set(Letter.objects.filter(code=code).values_list("to_email", flat=True))


# --- How a domain is written


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("our-company.fr", "our-company.fr"),
        ("  @Our-Company.FR ", "our-company.fr"),
        ("our-company.fr.", "our-company.fr"),
        ("mail.our-company.fr", "mail.our-company.fr"),
        ("Café.fr", "xn--caf-dma.fr"),
        ("xn--caf-dma.fr", "xn--caf-dma.fr"),
        ("gmail。com", "gmail.com"),  # another script's full stop
    ],
)
def test_domain_is_stored_in_one_form(typed, stored):
    assert clean_domain(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "@", "company", "our company.fr", "our_company.fr", "-a.fr", "a..fr", "192.168.0.1", "https://our-company.fr",
     "our-company.fr/team", "jeanne@our-company.fr", "@@our-company.fr", "*.our-company.fr", f"{'x' * 64}.fr",
     f"{'é' * 70}.fr", f"{'abc.' * 70}fr", "our-company.fr,other.fr", "our-company.fr\nother.fr", "localhost"],
)  # fmt: skip
def test_domain_that_is_none_is_refused(typed):
    with pytest.raises(ValidationError):
        clean_domain(typed)


@pytest.mark.parametrize(
    ("email", "domain"),
    [("Jeanne@Our-Company.fr", DOMAIN), ("j@café.fr", "xn--caf-dma.fr"), ("a@b@our-company.fr", DOMAIN), ("nobody", ""),
     ("", ""), ("j@", "")],
)  # fmt: skip
def test_domain_of_an_address(email, domain):
    assert domain_of(email) == domain


def test_domain_reads_as_its_people_write_it():
    assert readable("xn--caf-dma.fr") == "café.fr"
    assert readable(DOMAIN) == DOMAIN
    assert readable("xn--\u00e9.fr") == "xn--\u00e9.fr"  # what cannot be read stays
    assert str(MailDomain(domain="xn--caf-dma.fr")) == "@café.fr"


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "orange.fr", "free.fr", "laposte.net", "outlook.com", "outlook.fr", "hotmail.co.uk", "hotmail.fr",
     "yahoo.fr", "yahoo.com.br", "wanadoo.fr", "sfr.fr", "icloud.com", "proton.me", "protonmail.com", "live.fr",
     "someone.free.fr", "yopmail.com"],
)  # fmt: skip
def test_public_provider_is_known(domain):
    assert is_public_provider(domain)


@pytest.mark.parametrize("domain", ["our-company.fr", "outlook-conseil.fr", "yahoo.our-company.fr", "laposte.fr", "fr"])
def test_company_is_no_public_provider(domain):
    assert not is_public_provider(domain)


def test_confirmed_addresses_alone_count_and_no_public_providers():
    person = at(DOMAIN)
    person.emailaddress_set.create(email="somebody@other.fr", verified=False)
    person.emailaddress_set.create(email="somebody@second.fr", verified=True)
    person.emailaddress_set.create(email="somebody@gmail.com", verified=True)
    assert verified_domains(person) == {DOMAIN, "second.fr"}


# --- Agreeing, and withdrawing


def test_mail_domain_keeps_who_agreed_and_when_and_tells_the_other_managers():
    organisation = OrganisationFactory()
    manager, other = member_of(organisation, email=f"boss@{DOMAIN}"), member_of(organisation)
    before = timezone.now()
    added = mail_domains.add_mail_domain(organisation, by=manager, domain=DOMAIN)
    assert (added.domain, added.added_by) == (DOMAIN, manager) and added.added_at >= before
    assert letters("members.mail_domain.added") == {other.email}
    line = history_of(organisation)[0]
    assert (line.code, line.by) == ("members.mail_domain.added", manager) and f"@{DOMAIN}" in line.sentence


@pytest.mark.parametrize("domain", ["gmail.com", "hotmail.fr", "orange.fr"])
def test_mail_domain_of_a_public_provider_is_refused_whoever_asks(domain):
    organisation = OrganisationFactory()
    for by in (member_of(organisation, email=f"boss@{domain}"), administrator()):
        with pytest.raises(RuleBroken, match="one by one") as broken:
            mail_domains.add_mail_domain(organisation, by=by, domain=domain)
        assert broken.value.field == "domain"
    assert not MailDomain.objects.exists()


@pytest.mark.parametrize("domain", ["other.fr", f"mail.{DOMAIN}", "company.fr", "fr"])
def test_mail_domain_where_a_manager_has_no_confirmed_address_is_refused(domain):
    organisation = OrganisationFactory()
    manager = member_of(organisation, email=f"boss@{DOMAIN}")
    manager.emailaddress_set.create(email="boss@other.fr", verified=False)
    with pytest.raises(RuleBroken, match="no confirmed address") as broken:
        mail_domains.add_mail_domain(organisation, by=manager, domain=domain)
    assert broken.value.field == "domain" and not MailDomain.objects.exists()


def test_mail_domain_may_be_added_for_the_managers_by_their_coordinator_or_an_administrator():
    club, organisation = ClubFactory(), OrganisationFactory()
    organisation.clubs.add(club)
    manager = member_of(organisation)
    mail_domains.add_mail_domain(organisation, by=coordinator_of(club), domain=DOMAIN)
    mail_domains.add_mail_domain(organisation, by=administrator(), domain="second.fr")
    assert Letter.objects.filter(code="members.mail_domain.added", to_email=manager.email).count() == 2
    with pytest.raises(RuleBroken):
        mail_domains.add_mail_domain(organisation, by=coordinator_of(ClubFactory()), domain="third.fr")


def test_mail_domain_is_there_once_an_organisation_and_may_serve_a_whole_group():
    one, two = OrganisationFactory(), OrganisationFactory()
    boss = administrator()
    for organisation in (one, two):
        member_of(organisation)
        mail_domains.add_mail_domain(organisation, by=boss, domain=DOMAIN)
    with pytest.raises(RuleBroken, match="already") as broken:
        mail_domains.add_mail_domain(one, by=boss, domain=DOMAIN)
    assert broken.value.field == "domain" and MailDomain.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        MailDomain.objects.create(organisation=one, domain=DOMAIN, added_at=timezone.now())


def test_mail_domain_needs_a_manager_who_agrees():
    with pytest.raises(RuleBroken, match="invite its first manager"):
        mail_domains.add_mail_domain(OrganisationFactory(), by=administrator(), domain=DOMAIN)


def test_mail_domain_withdrawn_lets_nobody_in_any_more_and_those_who_joined_stay():
    organisation, early, late = open_to(DOMAIN), at(DOMAIN, "early"), at(DOMAIN, "late")
    mail_domain, manager = organisation.mail_domains.get(), organisation.roles.get().person
    mail_domains.join_by_mail_domain(organisation, by=early)
    mail_domains.withdraw_mail_domain(mail_domain, by=manager)
    mail_domains.withdraw_mail_domain(MailDomain(pk=mail_domain.pk, organisation=organisation), by=manager)
    with pytest.raises(RuleBroken, match="by yourself"):
        mail_domains.join_by_mail_domain(organisation, by=late)
    assert early.roles.get().organisation == organisation and not late.roles.exists()
    codes = [line.code for line in history_of(organisation)]
    assert codes.count("members.mail_domain.withdrawn") == 1


# --- Joining


def test_colleague_joins_at_once_as_a_contributor_and_the_managers_get_a_letter():
    organisation, other = open_to(DOMAIN), OrganisationFactory()
    managers = {role.person.email for role in organisation.roles.all()} | {member_of(organisation).email}
    contributor, person = member_of(organisation, level=RoleLevel.CONTRIBUTOR), member_of(other, email=f"a@{DOMAIN}")
    role = mail_domains.join_by_mail_domain(organisation, by=person)
    person.refresh_from_db()
    assert (role.level, person.acting_for) == (RoleLevel.CONTRIBUTOR, organisation)
    assert letters("members.mail_domain.used") == managers and contributor.email not in managers
    assert person.email in Letter.objects.filter(code="members.mail_domain.used").first().text
    assert history_of(organisation)[0].code == "members.mail_domain.used"


def test_colleague_who_joins_twice_has_one_role_and_one_letter():
    organisation, person = open_to(DOMAIN), at(DOMAIN)
    first = mail_domains.join_by_mail_domain(organisation, by=person)
    assert mail_domains.join_by_mail_domain(organisation, by=person) == first
    assert Letter.objects.filter(code="members.mail_domain.used").count() == 1


@pytest.mark.parametrize(
    "elsewhere", ["other.fr", f"mail.{DOMAIN}", f"not-{DOMAIN}", f"{DOMAIN}.evil.fr", "company.fr", "our-company.com"]
)
def test_colleague_at_another_domain_or_a_sub_domain_does_not_join(elsewhere):
    organisation, person = open_to(DOMAIN), at(elsewhere)
    with pytest.raises(RuleBroken, match="by yourself"):
        mail_domains.join_by_mail_domain(organisation, by=person)
    assert not person.roles.exists() and not Organisation.objects.joinable_by(person).exists()


def test_colleague_whose_address_is_not_confirmed_does_not_join():
    organisation = open_to(DOMAIN)
    person = at(DOMAIN, verified=False)
    person.emailaddress_set.create(email=person.email, verified=False, primary=True)
    with pytest.raises(RuleBroken):
        mail_domains.join_by_mail_domain(organisation, by=person)
    person.emailaddress_set.update(verified=True)
    assert mail_domains.join_by_mail_domain(organisation, by=person)


def test_colleague_joins_by_a_second_confirmed_address_however_it_is_written():
    organisation, person = open_to("xn--caf-dma.fr"), PersonFactory()
    person.emailaddress_set.create(email="Jeanne@CAFÉ.fr", verified=True)
    assert mail_domains.join_by_mail_domain(organisation, by=person)


def test_public_provider_that_stands_there_from_earlier_days_lets_nobody_in():
    organisation = open_to("orange.fr")
    with pytest.raises(RuleBroken):
        mail_domains.join_by_mail_domain(organisation, by=at("orange.fr"))


def test_colleague_does_not_join_where_no_manager_is_left():
    organisation = open_to(DOMAIN)
    people.erase_account(organisation.roles.get().person, by=None)
    with pytest.raises(RuleBroken):
        mail_domains.join_by_mail_domain(organisation, by=at(DOMAIN))
    assert not organisation.roles.exists()


def test_organisations_one_may_join_are_named_once_each():
    one, two = open_to(DOMAIN, name="Une"), open_to(DOMAIN, name="Deux")
    open_to("second.fr", one)  # two managers and two domains that match
    person = at(DOMAIN)
    person.emailaddress_set.create(email="somebody@second.fr", verified=True)
    assert list(Organisation.objects.joinable_by(person).order_by("pk")) == [one, two]
    mail_domains.join_by_mail_domain(one, by=person)
    assert list(Organisation.objects.joinable_by(person)) == [two]


def test_request_that_waits_is_settled_when_the_person_joins_by_domain():
    organisation, person = OrganisationFactory(), at(DOMAIN)
    request = join_request(person, organisation)
    open_to(DOMAIN, organisation)
    request.refresh_from_db()
    assert request.status == RequestStatus.PENDING  # a new domain leaves it as it is
    mail_domains.join_by_mail_domain(organisation, by=person)
    request.refresh_from_db()
    assert request.status == RequestStatus.ACCEPTED
    assert request.decided_by == organisation.mail_domains.get().added_by


def test_colleague_taken_off_the_team_does_not_come_back_by_themselves():
    organisation, person = open_to(DOMAIN), at(DOMAIN)
    manager = organisation.roles.get().person
    teams.remove_role(mail_domains.join_by_mail_domain(organisation, by=person), by=manager)
    assert not Organisation.objects.joinable_by(person).exists()
    with pytest.raises(RuleBroken, match="ask its managers"):
        mail_domains.join_by_mail_domain(organisation, by=person)
    teams.accept_join_request(teams.ask_to_join(organisation, by=person), by=manager)
    assert not KeptOut.objects.exists()
    teams.leave_organisation(organisation, by=person)  # of their own will
    assert mail_domains.join_by_mail_domain(organisation, by=person)


def test_colleague_refused_once_has_to_be_let_in_by_a_manager():
    organisation, person = open_to(DOMAIN), at(DOMAIN)
    manager = organisation.roles.get().person
    teams.refuse_join_request(join_request(person, organisation), by=manager)
    with pytest.raises(RuleBroken):
        mail_domains.join_by_mail_domain(organisation, by=person)
    teams.accept_invitation(invitation(organisation, person.email), by=person)
    assert person.roles.exists() and not KeptOut.objects.exists()


def test_full_team_lets_nobody_in_by_domain(monkeypatch):
    def full(organisation):
        raise RuleBroken("The team is full.")

    monkeypatch.setattr(team_size, "_checks", {"test": full})
    organisation, person = open_to(DOMAIN), at(DOMAIN)
    with pytest.raises(RuleBroken, match="full"):
        mail_domains.join_by_mail_domain(organisation, by=person)
    assert not person.roles.exists() and not Letter.objects.exists()


# --- What is known of a person


def test_my_data_name_the_domains_i_agreed_to_and_where_i_am_kept_out():
    organisation = open_to(DOMAIN, name="Ateliers du Lac")
    manager, person = organisation.roles.get().person, at(DOMAIN)
    teams.refuse_join_request(join_request(person, organisation), by=manager)
    assert [row["domain"] for row in people.data_of(manager)["mail_domains_agreed_to"]] == [DOMAIN]
    assert [row["organisation__name"] for row in people.data_of(person)["kept_out_of"]] == ["Ateliers du Lac"]


def test_account_erased_leaves_no_letter_that_names_who_joined():
    organisation = open_to(DOMAIN)
    person = at(DOMAIN, "zenobie", first_name="Zénobie", last_name="Quartz")
    mail_domains.join_by_mail_domain(organisation, by=person)
    teams.remove_role(person.roles.get(), by=organisation.roles.managers().get().person)
    people.erase_account(person, by=None)
    everything = f"{list(Letter.objects.values())} {[vars(line) for line in history_of(organisation)]}"
    assert "Zénobie" not in everything and "zenobie" not in everything
    assert not KeptOut.objects.exists()


# --- At the same moment


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_colleague_joins_before_the_domain_is_withdrawn_or_not_at_all(_round):
    organisation, person = open_to(DOMAIN), at(DOMAIN)
    mail_domain, manager = organisation.mail_domains.get(), organisation.roles.get().person
    said = said_at_once(
        lambda: mail_domains.join_by_mail_domain(fresh(organisation), by=fresh(person)),
        lambda: mail_domains.withdraw_mail_domain(fresh(mail_domain), by=fresh(manager)),
    )
    has_joined = person.roles.exists()
    assert said == (["done", "done"] if has_joined else ["done", "refused"])
    assert not organisation.mail_domains.exists()
    codes = list(history_of(organisation).values_list("code", flat=True))  # newest first
    assert codes == ["members.mail_domain.withdrawn"] + ["members.mail_domain.used"] * has_joined


@pytest.mark.django_db(transaction=True)
def test_last_room_is_taken_once_when_two_join_by_domain_at_once(monkeypatch):
    def two_at_most(organisation):
        if organisation.roles.count() >= 2:
            raise RuleBroken("Two people at most.")

    monkeypatch.setattr(team_size, "_checks", {"test": two_at_most})
    organisation, colleagues = open_to(DOMAIN), [at(DOMAIN, name) for name in ("one", "two")]
    joining = [
        lambda person=person: mail_domains.join_by_mail_domain(fresh(organisation), by=fresh(person))
        for person in colleagues
    ]
    assert said_at_once(*joining) == ["done", "refused"]
    assert organisation.roles.count() == 2


@pytest.mark.django_db(transaction=True)
def test_mail_domain_added_by_two_managers_at_once_is_one():
    organisation = OrganisationFactory()
    managers = [member_of(organisation, email=f"{name}@{DOMAIN}") for name in ("one", "two")]
    adding = [
        lambda by=by: mail_domains.add_mail_domain(fresh(organisation), by=fresh(by), domain=DOMAIN) for by in managers
    ]
    assert said_at_once(*adding) == ["done", "refused"]
    assert MailDomain.objects.count() == 1
