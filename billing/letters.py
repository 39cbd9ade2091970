"""What the club writes about money: to the buyer, and to the coordination when something needs a decision."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from billing.documents.content import InvoiceContent
from billing.enums import Method
from billing.models import Dispute, Invoice, Order, OrderLine, Payment, Refund, Seller
from core.letters import Attachment, Recipient, link_to, queue_letter, writing_to
from core.templatetags.kit import euros
from members.enums import ClubRoleKind, RoleLevel
from members.models import Person


def buyers_of(order: Order) -> list[Person]:
    """Whoever ordered; once that account is gone, the organisation's managers."""
    if order.by is not None and order.by.is_active:
        return [order.by]
    people = Person.objects.with_account()
    return list(people.filter(roles__organisation=order.organisation_id, roles__level=RoleLevel.MANAGER).order_by("pk"))


def coordinators_of(order: Order) -> list[Person]:
    people = Person.objects.with_account()
    return list(people.filter(club_roles__club=order.club_id, club_roles__kind=ClubRoleKind.COORDINATOR).order_by("pk"))


# --- To the buyer -----------------------------------------------------------------------------------------------------


def order_placed(order: Order, gross) -> None:
    """How to pay by hand: by transfer, cheque or cash."""
    seller = Seller.objects.get(club=order.club_id)
    for person in buyers_of(order):
        with writing_to(Recipient.of(person)):
            _to_buyer(
                "billing.order.placed", order, to=person,
                subject=_("Your order %(order)s with %(club)s") % _names(order),
                paragraphs=[
                    _("We have received your order. It becomes firm as soon as your payment has arrived."),
                    *_how_to_pay(order, seller),
                ],
                facts=[(_("Amount"), euros(gross)), *_bank_facts(order, seller), (_("Pay by"), _day(order.due_on))],
            )  # fmt: skip


def payment_pending(payment: Payment) -> None:
    """A SEPA debit is under way: nothing to do, and nothing to pay again."""
    for person in buyers_of(payment.order):
        with writing_to(Recipient.of(person)):
            _to_buyer(
                "billing.payment.pending", payment.order, to=person,
                subject=_("Your debit is under way: order %(order)s") % _names(payment.order),
                paragraphs=[
                    _("Your SEPA debit of %(amount)s has been ordered. Banks take some days: the answer arrives by %(day)s.")
                    % {"amount": euros(payment.amount), "day": _day(payment.answer_by)},
                    _("What you ordered is kept for you until then. There is nothing more to do: please do not pay again."),
                ],
            )  # fmt: skip


def payment_failed(payment: Payment) -> None:
    """The debit was refused: it can be paid in another way."""
    for person in buyers_of(payment.order):
        with writing_to(Recipient.of(person)):
            _to_buyer(
                "billing.payment.failed", payment.order, to=person,
                subject=_("Your payment did not come through: order %(order)s") % _names(payment.order),
                paragraphs=[
                    _("Your bank did not carry out the payment of %(amount)s.") % {"amount": euros(payment.amount)},
                    _("What you ordered is kept for you a few more days: pay in another way, or try again."),
                ],
                label=_("Pay"),
            )  # fmt: skip


def order_firm(order: Order, invoice: Invoice) -> None:
    """Paid, or taken on account: the invoice."""
    seller = Seller.objects.get(club=order.club_id)
    for person in buyers_of(order):
        with writing_to(Recipient.of(person)):
            facts = [(line.label, euros(line.net)) for line in InvoiceContent.from_json(invoice.content).lines]
            facts.append((_("Total"), euros(invoice.gross)))
            if order.is_on_account:
                facts += [*_bank_facts(order, seller), (_("Pay by"), _day(order.due_on))]
            _to_buyer(
                "billing.order.firm", order, to=person,
                subject=_("Invoice %(number)s") % {"number": invoice.number}, paragraphs=_why_firm(order), facts=facts,
                attachments=[file_of(invoice)],
            )  # fmt: skip


def _why_firm(order: Order) -> list[str]:
    if order.method == Method.PURCHASE_ORDER:
        return [_("Thank you: your purchase order has been taken down. The invoice is enclosed.")]
    if order.is_on_account:
        return [
            _("Here is the invoice for what was agreed to go on until it is ended."),
            _("Please quote the reference in your transfer: so it finds its order by itself."),
        ]
    return [_("Thank you: your payment has arrived. The invoice is enclosed.")]


def order_given_up(order: Order) -> None:
    """Not paid in time."""
    for person in buyers_of(order):
        with writing_to(Recipient.of(person)):
            _to_buyer(
                "billing.order.cancelled", order, to=person,
                subject=_("Your order %(order)s is cancelled") % _names(order),
                paragraphs=[
                    _("No payment has arrived for this order: it is cancelled, and what was kept for you is free again."),
                    _("Should you have paid in the last few days, nothing is lost: we shall find your payment."),
                ],
            )  # fmt: skip


def line_not_given(line: OrderLine, why: str) -> None:
    """The money came too late for this thing: it is owed back. The coordination is told as well."""
    order = line.order
    for person in buyers_of(order):
        with writing_to(Recipient.of(person)):
            _to_buyer(
                "billing.line.not_given", order, to=person,
                subject=_("What you paid for is no longer free: order %(order)s") % _names(order),
                paragraphs=[
                    _("Your payment arrived, but this can no longer be given: %(thing)s") % {"thing": line.label},
                    why,
                    _("%(club)s pays its price back to you; write to us if you would rather use it otherwise.")
                    % _names(order),
                ],
            )  # fmt: skip
    for person in coordinators_of(order):
        with writing_to(Recipient.of(person)):
            queue_letter(
                "billing.line.not_given", to=Recipient.of(person),
                subject=_("Paid, but no longer free: %(organisation)s") % _names(order),
                paragraphs=[f"{line.label}. {why}", _("Its price is to be paid back.")],
                button=(_("See the order"), link_to(order.get_absolute_url())), about=[order, order.club],
            )  # fmt: skip


def refund_made(refund: Refund, note: Invoice | None, *, by_transfer: bool = False) -> None:
    order = refund.payment.order
    for person in buyers_of(order):
        with writing_to(Recipient.of(person)):
            _to_buyer(
                "billing.refund.made", order, to=person,
                subject=_("A refund for your order %(order)s") % _names(order),
                paragraphs=[
                    _("%(club)s pays back %(amount)s to you.") % {**_names(order), "amount": euros(refund.amount)},
                    _("The reason given: %(reason)s") % {"reason": refund.reason},
                    _("The money comes by bank transfer.")
                    if by_transfer
                    else _("The money comes back the way you paid; banks may take up to ten days."),
                ],
                attachments=[file_of(note)] if note else [],
            )  # fmt: skip


def payment_withdrawn(dispute: Dispute) -> None:
    """The payer's bank took the money back: what was given waits."""
    order = dispute.payment.order
    for person in buyers_of(order):
        with writing_to(Recipient.of(person)):
            _to_buyer(
                "billing.payment.withdrawn", order, to=person,
                subject=_("Your payment was taken back: order %(order)s") % _names(order),
                paragraphs=[
                    _("Your bank has taken back %(amount)s that had been paid for this order.")
                    % {"amount": euros(dispute.amount)},
                    _("What you had received for it is suspended until it is paid again. If this is a mistake, write to us."),
                ],
                label=_("Pay again"),
            )  # fmt: skip


def order_reminded(order: Order, due, days: int) -> bool:
    """An invoice that is not paid on its day: once for each number of days. True if it was written now."""
    written = False
    for person in buyers_of(order):
        with writing_to(Recipient.of(person)):
            seller = Seller.objects.get(club=order.club_id)
            letter = _to_buyer(
                "billing.order.reminded", order, to=person, key=f"billing.order.{order.pk}.late.{days}.{person.pk}",
                subject=_("Payment awaited: order %(order)s") % _names(order),
                paragraphs=[
                    _("This order was to be paid by %(day)s, and we have not seen your payment yet.")
                    % {"day": _day(order.due_on)},
                    *_how_to_pay(order, seller),
                ],
                facts=[(_("Still to be paid"), euros(due)), *_bank_facts(order, seller)],
            )  # fmt: skip
            written = written or letter is not None
    return written


# --- To the coordination ----------------------------------------------------------------------------------------------


def dispute_opened(dispute: Dispute) -> None:
    _to_coordination(
        dispute.payment, "billing.dispute.opened",
        lambda: _("A payment is disputed: %(organisation)s"),
        lambda: _("The bank of %(organisation)s takes back %(amount)s (order %(order)s). Answer on the provider’s site."),
        dispute.amount,
    )  # fmt: skip


def refund_failed(refund: Refund) -> None:
    _to_coordination(
        refund.payment, "billing.refund.failed",
        lambda: _("A refund did not arrive: %(organisation)s"),
        lambda: _("The refund of %(amount)s to %(organisation)s (order %(order)s) came back. Pay it in another way."),
        refund.amount,
    )  # fmt: skip


def _to_coordination(payment: Payment, code: str, subject, sentence, amount) -> None:
    order = payment.order
    for person in coordinators_of(order):
        with writing_to(Recipient.of(person)):
            names = {**_names(order), "amount": euros(amount)}
            queue_letter(
                code, to=Recipient.of(person), subject=subject() % names, paragraphs=[sentence() % names],
                button=(_("See the order"), link_to(order.get_absolute_url())), about=[order, order.club],
            )  # fmt: skip


# --- What they share --------------------------------------------------------------------------------------------------


def file_of(invoice: Invoice) -> Attachment:
    return Attachment(f"{invoice.number}.pdf", "application/pdf", bytes(invoice.file.content))


def _to_buyer(code, order, *, to, subject, paragraphs, facts=(), attachments=(), label=None, key=None):
    return queue_letter(
        code, to=Recipient.of(to), subject=subject, paragraphs=paragraphs,
        facts=[(name, value) for name, value in facts if value],
        button=(label or _("See the order"), link_to(order.get_absolute_url())), about=[order, order.club],
        attachments=attachments, sender_name=order.club.name, reply_to=order.club.email, key=key,
    )  # fmt: skip


def _how_to_pay(order: Order, seller: Seller) -> list[str]:
    if order.method in (Method.TRANSFER, Method.PURCHASE_ORDER):
        return [_("Please quote the reference in your transfer: so it finds its order by itself.")]
    if order.method == Method.CHEQUE:
        address = f"{seller.legal_name}, {seller.street}, {seller.post_code} {seller.city}"
        return [
            _("Make the cheque out to %(seller)s, note the reference on its back, and send it to: %(address)s")
            % {"seller": seller.legal_name, "address": address}
        ]
    if order.method == Method.CASH:
        return [_("Please bring the amount to the coordination.")]
    return []


def _bank_facts(order: Order, seller: Seller) -> list[tuple[str, str]]:
    facts = [(_("Reference"), order.reference)]
    if order.method in (Method.TRANSFER, Method.PURCHASE_ORDER):
        facts += [(_("IBAN"), seller.iban), (_("BIC"), seller.bic), (_("Account holder"), seller.legal_name)]
    return facts


def _names(order: Order) -> dict[str, str]:
    return {"order": order.reference, "club": order.club.name, "organisation": str(order.organisation)}


def _day(day: date | None) -> str:
    return formats.date_format(day, "DATE_FORMAT") if day else ""
