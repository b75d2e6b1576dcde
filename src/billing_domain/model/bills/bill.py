"""A bill (缴费单), with one type per state; each type has only the actions of its state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, ClassVar, Final, NewType

import attrs

from billing_domain.errors import BillActionRefusedError, FieldError, RemarkTooLongError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.audit import AuditFacts, audit_facts, type_of_fact
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.lines import clean_line
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod

BatchId = NewType("BatchId", str)
"""32 hex digits: the id of a bill's import."""

DELETED_KEPT: Final = timedelta(days=30)
"""How long a deleted bill stays in 回收站 (rule 2.12)."""

REMARK_LENGTH_MAX: Final = 500
PAYER_NAME_LENGTH_MAX: Final = 30
VOUCHER_LENGTH_MAX: Final = 64


class BillState(Enum):
    """The state of a bill (rule 2)."""

    PENDING = "pending"
    PAID = "paid"
    VOIDED = "voided"

    @property
    def label(self) -> str:
        """The state's label on screens and exports."""
        return {"pending": "待支付", "paid": "已支付", "voided": "已作废"}[self.value]


class BillOrigin(Enum):
    """The origin of a bill, which decides what staff may do with it (rule 2.1)."""

    IMPORTED = "imported"
    PUSHED = "pushed"


class PaymentChannel(Enum):
    """The channel of a payment: five offline channels marked by staff, or online (rule 2.3)."""

    CASH = "cash"
    POS = "pos"
    WECHAT_TRANSFER = "wechat_transfer"
    ALIPAY_TRANSFER = "alipay_transfer"
    BANK_TRANSFER = "bank_transfer"
    ONLINE = "online"

    @property
    def label(self) -> str:
        """The channel's label on screens, exports and receipts (rule 1, 支付渠道)."""
        return _CHANNEL_LABELS[self]

    @property
    def offline(self) -> bool:
        """Whether staff may mark a bill paid over this channel."""
        return self is not PaymentChannel.ONLINE


_CHANNEL_LABELS: Final = {
    PaymentChannel.CASH: "现金支付",
    PaymentChannel.POS: "Pos机刷卡",
    PaymentChannel.WECHAT_TRANSFER: "微信支付",
    PaymentChannel.ALIPAY_TRANSFER: "支付宝扫码",
    PaymentChannel.BANK_TRANSFER: "银行转帐",
    PaymentChannel.ONLINE: "线上支付",
}


class BillAction(Enum):
    """An action on a bill (rule 2.1)."""

    VIEW = "view"
    EDIT = "edit"
    REMIND = "remind"
    MARK_PAID = "mark_paid"
    DELETE = "delete"
    VOID = "void"
    PRINT = "print"
    TAKE_BACK = "take_back"
    REFUND = "refund"
    PAY = "pay"


_ACTIONS: Final[Mapping[tuple[BillOrigin, BillState], frozenset[BillAction]]] = {
    (BillOrigin.IMPORTED, BillState.PENDING): frozenset(
        {
            BillAction.VIEW,
            BillAction.EDIT,
            BillAction.REMIND,
            BillAction.MARK_PAID,
            BillAction.DELETE,
        }
    ),
    (BillOrigin.PUSHED, BillState.PENDING): frozenset(
        {BillAction.VIEW, BillAction.REMIND, BillAction.MARK_PAID, BillAction.VOID}
    ),
    (BillOrigin.IMPORTED, BillState.PAID): frozenset({BillAction.VIEW, BillAction.PRINT}),
    (BillOrigin.PUSHED, BillState.PAID): frozenset({BillAction.VIEW, BillAction.PRINT}),
    (BillOrigin.PUSHED, BillState.VOIDED): frozenset({BillAction.VIEW}),
}


def bill_actions(
    origin: BillOrigin, state: BillState, channel: PaymentChannel | None = None
) -> frozenset[BillAction]:
    """Return the actions allowed for a bill of this origin and state (rules 2.1, 2.6).

    `channel` is the channel of a paid bill: an offline payment can also be taken back.
    """
    actions = _ACTIONS.get((origin, state), frozenset())
    if state is BillState.PAID and channel is not None and channel.offline:
        return actions | {BillAction.TAKE_BACK}
    return actions


@attrs.frozen
class Settlement:
    """How and when a bill was paid; `paid_at` is the payer's or provider's time."""

    channel: PaymentChannel
    paid_at: datetime
    payer_name: str = ""
    voucher_number: str = ""

    @classmethod
    def offline(
        cls,
        channel: PaymentChannel,
        paid_at: datetime,
        *,
        payer_name: str = "",
        voucher_number: str = "",
    ) -> Settlement:
        """Return a payment at the counter; raise FieldError for unusable data (rule 2.3)."""
        if not channel.offline:
            raise FieldError(field="channel", reason="unknown", value=channel.value)
        payer = clean_line(
            "payer_name", payer_name, length_max=PAYER_NAME_LENGTH_MAX, required=False
        )
        voucher = clean_line(
            "voucher_number", voucher_number, length_max=VOUCHER_LENGTH_MAX, required=False
        )
        return cls(channel, paid_at, payer, voucher)


@attrs.frozen(kw_only=True)
class _Bill:
    """The fields that bills of all states have."""

    number: BillNumber
    community_id: CommunityId
    house_id: HouseId
    fee_type: FeeType
    amount: Money
    period: BillingPeriod
    remark: str = ""
    origin: BillOrigin = BillOrigin.IMPORTED
    external_number: str | None = None
    batch_id: BatchId | None = None
    imported_at: datetime
    reminded_at: datetime | None = None
    version: int = 1

    def _refuse(self, action: BillAction, reason: str) -> BillActionRefusedError:
        return BillActionRefusedError(number=self.number, action=action.value, reason=reason)


@attrs.frozen(kw_only=True)
class PendingBill(_Bill):
    """A bill that is not paid yet (待支付)."""

    state: ClassVar[BillState] = BillState.PENDING

    def edit(
        self, *, fee_type: FeeType, amount: Money, period: BillingPeriod, remark: str
    ) -> PendingBill:
        """Return the bill with another charge (rule 2.2).

        House, number and origin stay. Raises BillActionRefusedError for a pushed bill and
        RemarkTooLongError.
        """
        self._require_imported(BillAction.EDIT)
        return attrs.evolve(
            self,
            fee_type=fee_type,
            amount=amount,
            period=period,
            remark=clean_remark(remark),
            version=self.version + 1,
        )

    def pay(self, settlement: Settlement) -> PaidBill:
        """Return the paid bill."""
        return PaidBill(**_shared_fields(self), settlement=settlement, version=self.version + 1)

    def void(self, at: datetime) -> VoidedBill:
        """Return the voided bill; only pushed bills are voided, others are deleted (2.1)."""
        if self.origin is not BillOrigin.PUSHED:
            raise self._refuse(BillAction.VOID, "imported")
        return VoidedBill(**_shared_fields(self), voided_at=at, version=self.version + 1)

    def check_deletable(self) -> None:
        """Raise BillActionRefusedError for a pushed bill, which can be voided instead."""
        self._require_imported(BillAction.DELETE)

    def _require_imported(self, action: BillAction) -> None:
        if self.origin is not BillOrigin.IMPORTED:
            raise self._refuse(action, "pushed")


@attrs.frozen(kw_only=True)
class PaidBill(_Bill):
    """A paid bill (已支付): staff can view and print it."""

    state: ClassVar[BillState] = BillState.PAID
    settlement: Settlement
    receipted: bool = False

    def take_back(self) -> PendingBill:
        """Return the pending bill again after a wrong 标记已支付 (rule 2.6).

        Raises BillActionRefusedError for an online payment, which needs a refund, and for a bill
        that has a receipt or is reconciled.
        """
        if not self.settlement.channel.offline:
            raise self._refuse(BillAction.TAKE_BACK, "online")
        if self.receipted:
            raise self._refuse(BillAction.TAKE_BACK, "receipted")
        return PendingBill(**_shared_fields(self), version=self.version + 1)

    def refunded(self) -> PendingBill:
        """Return the pending bill again after a refund of its online payment (rule 5.8).

        Raises BillActionRefusedError for an offline payment.
        """
        if self.settlement.channel.offline:
            raise self._refuse(BillAction.REFUND, "paid")
        return PendingBill(**_shared_fields(self), version=self.version + 1)

    def with_receipt(self) -> PaidBill:
        """Return the bill with a receipt issued, which makes the payment final (rule 2.6)."""
        return attrs.evolve(self, receipted=True, version=self.version + 1)


@attrs.frozen(kw_only=True)
class VoidedBill(_Bill):
    """A pushed bill that was withdrawn (已作废)."""

    state: ClassVar[BillState] = BillState.VOIDED
    voided_at: datetime


Bill = PendingBill | PaidBill | VoidedBill


def require_pending(bill: Bill, action: BillAction) -> PendingBill:
    """Return the bill if it is pending; raise BillActionRefusedError naming its state."""
    if isinstance(bill, PendingBill):
        return bill
    raise BillActionRefusedError(number=bill.number, action=action.value, reason=bill.state.value)


def require_paid(bill: Bill, action: BillAction) -> PaidBill:
    """Return the bill if it is paid; raise BillActionRefusedError naming its state."""
    if isinstance(bill, PaidBill):
        return bill
    raise BillActionRefusedError(number=bill.number, action=action.value, reason=bill.state.value)


def clean_remark(text: str) -> str:
    """Return a remark without surrounding blanks; raise RemarkTooLongError (rule 3.10)."""
    remark = text.strip()
    if len(remark) > REMARK_LENGTH_MAX:
        raise RemarkTooLongError(length=len(remark), length_max=REMARK_LENGTH_MAX)
    return remark


@audit_facts.register(_Bill)
def _bill_facts(bill: Bill) -> AuditFacts:
    facts: dict[str, type_of_fact] = {
        "number": bill.number,
        "house_id": bill.house_id,
        "fee_type": bill.fee_type.label,
        "amount_fen": bill.amount.fen,
        "first_day": bill.period.first_day.isoformat(),
        "last_day": bill.period.last_day.isoformat(),
        "remark": bill.remark,
        "state": bill.state.value,
    }
    if isinstance(bill, PaidBill):
        facts["channel"] = bill.settlement.channel.value
        facts["paid_at"] = bill.settlement.paid_at.isoformat()
        facts["payer_name"] = bill.settlement.payer_name
        facts["voucher_number"] = bill.settlement.voucher_number
    return AuditFacts("bill", bill.number, facts, bill.community_id, bill.house_id)


def _shared_fields(bill: _Bill) -> dict[str, Any]:
    names = (field.name for field in attrs.fields(_Bill) if field.name != "version")
    return {name: getattr(bill, name) for name in names}
