"""A page asks the database as often for many rows as for few, and not too often at all.

Every list is cut to a few rows and read again in full: the number of queries must not grow with the rows.
"""

import re
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.actions import record_payment
from billing.actions.bank import import_statement
from billing.enums import Method
from billing.models import Order, Payment, Refund
from events.enums import PlaceStatus
from events.models import Event
from introductions.enums import ContractKind, IntroductionStatus
from introductions.models import Contract, Introduction
from members.enums import OrganisationKind
from members.models import Difference, ImportRow, ImportRun, JoinRequest, Organisation
from memberships.enums import CallKind
from memberships.models import Application, DuesCall
from offers.models import Offer
from tests.billing.factories import Shop
from tests.demo import demo_person
from tests.house.things import person_of

pytestmark = pytest.mark.django_db
FEW = 1

# address, query string, role, most queries: what it took when this was written, and a few more
PAGES = [
    ("front_page", "", "visitor", 17),
    ("search", "q=de", "visitor", 14),
    ("memberships:member_list", "", "visitor", 11),
    ("memberships:member_points", "", "visitor", 6),
    ("offers:offer_list", "", "visitor", 15),
    ("offers:offer_points", "", "visitor", 10),
    ("events:event_list", "when=past", "visitor", 10),
    ("events:public_calendar", "", "visitor", 6),
    ("observatory:figure_list/members", "", "visitor", 7),
    ("observatory:observatory", "", "visitor", 48),
    ("desk", "", "manager", 22),
    ("search", "q=de", "manager", 20),
    ("members:find_organisation", "q=de", "manager", 15),
    ("members:team_page", "", "manager", 15),
    ("events:my_registrations", "", "manager", 23),
    ("events:my_registrations", "when=past", "manager", 16),
    ("events:event_page", "", "manager", 20),
    ("events:event_page/priced", "", "manager", 22),
    ("introductions:introduction_list", "", "manager", 15),
    ("introductions:introduction_list", "show=ended", "manager", 12),
    ("introductions:introduction_page", "", "manager", 17),
    ("introductions:contract_list", "", "manager", 15),
    ("memberships:membership_list", "", "manager", 14),
    ("offers:my_offers", "", "structure", 18),
    ("members:onboarding_page", "", "newcomer", 11),
    ("coordination", "", "coordinator", 20),
    ("letter_list", "", "coordinator", 12),
    ("memberships:contact_list", "", "coordinator", 19),
    ("memberships:export_contacts", "", "coordinator", 13),
    ("memberships:application_list", "", "coordinator", 13),
    ("memberships:plan_list", "", "coordinator", 10),
    ("memberships:join_page", "", "visitor", 10),
    ("memberships:renewal_list", "club=hauts-de-seine", "coordinator", 28),
    ("memberships:renewal_list", "club=hauts-de-seine&show=joining", "coordinator", 28),
    ("memberships:export_members", "club=hauts-de-seine", "coordinator", 11),
    ("members:join_request_list", "", "coordinator", 11),
    ("members:import_list", "", "coordinator", 15),
    ("members:import_page", "", "coordinator", 13),
    ("members:difference_list", "", "coordinator", 11),
    ("events:managed_event_list", "when=past", "coordinator", 11),
    ("events:registration_list", "", "coordinator", 15),
    ("events:registration_list/priced", "", "coordinator", 18),
    ("events:registration_export", "", "coordinator", 10),
    ("events:waiting_list", "", "coordinator", 14),
    ("events:session_seat_list", "q=a", "coordinator", 16),
    ("events:session_seat_export", "", "coordinator", 10),
    ("events:pitch_list", "", "coordinator", 13),
    ("events:document_list", "", "coordinator", 14),
    ("events:check_in", "", "coordinator", 13),
    ("events:attendance_sheet", "", "coordinator", 15),
    ("events:papers_page", "", "coordinator", 20),
    ("events:signing_list", "", "coordinator", 17),
    ("events:event_letters", "", "coordinator", 16),
    ("events:letter_kind_list", "", "coordinator", 14),
    ("events:mailing_page", "", "coordinator", 13),
    ("events:proposal_list", "", "visitor", 10),
    ("events:proposal_list", "", "coordinator", 15),
    ("events:event_proposals", "", "coordinator", 14),
    ("events:proposal_page", "", "coordinator", 20),
    ("events:survey_page", "", "coordinator", 14),
    ("events:attendance_page", "over=year", "coordinator", 14),
    ("observatory:event_report", "", "reader", 32),
    ("introductions:board", "", "coordinator", 21),
    ("introductions:table", "", "coordinator", 17),
    ("introductions:export_introductions", "", "coordinator", 11),
    ("introductions:contract_list", "", "coordinator", 16),
    ("observatory:figure_list/contracts", "club=hauts-de-seine", "reader", 12),
    ("observatory:figure_list/introductions", "club=hauts-de-seine", "coordinator", 13),
    ("observatory:figure_list/present", "club=hauts-de-seine", "coordinator", 14),
    ("members:join_request_list", "", "administrator", 11),
    ("billing:order_list", "", "manager", 13),
    ("billing:order_page", "", "manager", 20),
    ("billing:invoice_list", "", "manager", 13),
    ("billing:order_list", "club=hauts-de-seine", "coordinator", 13),
    ("billing:order_page", "", "coordinator", 20),
    ("billing:invoice_list", "club=hauts-de-seine", "coordinator", 13),
    ("billing:export_invoices", "club=hauts-de-seine", "coordinator", 10),
    ("billing:ledger", "club=hauts-de-seine", "coordinator", 29),
    ("billing:ledger_export/csv", "club=hauts-de-seine", "coordinator", 10),
    ("billing:bank", "club=hauts-de-seine", "coordinator", 15),
    ("billing:bank_line_page", "find=verdance", "coordinator", 15),
]
# Queries that come with a kind of row, not with each.
# Of my registrations: the seats and the waiting lists, if anything among the rows waits; the orders and the debits under
# way, if anything costs something; answers and files, if any are asked.
SOMETIMES = {"events:my_registrations": 6}
# Lists shown whole; the bound is for all their rows.
WHOLE = {
    "memberships:member_points", "offers:offer_points", "events:public_calendar", "observatory:observatory",
    "memberships:export_contacts", "memberships:plan_list", "memberships:join_page", "memberships:export_members",
    "events:registration_export", "events:waiting_list", "events:session_seat_export", "events:pitch_list",
    "events:proposal_page", "events:survey_page", "events:attendance_page", "observatory:event_report",
    "events:attendance_sheet", "events:papers_page", "events:event_page", "events:event_page/priced",
    "memberships:membership_list",
    "introductions:export_introductions", "members:onboarding_page", "billing:export_invoices",
    "billing:ledger_export/csv",
}  # fmt: skip


@pytest.fixture(scope="module")
def crowd(things, django_db_blocker):
    """Many rows where the demo has few."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _crowd(things)
        transaction.set_rollback(True)


def _crowd(things):
    now, newcomer = timezone.now(), demo_person("nouvelle")
    club = things.club
    orphans = list(Organisation.objects.orphans().filter(clubs=club, kind__in=OrganisationKind.structures())[:12])
    JoinRequest.objects.bulk_create(JoinRequest(person=newcomer, organisation=orphan) for orphan in orphans)
    Application.objects.bulk_create(
        Application(organisation=orphan, club=club, plan=things.plan, by=newcomer) for orphan in orphans
    )
    DuesCall.objects.bulk_create(
        DuesCall(
            organisation=orphan, club=club, plan=things.fee_plan, kind=CallKind.JOINING, starts_on=now.date(),
            ends_on=now.date() + timedelta(days=364), opened_at=now,
        )
        for orphan in orphans
    )  # fmt: skip
    Difference.objects.bulk_create(
        Difference(organisation=orphan, field="city", ours="Ici", theirs="Ailleurs", found_at=now) for orphan in orphans
    )
    ImportRow.objects.bulk_create(
        ImportRow(run=things.import_run, number=100 + n, verdict="created", organisation=orphan)
        for n, orphan in enumerate(orphans)
    )
    ImportRun.objects.bulk_create(ImportRun(club=club, by=newcomer, filename=f"{n}.csv") for n in range(3))
    for number in range(3):
        Offer.objects.create(
            organisation=things.structure,
            title=f"Offre {number}",
            description="-",
            provision="service",
            range="country",
        )
    Contract.objects.bulk_create(
        Contract(
            introduction=things.going_on, stated_for=things.company, stated_at=now, kind=ContractKind.SERVICE,
            starts_on=now.date(), amount=100,
        )
        for _number in range(3)
    )  # fmt: skip
    ended = Introduction.objects.involving([things.company.pk]).exclude(
        pk__in=[things.introduction.pk, things.going_on.pk]
    )
    Introduction.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[:3])).update(
        status=IntroductionStatus.DECLINED, closed_at=now
    )
    _sell_more(things)
    waiting = Event.objects.filter(club=club, places__status=PlaceStatus.WAITING)
    things.busy_event = waiting.annotate(people=Count("places")).order_by("-people").first()
    return things


def _sell_more(things) -> None:
    """More orders, payments, invoices and bank lines of the company."""
    sold = Shop(things.club, things.company, person_of("manager"), person_of("coordinator"))
    today = timezone.localdate()
    # What lies in the company's basket stays out of these orders.
    Order.objects.baskets().filter(organisation=things.company).update(organisation=things.structure)
    for number in range(3):
        sold.order(75)
        order = sold.order(50 + number, method=Method.CHEQUE)
        values = {"method": Method.CHEQUE, "amount": Decimal(50 + number), "received_on": today}
        payment = record_payment(order, by=sold.coordinator, **values)
        Payment.objects.create(order=order, method=Method.CARD, amount=5, status="failed", started_at=timezone.now())
        Refund.objects.create(payment=payment, amount=1, reason="-", requested_at=timezone.now(), status="failed")
    day = today.strftime("%d/%m/%Y")
    lines = "".join(f"{day};VIR NUMERO {n};75,00\n" for n in range(4))
    import_statement(
        things.club, by=sold.coordinator, content=f"Date;Libellé;Montant\n{lines}".encode(), filename="b.csv"
    )


@contextmanager
def few_rows():
    """Every list that is cut to a page or a beginning is cut shorter."""
    whole = QuerySet.__getitem__

    def shorter(queryset, key):
        if isinstance(key, slice) and key.stop is not None and key.stop - (key.start or 0) > FEW:
            key = slice(key.start, (key.start or 0) + FEW)
        return whole(queryset, key)

    with patch.object(QuerySet, "__getitem__", shorter):
        yield


def url_of(name: str, query: str, things) -> str:
    name, _slash, code = name.partition("/")
    busy = things.priced_event if code == "priced" else things.busy_event
    args = {
        "observatory:figure_list": (code,),
        "members:team_page": (things.company.pk,),
        "members:import_page": (things.import_run.pk,),
        "events:mailing_page": (things.mailing.pk,),
        "introductions:introduction_page": (things.going_on.pk,),
        "introductions:export_introductions": ("csv",),
        "billing:order_page": (things.payment.order_id,),
        "billing:export_invoices": ("csv",),
        "billing:ledger_export": (code,),
        "billing:bank_line_page": (things.bank_line.pk,),
        "events:registration_export": (busy.slug, "csv"),
        "events:session_seat_list": (things.workshop.pk,),
        "events:session_seat_export": (things.workshop.pk, "csv"),
        "events:pitch_list": (things.event.slug,),
        "events:document_list": (things.event.slug,),
        "events:proposal_page": (things.proposal.pk,),
        "observatory:event_report": (things.past_event.slug,),
        **{
            f"events:{page}": (things.past_event.slug,)
            for page in ("event_proposals", "survey_page", "attendance_page")
        },
        **{
            f"events:{page}": (busy.slug,)
            for page in (
                "event_page",
                "registration_list",
                "waiting_list",
                "check_in",
                "attendance_sheet",
                "papers_page",
                "signing_list",
                "event_letters",
            )  # fmt: skip
        },
    }.get(name, ())
    return f"{reverse(name, args=args)}?{query}" if query else reverse(name, args=args)


def read(client, url: str) -> tuple[list[str], int]:
    """The queries of a page and how much it says."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        content = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200, response.status_code
    return [query["sql"] for query in captured], len(content)


@pytest.mark.parametrize(("name", "query", "role", "most"), PAGES)
def test_page_asks_as_often_for_many_rows_as_for_few(crowd, client, name, query, role, most):
    if role != "visitor":
        client.force_login(person_of(role))
    url = url_of(name, query, crowd)
    read(client, url)  # what is looked up once and kept is there now
    many, length = read(client, url)
    with few_rows():
        few, shorter_length = read(client, url)
    told = f"{len(few)} queries for few rows, {len(many)} for many, at most {most} are allowed"
    assert len(many) <= len(few) + SOMETIMES.get(name, 0), f"{told}\n" + "\n".join(_besides(many, few))
    assert len(many) <= most, f"{told}\n" + "\n".join(many)
    if name not in WHOLE:
        assert shorter_length < length, "there was but one row"


def _besides(many: list[str], few: list[str]) -> list[str]:
    """The queries of `many` that are not of a kind with those of `few`."""
    kinds = Counter(re.sub(r"\d+", "1", query) for query in few)
    left = []
    for query in many:
        kind = re.sub(r"\d+", "1", query)
        if kinds[kind]:
            kinds[kind] -= 1
        else:
            left.append(query)
    return left
