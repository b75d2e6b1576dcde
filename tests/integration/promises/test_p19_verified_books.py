"""P19: what was received is settled, unapplied or returned; a fen changed by hand is found."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, update

from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.tables.payments import payment_orders, settlements
from tests.money_town import MoneyTown


class TestP19VerifiedBooks:
    @pytest.mark.parametrize(
        ("table", "column"),
        [
            (bills, "amount_fen"),
            (settlements, "amount_fen"),
            (payment_orders, "unapplied_fen"),
        ],
    )
    def test_p19_show_a_fen_changed_by_hand(
        self, town: MoneyTown, sql_database: Database, table: Table, column: str
    ) -> None:
        town.paid_at(0)
        assert self.found(town) == []

        with sql_database.engine.begin() as connection:
            connection.execute(update(table).values({column: table.c[column] + 1}))

        assert self.found(town) != []

    def test_p19_agree_after_everything_that_can_happen(self, town: MoneyTown) -> None:
        town.paid_at(0, 1)
        late = town.check_out_at(2)
        town.mark_paid(*town.at(2))
        town.take(town.provider.pay(late.number))
        assert self.found(town) == []

        town.pass_janitor(minutes=3)

        assert self.found(town) == []
        assert town.agrees()

    def found(self, town: MoneyTown) -> list[str]:
        return list(town.application.view_payments.discrepancies(town.staff[0]))
