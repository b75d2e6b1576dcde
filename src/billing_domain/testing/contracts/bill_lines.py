"""The contract of BillQueries: one row of the list (rule 2.8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import BillAction, BillOrigin, BillState, PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import House
from billing_domain.model.money import Money
from billing_domain.ports.bills import BillRow, ResidentName
from billing_domain.testing.contracts.imports import add_batch
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import MARCH, NOON, World, paid_in_cash


class BillRowContract(StorageContract):
    """One row of the list (rule 2.8)."""

    def test_shows_every_fact_of_a_pending_bill(self, storage: Storage, world: World) -> None:
        house = world.add_house("12号楼/3单元/1502")
        world.add_resident(house, "王伟", phone="13812344613")
        world.add_resident(house, "走了", moved_out_on=storage.today)
        world.add_resident(house, "要走", moved_out_on=storage.today + timedelta(days=1))
        batch = add_batch(world)
        bill = world.add_bill(
            house, remark="备注\n二", batch_id=batch.id, reminded_at=NOON + timedelta(days=1)
        )

        assert storage.bill_queries.row(world.scope, bill.number) == BillRow(
            number=bill.number,
            external_number=None,
            community_id=world.garden.id,
            community_name="幸福家园",
            house_id=house.id,
            address="12号楼/3单元/1502",
            residents=(ResidentName("王伟", "13812344613"), ResidentName("要走", "")),
            fee_type=FeeType.PROPERTY,
            amount=Money(130_000),
            period=MARCH,
            remark="备注\n二",
            state=BillState.PENDING,
            origin=BillOrigin.IMPORTED,
            imported_at=NOON,
            reminded_at=NOON + timedelta(days=1),
            channel=None,
            paid_at=None,
            payer_name="",
            voucher_number="",
            batch_id=batch.id,
            version=1,
        )

    def test_shows_every_fact_of_a_payment(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(
            world.add_house("1号楼/101"), origin=BillOrigin.PUSHED, external_number="LX-1"
        )
        world.save_bill(bill.pay(paid_in_cash(NOON + timedelta(hours=1))))

        row = storage.bill_queries.row(world.scope, bill.number)
        assert (row.state, row.channel) == (BillState.PAID, PaymentChannel.CASH)
        assert row.paid_at == NOON + timedelta(hours=1)
        assert (row.payer_name, row.voucher_number) == ("王伟", "V-1")
        assert (row.origin, row.external_number) == (BillOrigin.PUSHED, "LX-1")
        assert (row.version, row.residents) == (2, ())
        assert row.actions == {BillAction.VIEW, BillAction.PRINT, BillAction.TAKE_BACK}

    def test_shows_a_voided_bill(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"), origin=BillOrigin.PUSHED)
        world.save_bill(bill.void(NOON))

        row = storage.bill_queries.row(world.scope, bill.number)
        assert (row.state, row.channel, row.paid_at) == (BillState.VOIDED, None, None)

    def test_is_not_found_outside_the_scope(self, storage: Storage, world: World) -> None:
        number = world.add_bill(world.add_house("1号楼/101")).number
        for scope in (world.rival_scope, world.lakeside_scope):
            with pytest.raises(ThingNotFoundError) as refusal:
                storage.bill_queries.row(scope, number)

            assert refusal.value.facts == {"kind": "bill", "id": number}

    def test_is_gone_with_its_bill(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        world.remove_bills(bill)
        with pytest.raises(ThingNotFoundError):
            storage.bill_queries.row(world.scope, bill.number)

    def test_many_are_returned_newest_first(self, storage: Storage, world: World) -> None:
        bills = [world.add_bill(house) for house in two_houses(world) * 2]
        numbers = [bills[1].number, bills[3].number, bills[0].number, BillNumber("0" * 21)]

        def seen(scope: Scope) -> list[str]:
            rows = storage.bill_queries.rows_by_number(scope, numbers)
            return [row.number for row in rows]

        assert seen(world.scope) == [bills[3].number, bills[1].number, bills[0].number]
        assert seen(world.garden_scope) == [bills[0].number]
        assert seen(world.rival_scope) == []
        assert list(storage.bill_queries.rows_by_number(world.scope, [])) == []


def two_houses(world: World) -> list[House]:
    """Add a house in the garden and one at the lakeside."""
    return [world.add_house("1号楼/101"), world.add_house("1号楼/101", world.lakeside)]
