"""Change bills: edit, mark paid, take back, delete, void."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final, TypeVar

import attrs

from billing_domain.errors import (
    BatchRefusedError,
    BillActionRefusedError,
    BillReservedError,
    FieldError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.batch import ConfirmedBatch, check_batch_size
from billing_domain.model.bills.bill import (
    Bill,
    BillAction,
    PaymentChannel,
    PendingBill,
    Settlement,
    require_paid,
    require_pending,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Permission
from billing_domain.model.lines import clean_line
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.payments.resolve_orders import ResolveOrders

REASON_LENGTH_MAX = 200
_FREEINGS_MAX: Final = 2
_Result = TypeVar("_Result")
_Changed = TypeVar("_Changed", bound=Bill)


@attrs.frozen
class BatchDone:
    """The result of a batch: how many bills, and their sum."""

    count: int
    total: Money


@attrs.frozen
class ManageBills:
    """Changes of bills by staff; each is one transaction with its audit entries.

    If an open payment order reserves the bill, the order is first closed at its provider (rule
    2.5). So every change may raise OrderPaidMeanwhileError: the owner has paid and the bill is
    settled; or OrderUndecidedError: the provider can't say.
    """

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    clock: Clock

    def edit(
        self,
        actor: Actor,
        *,
        number: BillNumber,
        version: int,
        fee_type: FeeType,
        amount: Money,
        period: BillingPeriod,
        remark: str,
    ) -> PendingBill:
        """Change the charge of an imported, pending bill (rule 2.2).

        `version` is the version that the editor saw; raises StaleError if somebody saved a later
        one (rule 2.7), BillActionRefusedError, RemarkTooLongError, ThingNotFoundError.
        """
        actor.require(Permission.EDIT_BILLS)

        def change(old: Bill) -> PendingBill:
            return require_pending(old, BillAction.EDIT).edit(
                fee_type=fee_type, amount=amount, period=period, remark=remark
            )

        return self._one(actor, number, AuditAction.EDITED, change, version=version)

    def mark_paid(
        self,
        actor: Actor,
        *,
        numbers: Collection[BillNumber],
        channel: PaymentChannel,
        paid_at: datetime | None = None,
        payer_name: str = "",
        voucher_number: str = "",
        confirmed: ConfirmedBatch | None = None,
    ) -> BatchDone:
        """Mark one or many pending bills paid at the counter, all or none (rules 2.3, 2.4).

        `paid_at` is never in the future; None means now. Raises BatchRefusedError naming each
        refused bill, BatchChangedError if the bills differ from `confirmed`, FieldError.
        """
        actor.require(Permission.MARK_PAID)
        now = self.clock.now()
        if paid_at is not None and paid_at > now:
            raise FieldError(field="paid_at", reason="future", value=paid_at.isoformat())
        settlement = Settlement.offline(
            channel, paid_at or now, payer_name=payer_name, voucher_number=voucher_number
        )

        def change(work: UnitOfWork, bills: Sequence[PendingBill]) -> None:
            paid = [bill.pay(settlement) for bill in bills]
            work.bills.save_all(paid)
            work.record_all(actor, AuditAction.MARKED_PAID, zip(bills, paid, strict=True))

        return self._batch(actor, BillAction.MARK_PAID, numbers, confirmed, change)

    def take_back(
        self, actor: Actor, *, number: BillNumber, version: int, reason: str
    ) -> PendingBill:
        """Undo a wrong 标记已支付, with a reason of 1..200 characters (rule 2.6).

        Raises BillActionRefusedError for a bill that was paid online or has a receipt, StaleError.
        """
        actor.require(Permission.TAKE_BACK_PAYMENTS)

        def change(old: Bill) -> PendingBill:
            return require_paid(old, BillAction.TAKE_BACK).take_back()

        action = AuditAction.TAKEN_BACK
        return self._one(actor, number, action, change, version=version, reason=reason)

    def delete(
        self,
        actor: Actor,
        *,
        numbers: Collection[BillNumber],
        confirmed: ConfirmedBatch | None = None,
    ) -> BatchDone:
        """Delete one or many imported, pending bills, all or none (rules 2, 2.4).

        Deleted bills stay in 回收站 for 30 days (rule 2.12). Raises the errors of mark_paid.
        """
        actor.require(Permission.DELETE_BILLS)

        def change(work: UnitOfWork, bills: Sequence[PendingBill]) -> None:
            work.bills.remove_all(bills, at=self.clock.now(), by=actor.name)
            work.record_all(actor, AuditAction.DELETED, [(bill, None) for bill in bills])

        return self._batch(actor, BillAction.DELETE, numbers, confirmed, change)

    def void(self, actor: Actor, *, number: BillNumber, version: int) -> Bill:
        """Void a pushed, pending bill (rule 2.1); raises the errors of edit."""
        actor.require(Permission.DELETE_BILLS)

        def change(old: Bill) -> Bill:
            return require_pending(old, BillAction.VOID).void(self.clock.now())

        return self._one(actor, number, AuditAction.VOIDED, change, version=version)

    def _one(
        self,
        actor: Actor,
        number: BillNumber,
        action: AuditAction,
        change: Callable[[Bill], _Changed],
        *,
        version: int,
        reason: str | None = None,
    ) -> _Changed:
        def attempt() -> _Changed:
            with self.begin() as work:
                old = work.bills.get(actor.scope, number)
                if old.version != version:
                    raise StaleError(kind="bill", id=number)
                new = change(old)
                why = ""
                if reason is not None:
                    why = clean_line("reason", reason, length_max=REASON_LENGTH_MAX)
                work.bills.save_all([new])
                work.record(actor, action, old, new, reason=why)
                work.commit()
            return new

        return self._freeing(actor, [number], attempt)

    def _batch(
        self,
        actor: Actor,
        action: BillAction,
        numbers: Collection[BillNumber],
        confirmed: ConfirmedBatch | None,
        change: Callable[[UnitOfWork, Sequence[PendingBill]], None],
    ) -> BatchDone:
        wanted = set(numbers)
        check_batch_size(len(wanted))
        if not wanted:
            raise FieldError(field="numbers", reason="required")

        def attempt() -> BatchDone:
            with self.begin() as work:
                bills = work.bills.get_many(actor.scope, wanted)
                _require_all_found(wanted, bills)
                pending = _all_pending(action, bills)
                if confirmed is not None:
                    confirmed.check(pending)
                change(work, pending)
                work.commit()
            return BatchDone(len(pending), Money.total(bill.amount for bill in pending))

        return self._freeing(actor, wanted, attempt)

    def _freeing(
        self, actor: Actor, numbers: Collection[BillNumber], attempt: Callable[[], _Result]
    ) -> _Result:
        """Return the result of an attempt; free reserved bills and retry.

        An attempt checks the other rules first, so orders are closed only for an allowed change.
        """
        for _ in range(_FREEINGS_MAX):
            try:
                return attempt()
            except BillReservedError:
                self.decide.free(numbers, actor=actor)
        return attempt()


def _require_all_found(wanted: set[BillNumber], bills: Sequence[Bill]) -> None:
    missing = wanted - {bill.number for bill in bills}
    if missing:
        raise ThingNotFoundError(kind="bill", id="、".join(sorted(missing)))


def _all_pending(action: BillAction, bills: Sequence[Bill]) -> list[PendingBill]:
    """Return the bills if each allows the action; otherwise name every refused bill."""
    pending: list[PendingBill] = []
    refusals: list[BillActionRefusedError] = []
    for bill in bills:
        try:
            checked = require_pending(bill, action)
            if action is BillAction.DELETE:
                checked.check_deletable()
            pending.append(checked)
        except BillActionRefusedError as refusal:
            refusals.append(refusal)
    if refusals:
        raise BatchRefusedError(action=action.value, refusals=tuple(refusals))
    return pending
