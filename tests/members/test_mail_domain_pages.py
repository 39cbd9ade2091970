"""Mail domains on the pages: the team's, the newcomer's, the one where one asks to join."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from members import team_size
from members.actions import mail_domains
from members.models import JoinRequest, KeptOut, MailDomain
from tests.factories import (
    ClubFactory,
    OrganisationFactory,
    PersonFactory,
    administrator,
    coordinator_of,
    member_of,
    reader_of,
)
from tests.members.factories import join_request, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
DOMAIN = "our-company.fr"
ENGLISH = {"Accept-Language": "en"}


def add(client, organisation, **data):
    values = {"domain": f"@{DOMAIN}", "consent": "on", **data}
    url = reverse("members:add_mail_domain", args=[organisation.pk])
    return client.post(url, {name: value for name, value in values.items() if value}, headers=ENGLISH)


def withdraw(client, mail_domain):
    return client.post(reverse("members:withdraw_mail_domain", args=[mail_domain.pk]))


def team_of(client, organisation):
    return client.get(reverse("members:team_page", args=[organisation.pk]), headers=ENGLISH)


def ask_url(organisation):
    return reverse("members:ask_to_join", args=[organisation.siret, organisation.kind])


def join_url(organisation):
    return reverse("members:join_by_mail_domain", args=[organisation.siret, organisation.kind])


def open_to_domain(domain: str = DOMAIN, **fields):
    organisation = OrganisationFactory(**fields)
    manager = member_of(organisation)
    MailDomain.objects.create(organisation=organisation, domain=domain, added_by=manager, added_at=timezone.now())
    return organisation


@pytest.fixture
def colleague(client):
    person = PersonFactory(email=f"jeanne@{DOMAIN}")
    signed_in(client, person)
    return person


@pytest.fixture
def full(monkeypatch):
    def nobody_more(organisation):
        raise RuleBroken("The team is full.")

    monkeypatch.setattr(team_size, "_checks", {"test": nobody_more})


# --- The team's page


def test_manager_adds_her_own_domain_with_consent_and_withdraws_it(client):
    organisation = OrganisationFactory()
    manager = member_of(organisation, email=f"boss@{DOMAIN}", first_name="Claire", last_name="Martin")
    page = team_of(signed_in(client, manager), organisation)
    assert page.context["domain_form"]["domain"].value() == DOMAIN  # her own is proposed
    assert add(client, organisation).url == reverse("members:team_page", args=[organisation.pk])
    mail_domain = MailDomain.objects.get()
    assert (mail_domain.domain, mail_domain.added_by) == (DOMAIN, manager)
    page = team_of(client, organisation)
    assert f"@{DOMAIN}" in page.content.decode() and "agreed by Claire Martin" in page.content.decode()
    assert not page.context["domain_form"]["domain"].value()
    assert withdraw(client, mail_domain).status_code == 302
    assert not MailDomain.objects.exists()


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"consent": ""}, "consent", "Without this agreement"),
        ({"domain": ""}, "domain", "required"),
        ({"domain": "our company"}, "domain", "no mail domain"),
        ({"domain": f"jeanne@{DOMAIN}"}, "domain", "what follows the @"),
        ({"domain": "GMail.com"}, "domain", "one by one"),
        ({"domain": "somebody-else.fr"}, "domain", "no confirmed address"),
        ({"domain": "x" * 400}, "domain", "300"),
        ({"domain": "our\x00company.fr"}, "domain", "Null"),
        ({"domain": "second.fr"}, "domain", "already"),
    ],
)
def test_domain_that_is_refused_says_why_at_its_field_and_keeps_what_was_typed(client, data, field, words):
    organisation = open_to_domain("second.fr")
    manager = member_of(organisation, email=f"boss@{DOMAIN}")
    manager.emailaddress_set.create(email="boss@second.fr", verified=True)
    page = add(signed_in(client, manager), organisation, **data)
    form = page.context["domain_form"]
    assert page.status_code == 200 and list(form.errors) == [field]
    assert words in str(form.errors[field])
    assert form["domain"].value() == {"domain": f"@{DOMAIN}", **data}["domain"] or field == "domain"
    assert not page.context["form"].is_bound  # the invitation beside it is not touched
    assert list(MailDomain.objects.values_list("domain", flat=True)) == ["second.fr"]


def test_domains_are_changed_by_managers_and_for_them_by_coordinators_not_by_others(client):
    club = ClubFactory()
    organisation = open_to_domain("second.fr")
    organisation.clubs.add(club)
    mail_domain = organisation.mail_domains.get()
    outsiders = (
        member_of(organisation, level="contributor"), member_of(OrganisationFactory()), reader_of(club),
        coordinator_of(ClubFactory()), PersonFactory(),
    )  # fmt: skip
    for person in outsiders:
        assert add(signed_in(client, person), organisation).status_code == 403
        assert withdraw(client, mail_domain).status_code in (403, 404)
    client.logout()
    assert "login" in add(client, organisation).url and "login" in withdraw(client, mail_domain).url
    assert list(MailDomain.objects.all()) == [mail_domain]
    for number, person in enumerate((coordinator_of(club), administrator())):
        page = team_of(signed_in(client, person), organisation)
        assert "managers agree" in page.context["domain_form"].fields["consent"].label
        assert add(client, organisation, domain=f"{number}.example.org").status_code == 302
    assert withdraw(client, mail_domain).status_code == 302
    assert MailDomain.objects.filter(domain__endswith=".example.org").count() == 2


def test_domain_of_another_organisation_answers_404(client):
    mail_domain = open_to_domain(is_listed=False).mail_domains.get()
    signed_in(client, member_of(OrganisationFactory()))
    assert withdraw(client, mail_domain).status_code == 404
    assert add(client, mail_domain.organisation).status_code == 404
    assert client.get(reverse("members:withdraw_mail_domain", args=[mail_domain.pk])).status_code == 405
    assert client.get(join_url(mail_domain.organisation)).status_code == 405
    assert MailDomain.objects.count() == 1


def test_contributor_reads_the_domains_and_is_offered_no_form(client):
    organisation = open_to_domain()
    page = team_of(signed_in(client, member_of(organisation, level="contributor")), organisation)
    assert page.context["domain_form"] is None
    assert f"@{DOMAIN}" in page.content.decode()
    assert (
        reverse("members:withdraw_mail_domain", args=[organisation.mail_domains.get().pk]) not in page.content.decode()
    )


def test_request_of_somebody_a_domain_lets_in_is_marked_as_such(client):
    organisation = open_to_domain()
    manager = organisation.roles.get().person
    free = join_request(PersonFactory(email=f"a@{DOMAIN}"), organisation)
    kept_out = join_request(PersonFactory(email=f"b@{DOMAIN}"), organisation)
    KeptOut.objects.create(person=kept_out.person, organisation=organisation, since=timezone.now())
    join_request(PersonFactory(), organisation)
    signed_in(client, manager)
    for page in (team_of(client, organisation), client.get(reverse("members:join_request_list"), headers=ENGLISH)):
        assert page.context["free_to_join"] == {free.pk}
        assert page.content.decode().count("they may do so without your answer") == 1


# --- Joining


def test_newcomer_is_offered_to_join_her_colleagues_and_does(client, colleague):
    organisation, elsewhere = open_to_domain(is_listed=False, name="Ateliers du Lac"), open_to_domain("other.fr")
    page = client.get(reverse("members:onboarding_page"), headers=ENGLISH)
    assert page.context["joinable"] == [organisation]
    assert "Join Ateliers du Lac at once" in page.content.decode() and join_url(elsewhere) not in page.content.decode()
    assert client.post(join_url(organisation)).url == reverse("desk")
    assert colleague.roles.get().organisation == organisation
    assert not client.get(reverse("members:onboarding_page")).context["joinable"]


def test_newcomer_whose_request_waits_is_told_that_she_need_not(client, colleague):
    organisation = open_to_domain()
    join_request(colleague, organisation)
    join_request(colleague, OrganisationFactory())
    page = client.get(reverse("members:onboarding_page"), headers=ENGLISH).content.decode()
    assert page.count("You need not wait") == 1


def test_newcomer_with_an_address_not_confirmed_is_offered_nothing(client, colleague):
    organisation = open_to_domain()
    colleague.emailaddress_set.update(verified=False)
    assert client.get(reverse("members:onboarding_page")).context["joinable"] == []
    assert client.post(join_url(organisation)).url == ask_url(organisation)
    assert not colleague.roles.exists()


def test_asking_to_join_lets_a_colleague_in_and_no_request_waits(client, colleague):
    organisation = open_to_domain()
    page = client.get(ask_url(organisation), headers=ENGLISH).content.decode()
    assert join_url(organisation) in page and "message" not in page
    assert client.post(ask_url(organisation), {"message": "Hello"}).url == reverse("desk")
    assert colleague.roles.get().organisation == organisation and not JoinRequest.objects.exists()


def test_asking_to_join_asks_when_no_domain_lets_the_person_in(client, colleague):
    organisation = open_to_domain("other.fr")
    assert join_url(organisation) not in client.get(ask_url(organisation)).content.decode()
    client.post(ask_url(organisation), {"message": "Hello"})
    assert JoinRequest.objects.pending().count() == 1 and not colleague.roles.exists()


def test_joining_after_the_domain_was_withdrawn_says_so_and_offers_to_ask(client, colleague):
    organisation = open_to_domain()
    mail_domains.withdraw_mail_domain(organisation.mail_domains.get(), by=None)
    response = client.post(join_url(organisation), follow=True, headers=ENGLISH)
    assert response.request["PATH_INFO"] == ask_url(organisation)
    assert "by yourself" in response.content.decode() and "message" in response.context["form"].fields
    assert not colleague.roles.exists() and not JoinRequest.objects.exists()


def test_joining_a_full_team_says_so_and_offers_to_ask(client, colleague, full):
    organisation = open_to_domain()
    response = client.post(join_url(organisation), follow=True, headers=ENGLISH)
    assert "The team is full." in response.content.decode()
    assert not colleague.roles.exists()
    assert client.post(ask_url(organisation), {"message": "Make room"}).status_code == 302
    assert JoinRequest.objects.pending().get().message == "Make room"


def test_joining_what_does_not_exist_answers_404(client, colleague):
    for siret, kind in (("0" * 14, "company"), (open_to_domain().siret, "bank")):
        assert client.post(reverse("members:join_by_mail_domain", args=[siret, kind])).status_code == 404


def test_find_says_where_one_may_join_at_once(client, colleague):
    organisation = open_to_domain(name="Ateliers du Lac")
    OrganisationFactory(name="Ateliers du Parc")
    page = client.get("/members/find/", {"q": "ateliers"}, headers=ENGLISH)
    assert page.context["joinable"] == {organisation.pk}
    assert page.content.decode().count("Join at once") == 1


# --- Queries


def test_pages_have_the_same_query_count_for_one_domain_and_three(client, colleague, django_assert_max_num_queries):
    organisation = open_to_domain()
    boss, counts = organisation.roles.get().person, []
    team = reverse("members:team_page", args=[organisation.pk])
    pages = [
        (colleague, reverse("members:onboarding_page")),
        (boss, team),
        (boss, reverse("members:join_request_list")),
    ]
    team_of(signed_in(client, boss), organisation)  # what is looked up once and kept is there now
    for number in (1, 2):
        for n in range(number):
            open_to_domain()
            domain = f"{number}{n}.fr"
            MailDomain.objects.create(organisation=organisation, domain=domain, added_by=boss, added_at=timezone.now())
            join_request(PersonFactory(email=f"a@{domain}"), organisation)
        for person, url in pages:
            signed_in(client, person)
            with django_assert_max_num_queries(20) as seen:
                client.get(url)
            counts.append(len(seen))
    assert counts[:3] == counts[3:]
