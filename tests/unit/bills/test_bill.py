"""Bills: what each state allows, and what a transition keeps (rules 2.1-2.3, 2.6)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import BillActionRefusedError, FieldError, RemarkTooLongError
from billing_domain.model.bills.bill import (
    PAYER_NAME_LENGTH_MAX,
    REMARK_LENGTH_MAX,
    VOUCHER_LENGTH_MAX,
    Bill,
    BillAction,
    BillOrigin,
    BillState,
    PaidBill,
    PaymentChannel,
    PendingBill,
    Settlement,
    bill_actions,
    clean_remark,
    require_paid,
    require_pending,
)
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.audit import audit_facts
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.testing.strategies import (
    bills,
    moments,
    offline_settlements,
    paid_bills,
    pending_bills,
    remarks,
    settlements,
)

OFFLINE = [channel for channel in PaymentChannel if channel is not PaymentChannel.ONLINE]
IMPORTED = st.just(BillOrigin.IMPORTED)
PUSHED = st.just(BillOrigin.PUSHED)
ONLINE = settlements([PaymentChannel.ONLINE])


class TestActions:
    @pytest.mark.parametrize(
        ("origin", "state", "names"),
        [
            ("imported", "pending", "view edit remind mark_paid delete"),
            ("imported", "paid", "view print"),
            ("imported", "voided", ""),
            ("pushed", "pending", "view remind mark_paid void"),
            ("pushed", "paid", "view print"),
            ("pushed", "voided", "view"),
        ],
    )
    def test_are_those_of_the_guide_s_table(self, origin: str, state: str, names: str) -> None:
        """Rule 2.1, cell by cell; no cell has anything else."""
        allowed = bill_actions(BillOrigin(origin), BillState(state))

        assert allowed == {BillAction(name) for name in names.split()}

    @pytest.mark.parametrize("origin", BillOrigin)
    @pytest.mark.parametrize("channel", PaymentChannel)
    def test_take_back_what_staff_marked_alone(
        self, origin: BillOrigin, channel: PaymentChannel
    ) -> None:
        """A bill paid online needs a refund (rule 2.6)."""
        actions = bill_actions(origin, BillState.PAID, channel)

        assert (BillAction.TAKE_BACK in actions) is (channel is not PaymentChannel.ONLINE)

    @given(bills())
    def test_are_what_the_bill_itself_permits(self, bill: Bill) -> None:
        """The table and the methods say the same, so no screen can offer what is refused."""
        channel = bill.settlement.channel if isinstance(bill, PaidBill) else None
        allowed = bill_actions(bill.origin, bill.state, channel)
        receipted = isinstance(bill, PaidBill) and bill.receipted

        assert is_permitted(bill, BillAction.EDIT) is (BillAction.EDIT in allowed)
        assert is_permitted(bill, BillAction.VOID) is (BillAction.VOID in allowed)
        assert is_permitted(bill, BillAction.DELETE) is (BillAction.DELETE in allowed)
        assert is_permitted(bill, BillAction.MARK_PAID) is (BillAction.MARK_PAID in allowed)
        assert is_permitted(bill, BillAction.TAKE_BACK) is (
            BillAction.TAKE_BACK in allowed and not receipted
        )


class TestEdit:
    @given(pending_bills(origin=IMPORTED), pending_bills(), remarks())
    def test_changes_the_charge_and_nothing_else(
        self, bill: PendingBill, other: PendingBill, remark: str
    ) -> None:
        """House, number and origin stay (rule 2.2)."""
        new = bill.edit(
            fee_type=other.fee_type, amount=other.amount, period=other.period, remark=remark
        )

        assert new == attrs.evolve(
            bill,
            fee_type=other.fee_type,
            amount=other.amount,
            period=other.period,
            remark=remark,
            version=bill.version + 1,
        )

    @given(pending_bills(origin=IMPORTED))
    def test_refuses_a_long_remark(self, bill: PendingBill) -> None:
        with pytest.raises(RemarkTooLongError):
            edited(bill, "长" * 501)


class TestPay:
    @given(pending_bills(), settlements())
    def test_keeps_everything_and_adds_the_payment(
        self, bill: PendingBill, settlement: Settlement
    ) -> None:
        paid = bill.pay(settlement)

        assert shared(paid) == shared(bill) | {"version": bill.version + 1}
        assert (paid.settlement, paid.receipted) == (settlement, False)
        assert paid.state is BillState.PAID


class TestTakeBack:
    @given(pending_bills(), offline_settlements())
    def test_undoes_a_wrong_mark(self, bill: PendingBill, settlement: Settlement) -> None:
        """Rule 2.6: the bill is pending as before, two versions on."""
        assert bill.pay(settlement).take_back() == attrs.evolve(bill, version=bill.version + 2)


class TestRefunded:
    @given(pending_bills(), settlements([PaymentChannel.ONLINE]), st.booleans())
    def test_makes_the_bill_pending_again(
        self,
        bill: PendingBill,
        settlement: Settlement,
        receipted: bool,  # noqa: FBT001 - hypothesis gives it
    ) -> None:
        """Rule 5.8: a receipt does not keep money that goes back."""
        paid = attrs.evolve(bill.pay(settlement), receipted=receipted)

        assert paid.refunded() == attrs.evolve(bill, version=bill.version + 2)


class TestWithReceipt:
    @given(paid_bills())
    def test_is_final_and_changes_nothing_else(self, bill: PaidBill) -> None:
        """Rule 2.6."""
        expected = attrs.evolve(bill, receipted=True, version=bill.version + 1)

        assert bill.with_receipt() == expected


class TestVoid:
    @given(pending_bills(origin=PUSHED), moments())
    def test_keeps_everything_of_a_pushed_bill(self, bill: PendingBill, at: datetime) -> None:
        voided = bill.void(at)

        assert shared(voided) == shared(bill) | {"version": bill.version + 1}
        assert (voided.voided_at, voided.state) == (at, BillState.VOIDED)


REFUSED: list[tuple[st.SearchStrategy[Bill], Callable[[Any], object], str, str]] = [
    (pending_bills(origin=PUSHED), lambda bill: edited(bill, "新"), "edit", "pushed"),
    (pending_bills(origin=PUSHED), lambda bill: bill.check_deletable(), "delete", "pushed"),
    (pending_bills(origin=IMPORTED), lambda bill: bill.void(bill.imported_at), "void", "imported"),
    (paid_bills(settlement=ONLINE), lambda bill: bill.take_back(), "take_back", "online"),
    (
        paid_bills(settlement=offline_settlements(), receipted=st.just(value=True)),
        lambda bill: bill.take_back(),
        "take_back",
        "receipted",
    ),
    (paid_bills(settlement=offline_settlements()), lambda bill: bill.refunded(), "refund", "paid"),
]


class TestRefusals:
    @pytest.mark.parametrize(("kind", "act", "action", "reason"), REFUSED)
    @given(data=st.data())
    def test_name_the_bill_the_action_and_the_reason(
        self,
        kind: st.SearchStrategy[Bill],
        act: Callable[[Any], object],
        action: str,
        reason: str,
        data: st.DataObject,
    ) -> None:
        bill = data.draw(kind)
        with pytest.raises(BillActionRefusedError) as error:
            act(bill)

        assert error.value.facts == {"number": bill.number, "action": action, "reason": reason}


class TestRequire:
    @given(bills(), st.sampled_from(BillAction))
    def test_returns_the_bill_in_its_state_or_names_the_other(
        self, bill: Bill, action: BillAction
    ) -> None:
        for require, state in (
            (require_pending, BillState.PENDING),
            (require_paid, BillState.PAID),
        ):
            if bill.state is state:
                assert require(bill, action) is bill
                continue
            with pytest.raises(BillActionRefusedError) as error:
                require(bill, action)
            assert error.value.facts == {
                "number": bill.number,
                "action": action.value,
                "reason": bill.state.value,
            }


class TestSettlement:
    @pytest.mark.parametrize("channel", OFFLINE)
    @given(at=moments())
    def test_takes_the_five_offline_channels(self, channel: PaymentChannel, at: datetime) -> None:
        """Rule 2.3; blanks around what was typed do not matter."""
        made = Settlement.offline(channel, at, payer_name=" 王  伟 ", voucher_number="\tV 1 ")

        assert made == Settlement(channel, at, "王 伟", "V 1")

    @given(moments())
    def test_refuses_to_mark_an_online_payment(self, at: datetime) -> None:
        with pytest.raises(FieldError) as error:
            Settlement.offline(PaymentChannel.ONLINE, at)

        assert (error.value.field, error.value.reason) == ("channel", "unknown")

    @pytest.mark.parametrize(
        ("field", "length_max"),
        [("payer_name", PAYER_NAME_LENGTH_MAX), ("voucher_number", VOUCHER_LENGTH_MAX)],
    )
    @given(at=moments())
    def test_refuses_a_text_that_is_too_long(
        self, field: str, length_max: int, at: datetime
    ) -> None:
        longest = {field: "x" * length_max}
        assert Settlement.offline(PaymentChannel.CASH, at, **longest).paid_at == at

        with pytest.raises(FieldError) as error:
            Settlement.offline(PaymentChannel.CASH, at, **{field: "x" * (length_max + 1)})
        assert (error.value.field, error.value.reason) == (field, "too_long")


class TestLabels:
    def test_are_the_guide_s_words(self) -> None:
        assert [state.label for state in BillState] == ["待支付", "已支付", "已作废"]
        assert [channel.label for channel in OFFLINE] == [
            *["现金支付", "Pos机刷卡", "微信支付", "支付宝扫码", "银行转帐"]
        ]
        assert PaymentChannel.ONLINE.label == "线上支付"


class TestCleanRemark:
    @given(remarks())
    def test_keeps_a_remark(self, remark: str) -> None:
        assert clean_remark(f" \n{remark}\u3000") == remark

    def test_takes_500_characters_and_no_more(self) -> None:
        """Blanks around do not count (rule 3.10)."""
        assert len(clean_remark(" " + "长" * REMARK_LENGTH_MAX + " ")) == 500
        with pytest.raises(RemarkTooLongError) as error:
            clean_remark("长" * (REMARK_LENGTH_MAX + 1))

        assert error.value.facts == {"length": 501, "length_max": 500}


class TestFacts:
    @given(bills())
    def test_tell_the_whole_charge(self, bill: Bill) -> None:
        """What is deleted stays in the audit log with its content (rules 2, 2.11)."""
        kept = audit_facts(bill)
        facts = kept.fields

        assert (kept.kind, kept.id, kept.house_id) == ("bill", bill.number, bill.house_id)
        assert facts["number"] == bill.number
        assert facts["house_id"] == bill.house_id
        assert FeeType.find(str(facts["fee_type"])) is bill.fee_type
        assert Money(int(facts["amount_fen"] or 0)) == bill.amount
        assert (
            BillingPeriod(
                *(
                    datetime.fromisoformat(str(facts[day])).date()
                    for day in ("first_day", "last_day")
                )
            )
            == bill.period
        )
        assert (facts["remark"], facts["state"]) == (bill.remark, bill.state.value)
        assert ("channel" in facts) is isinstance(bill, PaidBill)

    @given(paid_bills())
    def test_tell_the_payment(self, bill: PaidBill) -> None:
        facts = audit_facts(bill).fields

        assert datetime.fromisoformat(str(facts["paid_at"])) == bill.settlement.paid_at
        assert facts["channel"] == bill.settlement.channel.value
        assert facts["payer_name"] == bill.settlement.payer_name
        assert facts["voucher_number"] == bill.settlement.voucher_number


def edited(bill: PendingBill, remark: str) -> PendingBill:
    return bill.edit(fee_type=bill.fee_type, amount=bill.amount, period=bill.period, remark=remark)


def shared(bill: Bill) -> dict[str, object]:
    """Return what every bill has, whatever its state."""
    fields = attrs.asdict(bill, recurse=False)
    return {name: fields[name] for name in fields if name in attrs.fields_dict(PendingBill)}


def is_permitted(bill: Bill, action: BillAction) -> bool:
    """Try an action on a bill, as the use cases do."""
    try:
        match action:
            case BillAction.EDIT:
                edited(require_pending(bill, action), "新")
            case BillAction.VOID:
                require_pending(bill, action).void(bill.imported_at)
            case BillAction.DELETE:
                require_pending(bill, action).check_deletable()
            case BillAction.TAKE_BACK:
                require_paid(bill, action).take_back()
            case _:
                require_pending(bill, action)
    except BillActionRefusedError:
        return False
    return True
