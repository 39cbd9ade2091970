"""Every address of ours, how it may be asked, and what it needs: one place for all the house rules."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType, SimpleNamespace

from django.urls import URLPattern, get_resolver, reverse

from core.messages import app_names
from events.certificates import certificate_code
from events.links import invitation_token, offer_token
from events.tickets import ticket_code
from tests.house.things import INVITATION_TOKEN

# Addresses that are not ours: their packages answer for them. Those that need sign-in are tried in test_access.
NOT_OURS = {
    "admin": "Django's administration; open to staff only, see test_administration_is_closed",
    "account": "django-allauth: sign-in, sign-up, addresses, passwords",
    "mfa": "django-allauth: second factor",
    "set_language": "Django's own; see test_security",
    "media": "uploaded pictures in the demo; the web server serves them in production, see test_security",
}


def names() -> list[str]:
    """The names of our addresses, in the order of the urls."""
    return list(_patterns())


def view_of(name: str) -> Callable:
    return _patterns()[name].callback


def is_ours(name: str) -> bool:
    return name not in NOT_OURS and name.split(":")[0] not in NOT_OURS and name.split("_")[0] not in NOT_OURS


def _patterns() -> dict[str, URLPattern]:
    return {name: pattern for name, pattern in _walk(get_resolver()) if is_ours(name)}


def all_names() -> list[str]:
    return [name for name, _pattern in _walk(get_resolver())]


def _walk(resolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry
        else:
            yield from _walk(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))


def methods_of(name: str) -> list[str]:
    """GET if the address answers GET; POST if it acts."""
    view = view_of(name)
    allowed = _decorated_methods(view)
    if allowed is not None:
        return [method for method in ("GET", "POST") if method in allowed]
    return ["GET", "POST"] if _reads_post(inspect.unwrap(view), set()) else ["GET"]


def _decorated_methods(view) -> list[str] | None:
    """What @require_POST and its like allow; None without one."""
    while view is not None:
        if "request_method_list" in view.__code__.co_freevars:
            index = view.__code__.co_freevars.index("request_method_list")
            return view.__closure__[index].cell_contents
        view = getattr(view, "__wrapped__", None)
    return None


def _reads_post(function: FunctionType, seen: set) -> bool:
    """The view, or a function of the views that it calls, looks at what was posted."""
    seen.add(function)
    if "POST" in function.__code__.co_names or "method" in function.__code__.co_names:
        return True
    called = (function.__globals__.get(name) for name in function.__code__.co_names)
    return any(
        _reads_post(other, seen)
        for other in called
        if isinstance(other, FunctionType) and other not in seen and _is_a_view_room(other.__module__)
    )


def _is_a_view_room(module: str) -> bool:
    return module.split(".")[0] in app_names() and ".views" in module


class Message(dict):
    """Data that is posted as JSON."""


@dataclass(frozen=True)
class Call:
    """One way to ask an address: its arguments, a query string, the data of a POST.

    `variant` tells calls of one address apart (the same page of a draft, of somebody else's thing).
    """

    name: str
    args: tuple = ()
    query: str = ""
    data: dict | None = None
    variant: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}/{self.variant}" if self.variant else self.name

    @property
    def url(self) -> str:
        address = reverse(self.name, args=self.args)
        return f"{address}?{self.query}" if self.query else address


def calls(things: SimpleNamespace) -> list[Call]:
    """The calls of all our addresses, in the order of the urls. A new address with arguments is to be added here."""
    described = {}
    for name, *rest in _described(things):
        described.setdefault(name, []).append(Call(name, *rest))
    unknown = set(described) - set(names())
    assert not unknown, f"these addresses no longer exist: {unknown}"
    return [call for name in names() for call in described.get(name, [Call(name)])]


def _described(t) -> Iterator[tuple]:
    """(name, arguments, query, data of a POST, variant) of every address that needs more than its name."""
    yield from _of_site(t)
    yield from _of_members(t)
    yield from _of_memberships(t)
    yield from _of_events(t)
    yield from _of_what_came_after(t)
    yield from _of_offers(t)
    yield from _of_introductions(t)
    yield from _of_observatory(t)
    yield from _of_billing(t)


def _of_site(t):
    yield "letter_page", (t.letter.pk,)
    yield "retry_letter", (t.letter.pk,)
    yield "search", (), "q=nanterre"


def _of_members(t):
    yield "members:find_organisation", (), "q=verdance"
    yield "members:choose_organisation", (), "", {"organisation": t.company.pk}
    yield "members:organisation_page", (t.company.pk,)
    yield "members:organisation_page", (t.unlisted.pk,), "", None, "unlisted"
    for name in ("update_organisation", "team_page", "invite_colleague", "leave_organisation", "add_mail_domain"):
        yield f"members:{name}", (t.company.pk,)
    yield "members:team_page", (t.unlisted.pk,), "", None, "unlisted"
    yield "members:change_role", (t.role.pk,), "", {"level": "manager"}
    yield "members:remove_role", (t.role.pk,)
    yield "members:withdraw_mail_domain", (t.mail_domain.pk,)
    yield "members:join_by_mail_domain", (t.company.siret, t.company.kind)
    yield "members:ask_to_join", (t.company.siret, t.company.kind)
    yield "members:answer_join_request", (t.join_request.pk,), "", {"answer": "accepted"}
    yield "members:revoke_invitation", (t.invitation.pk,)
    yield "members:accept_invitation", (t.invitation.pk,)
    yield "members:invitation_page", (INVITATION_TOKEN,)
    yield "members:invitation_page", ("no-such-link",), "", None, "unknown"
    yield "members:choose_club", (), "", {"club": t.club.slug}
    yield "members:edit_club", (t.club.slug,)
    for name in ("import_page", "start_import", "resume_import", "discard_import", "import_rejects"):
        yield f"members:{name}", (t.import_run.pk,)
    yield "members:take_difference", (t.difference.pk,)
    yield "members:keep_difference", (t.difference.pk,)


def _of_memberships(t):
    for name in ("application_page", "withdraw_application", "accept_application", "refuse_application"):
        yield f"memberships:{name}", (t.application.pk,)
    for name in ("term_page", "end_term"):
        yield f"memberships:{name}", (t.term.pk,)
    for name in ("suspend_term", "resume_term", "buy_people", "certificate"):
        yield f"memberships:{name}", (t.term.pk,)
    yield "memberships:change_plan", (t.term.pk,), "", {"plan": t.fee_plan.pk}
    for name in ("dues_page", "order_dues", "hold_dues", "unhold_dues", "remind_dues", "withdraw_dues"):
        yield f"memberships:{name}", (t.dues.pk,)
    yield "memberships:renewal_list", (), f"club={t.club.slug}"
    yield "memberships:preview_renewals", (), f"terms={t.term.pk}"
    yield "memberships:renew_terms", (), "", {"terms": t.term.pk}
    for name in ("update_plan", "close_plan", "reopen_plan", "set_prices", "delete_plan"):
        yield f"memberships:{name}", (t.plan.pk,)


def _of_events(t):
    yield "events:feed", (t.feed.token,)
    yield "events:cancel_registration", (t.registration.pk,)
    yield "events:pay_registration", (t.held_registration.pk,)
    yield "events:registration_page", (t.registration.pk,)
    yield "events:registration_page", (t.offered.pk,), "", None, "offered"
    for name in ("change_place", "cancel_place", "set_consent", "place_calendar"):
        yield f"events:{name}", (t.place.pk,)
    yield "events:set_attendance", (t.place.pk,), "", {"attendance": "present"}
    yield "events:admit_waiting", (t.waiting_place.pk,)
    yield "events:create_event", (), "kind=open_map"
    yield "events:change_session", (t.session.pk,)
    yield "events:remove_session", (t.session.pk,)
    yield "events:remove_reception", (t.reception.pk,)
    for name in ("mailing_page", "stop_mailing", "resume_mailing"):
        yield f"events:{name}", (t.mailing.pk,)
    yield "events:switch_letter", (t.club.slug, "thanks"), "", {"on": "no"}
    for name in ("edit_letter_text", "restore_letter_text"):
        yield f"events:{name}", (t.club.slug, "place_confirmed", "fr")
    for name in ("event_letters", "retry_event_letters", "write_mailing"):
        yield f"events:{name}", (t.event.slug,)
    for name in (
        "edit_event", "publish_event", "cancel_event", "copy_event", "delete_draft", "programme_page", "registration_list",
        "waiting_list", "reception_page", "check_in", "add_walk_in", "organisation_suggestions", "attendance_sheet",
        "door_page", "door_worker", "door_manifest", "doors_page",
    ):  # fmt: skip
        yield f"events:{name}", (t.event.slug,)
    yield from _of_papers(t)
    yield from _of_programme(t)
    yield "events:door_list", (t.event.slug,), f"device={t.door.device}"
    device = str(t.door.device)
    yield "events:open_door", (t.event.slug,), "", Message(device=device, name="Parking")
    yield "events:sync_door", (t.event.slug,), "", Message(device=device, now=1e12, cursor="0.0", entries=[])
    yield "events:free_door", (t.door.pk,)
    yield "events:release_seats", (t.allotment.pk,)
    yield "events:settle_walk_in", (t.walk_in.pk,)
    yield "events:dismiss_walk_in", (t.walk_in.pk,)
    for form in ("csv", "xlsx"):
        yield "events:registration_export", (t.event.slug, form), "", None, form
    for name in ("event_page", "register_people", "edit_event", "registration_list", "check_in", "waiting_list"):
        yield f"events:{name}", (t.priced_event.slug,), "", None, "priced"
    for name in ("event_page", "event_calendar", "programme_calendar", "register_people"):
        yield f"events:{name}", (t.event.slug,)
        yield f"events:{name}", (t.draft.slug,), "", None, "draft"
        yield f"events:{name}", (t.members_event.slug,), "", None, "members-only"
    yield "events:answer_offer", (offer_token(t.offered),)
    yield "events:answer_offer", ("1~forged",), "", None, "forged"
    yield "events:invitation_page", (invitation_token(t.event_invitation),)
    yield "events:invitation_page", ("1~forged",), "", None, "forged"
    yield "events:withdraw_invitation", (t.event_invitation.pk,)
    for name in ("approve_request", "refuse_request"):
        yield f"events:{name}", (t.request.pk,)
    for name in ("change_question", "remove_question", "move_question"):
        yield f"events:{name}", (t.question.pk,)
    yield "events:place_answers", (t.request.places.get().pk,)
    yield "events:registration_answers", (t.request.pk,)
    for name in ("answer_file", "remove_answer_file"):
        yield f"events:{name}", (t.person_file.pk,)
        yield f"events:{name}", (t.company_file.pk,), "", None, "of-organisation"
    for name in ("request_list", "invitation_list", "question_list", "needs_page"):
        yield f"events:{name}", (t.closed_event.slug,)
    for form in ("csv", "xlsx"):
        yield "events:needs_export", (t.closed_event.slug, form), "", None, form
    for name in ("event_page", "event_calendar", "register_people"):
        yield f"events:{name}", (t.closed_event.slug,), "", None, "invited-only"
    yield "events:register_people", (t.event.slug,), f"organisation={t.company.pk}", None, "for-the-company"
    for name in ("edit_event", "publish_event", "delete_draft", "check_in"):
        yield f"events:{name}", (t.draft.slug,), "", None, "draft"
    yield from _of_an_events_life(t)


def _of_an_events_life(t):
    yield "events:preview", (t.previewed.preview_token,)
    yield "events:preview", ("no-such-draft",), "", None, "unknown"
    for name in ("preview_settings", "open_preview", "close_preview"):
        yield f"events:{name}", (t.draft.slug,)
    for name in ("postpone_event", "series_page", "publish_series"):
        yield f"events:{name}", (t.event.slug,)
    yield "events:series_page", (t.event.slug,), "rhythm=monthly&times=3", {"dates": t.next_date}, "dates"
    for name in ("event_page", "edit_event", "postpone_event", "registration_list", "check_in", "programme_page"):
        yield f"events:{name}", (t.postponed.slug,), "", None, "postponed"
    for name in ("repayment_list", "refund_everybody"):
        yield f"events:{name}", (t.cancelled.slug,)
    yield "events:event_page", (t.cancelled.slug,), "", None, "cancelled"
    yield "events:refund_repayment", (t.repayment.pk,)


def _of_papers(t):
    code = ticket_code(t.place)
    for name in ("ticket_page", "ticket_file"):
        yield f"events:{name}", (t.place.pk,)
        yield f"events:{name}", (t.waiting_place.pk,), "", None, "waiting"
    for name in ("open_ticket", "open_ticket_file"):
        yield f"events:{name}", (code,)
        yield f"events:{name}", (f"{code[:-1]}1",), "", None, "forged"
    yield "events:open_certificate", (ticket_code(t.past_place),)
    yield "events:open_certificate", (code,), "", None, "too-early"
    yield "events:check_certificate", (certificate_code(t.past_place),)
    yield "events:check_certificate", (certificate_code(t.place),), "", None, "too-early"
    yield "events:certificate_file", (t.past_place.pk,)
    yield "events:registration_tickets", (t.registration.pk,)
    yield "events:sign_half_day", (t.place.pk, t.half_day.key)
    yield "events:clear_signature", (t.signature.pk,)
    yield "events:funder_logos", (t.club.slug,)
    yield "events:remove_funder_logo", (t.funder_logo.pk,)
    badges = {"size": "85x55", "holders": "expected", "blanks": "1"}
    yield "events:make_badges", (t.event.slug,), "", badges
    yield "events:event_certificates", (t.past_place.event.slug,)
    for name in ("papers_page", "signing_list"):
        yield f"events:{name}", (t.event.slug,)


def _of_programme(t):
    yield "events:choose_sessions", (t.place.pk,), "", {"sessions": t.workshop.pk}
    yield "events:session_seat_list", (t.workshop.pk,), "q=a"
    yield "events:take_session_seat", (t.workshop.pk,), "", {"place": t.place.pk}
    for form in ("csv", "xlsx"):
        yield "events:session_seat_export", (t.workshop.pk, form), "", None, form
    yield "events:give_back_session_seat", (t.seat.pk,)
    for name in ("set_pitch_call", "pitch_timer"):
        yield f"events:{name}", (t.pitch_session.pk,)
    yield "events:pitch_call", (t.call.pk,)
    yield "events:propose_pitch", (t.call.pk,)
    yield "events:publish_pitches", (t.call.pk,), "", {"is_published": "yes"}
    for name in (
        "pitch_page",
        "note_pitch",
        "select_pitch",
        "decline_pitch",
        "withdraw_pitch",
        "set_slides",
        "pitch_slides",
    ):
        yield f"events:{name}", (t.pitch.pk,)
    yield "events:pitch_page", (t.other_pitch.pk,), "", None, "of-another"
    yield "events:move_pitch", (t.pitch.pk,), "", {"direction": "up"}
    yield "events:set_pitch_minutes", (t.pitch.pk,), "", {"minutes": "6"}
    yield "events:document", (t.document.pk,)
    yield "events:document", (t.inner_document.pk,), "", None, "coordination"
    for name in ("change_document", "remove_document"):
        yield f"events:{name}", (t.document.pk,)
    for name in ("pitch_list", "document_list"):
        yield f"events:{name}", (t.event.slug,)


def _of_what_came_after(t):
    for proposal, variant in ((t.proposal, ""), (t.private_proposal, "private")):
        yield "events:proposal_page", (proposal.pk,), "", None, variant
        yield "events:change_proposal", (proposal.pk,), "", None, variant
        yield "events:note_step", (proposal.pk,), "", {"text": "Une note"}, variant
    yield "events:axis_list", (t.club.slug,)
    for name in ("change_axis", "remove_axis"):
        yield f"events:{name}", (t.axis.pk,)
    for name in ("event_proposals", "add_proposal", "survey_page", "change_survey", "attendance_page"):
        yield f"events:{name}", (t.past_event.slug,)
    for name in ("prepare_survey", "release_survey", "add_survey_question"):
        yield f"events:{name}", (t.event.slug,)
    yield "events:close_survey", (t.asked_event.slug,)
    for name in ("change_survey_question", "remove_survey_question"):
        yield f"events:{name}", (t.survey_question.pk,)
    yield "events:survey_chart", (t.past_event.slug, t.result.pk)
    for form in ("csv", "xlsx"):
        yield "events:proposal_export", (form,), "", None, form
        yield "events:survey_export", (t.past_event.slug, form), "", None, form
        yield "events:attendance_export", (t.past_event.slug, form), "over=year", None, form
    yield "events:answer_survey", (t.survey_link,)
    yield "events:answer_survey", ("1.no-such-link",), "", None, "unknown"


def _of_offers(t):
    yield "offers:place_suggestions", (), "place=nanterre"
    yield "offers:offer_page", (t.offer.pk,)
    yield "offers:offer_page", (t.draft_offer.pk,), "", None, "draft"
    for name in ("edit_offer", "offer_pictures", "publish_offer", "withdraw_offer", "delete_offer"):
        yield f"offers:{name}", (t.offer.pk,)
        yield f"offers:{name}", (t.draft_offer.pk,), "", None, "draft"
    yield "offers:remove_picture", (t.offer.pk, t.picture.pk)


def _of_introductions(t):
    for form in ("csv", "xlsx"):
        yield "introductions:export_introductions", (form,), "", None, form
        yield "introductions:export_contracts", (form,), "", None, form
    yield "introductions:ask_introduction", (), f"organisation={t.structure.pk}"
    yield "introductions:ask_introduction", (), f"organisation={t.unlisted.pk}", None, "unlisted"
    yield "introductions:ask_introduction", (), f"offer={t.draft_offer.pk}", None, "draft"
    for name in ("introduction_page", "accept_introduction", "decline_introduction", "withdraw_introduction"):
        yield f"introductions:{name}", (t.introduction.pk,)
    for name in (
        "start_talks", "close_introduction", "reopen_introduction", "set_next_step", "assign_owner", "write_note",
        "state_contract",
    ):  # fmt: skip
        yield f"introductions:{name}", (t.going_on.pk,)
    for name in ("change_contract", "confirm_contract", "dispute_contract", "withdraw_contract"):
        yield f"introductions:{name}", (t.contract.pk,)


def _of_observatory(t):
    yield "observatory:chart", ("members",)
    for code, variant in (("members", "public"), ("contracts", "contracts")):
        yield "observatory:figure_list", (code,), "", None, variant
        yield "observatory:figure_list", (code,), f"club={t.club.slug}", None, f"{variant}-of-the-club"

    for name in ("event_report", "event_report_pdf", "event_report_xlsx"):
        yield f"observatory:{name}", (t.past_event.slug,)
    yield "observatory:event_report", (t.members_event.slug,), "", None, "members-only"
    yield "observatory:event_report", (t.draft.slug,), "", None, "draft"
    yield "observatory:event_report_chart", (t.past_event.slug, "audiences")


def _of_billing(t):
    yield "billing:remove_from_basket", (t.basket_line.pk,)
    yield "billing:basket", (), "", {"order": t.basket_line.order_id, "expected": "30", "method": "transfer"}
    for name in ("order_page", "cancel_order", "payment_return", "check_payment", "record_payment"):
        yield f"billing:{name}", (t.order.pk,)
    yield "billing:order_page", (t.payment.order_id,), "", None, "firm"
    yield "billing:cancel_order", (t.payment.order_id,), "", None, "firm"
    yield "billing:order_list", ()
    yield "billing:order_list", (), f"club={t.club.slug}", None, "of-the-club"
    yield "billing:invoice_list", ()
    yield "billing:invoice_list", (), f"club={t.club.slug}", None, "of-the-club"
    yield "billing:pay_order", (t.order.pk,), "", {"method": "cheque"}
    yield "billing:refund_payment", (t.payment.pk,)
    yield "billing:deposit_cheque", (t.payment.pk,)
    yield "billing:send_refund", (t.refund.pk,)
    yield "billing:invoice_file", (t.invoice.pk,)
    for form in ("csv", "xlsx"):
        yield "billing:export_invoices", (form,), "", None, form
        yield "billing:ledger_export", (form,), f"club={t.club.slug}", None, form
    yield "billing:ledger_export", ("fec",), f"club={t.club.slug}&year={t.invoice.year}", None, "fec"
    yield "billing:ledger", (), f"club={t.club.slug}"
    yield "billing:bank", (), f"club={t.club.slug}"
    yield "billing:edit_seller", (t.club.slug,)
    yield "billing:bank_line_page", (t.bank_line.pk,)
    yield "billing:assign_bank_line", (t.bank_line.pk,), "", {"order": t.order.pk}
    yield "billing:set_aside_bank_line", (t.bank_line.pk,), "", {"reason": "Une subvention"}
    yield "billing:take_back_bank_line", (t.bank_line.pk,)
