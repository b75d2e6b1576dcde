"""Print receipts of paid bills: the same content every time (rule 6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import attrs

from billing_domain.errors import (
    BillActionRefusedError,
    FieldError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.batch import check_batch_size
from billing_domain.model.bills.bill import Bill, BillAction, PaidBill, require_paid
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Permission
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.payments.receipt import IssuedReceipt, ReceiptContent
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.bills import BillQueries, BillRow, ResidentName
from billing_domain.ports.owners import OwnerQueries
from billing_domain.ports.payments.receipts import ReceiptWriter
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.jobs.retrying import retrying


@attrs.frozen
class IssueReceipts:
    """Receipts for staff and owners; an issued receipt is frozen, its payment final (2.6)."""

    begin: UnitOfWorkFactory
    bills: BillQueries
    owner_bills: OwnerQueries
    writer: ReceiptWriter
    clock: Clock

    def for_bills(self, actor: Actor, *, numbers: Collection[BillNumber]) -> bytes:
        """Return one PDF of the bills' receipts, in the order of the list (rule 2.8).

        Raises BillActionRefusedError for a bill that is not paid (P28), GlyphMissingError naming
        the character and the bill, ThingNotFoundError; then no receipt is issued.
        """
        actor.require(Permission.ISSUE_RECEIPTS)
        check_batch_size(len(numbers))

        def rows() -> Sequence[BillRow]:
            found = self.bills.rows_by_number(actor.scope, sorted(set(numbers)))
            return _all(numbers, found)

        return retrying(lambda: self._issue(actor, rows))

    def for_order(self, actor: Actor, *, order: OrderNumber) -> bytes:
        """Return one PDF of the receipts of an order's bills; raises the errors of for_bills."""
        actor.require(Permission.ISSUE_RECEIPTS)
        with self.begin(read_only=True) as work:
            work.orders.get(actor.scope, order)
            settled = work.orders.settled_by(order)
        numbers = [item.bill for item in settled if not item.reversed]
        return self.for_bills(actor, numbers=numbers)

    def for_owner(self, owner: Owner, *, number: BillNumber) -> bytes:
        """Return the PDF of one bill that the owner sees; raises the errors of for_bills."""
        day = shanghai_day(self.clock.now())

        def rows() -> Sequence[BillRow]:
            return [self.owner_bills.bill(owner, number, day=day)]

        if not owner.residents:
            raise ThingNotFoundError(kind="bill", id=number)
        resident = owner.residents[0]
        actor = Actor.owner(owner.company_id, resident.id, resident.name)
        return retrying(lambda: self._issue(actor, rows))

    def _issue(self, actor: Actor, read: Callable[[], Sequence[BillRow]]) -> bytes:
        rows = read()
        if not rows:
            raise FieldError(field="numbers", reason="required")
        numbers = [row.number for row in rows]
        with self.begin(read_only=True) as work:
            company = work.companies.get(actor.company_id)
            stored = work.bills.get_many(Scope(actor.company_id), numbers)
            _require_same(rows, stored)
            paid = {bill.number: require_paid(bill, BillAction.PRINT) for bill in stored}
            _check_not_refunded(work, rows)
            issued = work.receipts.latest([n for n, bill in paid.items() if bill.receipted])
            fresh = {
                row.number: _content(_as_of_payment(work, row), company.name)
                for row in rows
                if row.number not in issued
            }
        contents = [
            fresh[number] if number in fresh else issued[number].content for number in numbers
        ]
        pdf = self.writer.write(contents, printed_on=shanghai_day(self.clock.now()))
        self._keep(actor, paid, fresh)
        return pdf

    def _keep(
        self,
        actor: Actor,
        paid: Mapping[BillNumber, PaidBill],
        fresh: Mapping[BillNumber, ReceiptContent],
    ) -> None:
        """Store the new receipts and their bills; raise StaleError if a bill changed."""
        if not fresh:
            return
        now = self.clock.now()
        bills = [paid[number] for number in fresh]
        printed = [bill.with_receipt() for bill in bills]
        with self.begin() as work:
            work.bills.save_all(printed)
            work.receipts.add_all(
                [
                    IssuedReceipt(
                        bill.number, bill.community_id, fresh[bill.number], now, actor.id
                    )
                    for bill in bills
                ]
            )
            work.record_all(actor, AuditAction.RECEIPT_ISSUED, zip(bills, printed, strict=True))
            work.commit()


def _check_not_refunded(work: UnitOfWork, rows: Sequence[BillRow]) -> None:
    """Raise BillActionRefusedError for a bill whose money is being refunded (P28)."""
    numbers = [row.number for row in rows]
    for number, order in work.orders.settling(numbers).items():
        refunds = work.refunds.of_order(order)
        if any(number in refund.bills and refund.state.waits for refund in refunds):
            raise BillActionRefusedError(
                number=number, action=BillAction.PRINT.value, reason="refunding"
            )


def _as_of_payment(work: UnitOfWork, row: BillRow) -> BillRow:
    """Return the row with the residents at the time of payment."""
    paid_on = shanghai_day(row.paid_at) if row.paid_at else None
    then = [
        ResidentName(person.name, person.phone)
        for person in work.residents.of_house(row.house_id)
        if paid_on is not None and person.lived_here_on(paid_on)
    ]
    return attrs.evolve(row, residents=tuple(then))


def _all(numbers: Collection[BillNumber], found: Sequence[BillRow]) -> Sequence[BillRow]:
    missing = set(numbers) - {row.number for row in found}
    if missing:
        raise ThingNotFoundError(kind="bill", id="、".join(sorted(missing)))
    return sorted(found, key=lambda row: row.number, reverse=True)


def _require_same(rows: Sequence[BillRow], stored: Sequence[Bill]) -> None:
    """Raise StaleError unless the rows show the same versions of the bills."""
    versions = {bill.number: bill.version for bill in stored}
    for row in rows:
        if versions.get(row.number) != row.version:
            raise StaleError(kind="bill", id=row.number)


def _content(row: BillRow, company_name: str) -> ReceiptContent:
    assert row.channel is not None  # noqa: S101 - paid bills have both
    assert row.paid_at is not None  # noqa: S101 - same
    return ReceiptContent(
        community_name=row.community_name,
        company_name=company_name,
        bill_number=row.number,
        external_number=row.external_number,
        address=row.address,
        fee_type=row.fee_type.label,
        amount=row.amount,
        period=row.period,
        residents=tuple((person.name, person.phone) for person in row.residents),
        imported_at=row.imported_at,
        paid_at=row.paid_at,
        channel=row.channel.label,
        payer_name=row.payer_name,
        voucher_number=row.voucher_number,
        remark=row.remark,
    )
