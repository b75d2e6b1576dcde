"""The filter of the list as an address (rule 2.9)."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FilterUnreadableError
from billing_domain.model.bills.bill import BillState, PaymentChannel
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.money import Money
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.paging import PageKey
from billing_entrypoints.web.forms import Form
from billing_entrypoints.web.staff.bills.filters import (
    BILLS,
    CHANNELS,
    FEE_TYPES,
    REMINDED,
    STATES,
)
from billing_entrypoints.web.staff.bills.settlement_form import SETTLEMENT_FIELDS

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat)
ADDRESSES = st.fixed_dictionaries(
    {},
    optional={
        "q": st.text(max_size=64),
        "community": st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
        "building": st.sampled_from(["1号楼", "A&B=栋", "?#%"]),
        "type": st.sampled_from(sorted(FEE_TYPES)),
        "state": st.sampled_from(sorted(STATES)),
        "paid_by": st.sampled_from(sorted(CHANNELS)),
        "imported_from": DAYS,
        "paid_to": DAYS,
        "period_from": DAYS,
        "amount_min": st.integers(1, 10**9).map(lambda fen: str(Money(fen).yuan)),
        "reminded": st.sampled_from(sorted(REMINDED)),
    },
)


UNREADABLE = {
    "q": "\u200b",
    "type": "odd",
    "state": "lost",
    "paid_by": "shells",
    "imported_from": "soon",
    "imported_to": "2026-13-01",
    "paid_from": "01/02/2026",
    "paid_to": "2026-02-30",
    "period_from": "2026-1",
    "period_to": "0001-01-01",
    "amount_min": "many",
    "amount_max": "20 元整",
    "reminded": "maybe",
}


class TestReadSearch:
    def test_restricts_nothing_without_fields(self) -> None:
        assert BILLS.parse(Form.of()).exact == BillFilter()

    def test_reads_every_field(self) -> None:
        search = BILLS.parse(
            Form.of(
                q="李",
                community="c",
                building="1号楼",
                house="h",
                type="late_fee",
                state="paid",
                paid_by="pos",
                imported_from="2026-01-01",
                imported_to="2026-01-02",
                paid_from="2026-01-03",
                paid_to="2026-01-04",
                period_from="2026-01-05",
                period_to="2026-01-06",
                amount_min="1",
                amount_max="2.50",
                reminded="no",
                batch="b",
                after="201810301522145940635",
            )
        )

        assert search.form.valid
        assert search.key == PageKey("201810301522145940635")
        assert search.exact == BillFilter(
            text="李",
            community_id="c",  # type: ignore[arg-type]
            building="1号楼",
            house_id="h",  # type: ignore[arg-type]
            fee_types=frozenset([FeeType.LATE_FEE]),
            states=frozenset([BillState.PAID]),
            channel=PaymentChannel.POS,
            imported_from=date(2026, 1, 1),
            imported_to=date(2026, 1, 2),
            paid_from=date(2026, 1, 3),
            paid_to=date(2026, 1, 4),
            period_from=date(2026, 1, 5),
            period_to=date(2026, 1, 6),
            amount_min=Money(100),
            amount_max=Money(250),
            reminded=False,
            batch_id="b",  # type: ignore[arg-type]
        )

    @given(ADDRESSES)
    def test_reads_back_the_address_that_it_writes(self, fields: dict[str, str]) -> None:
        search = BILLS.parse(Form.of(**fields))

        query = parse_qs(urlsplit(search.address()).query)
        again = BILLS.parse(Form(query))

        assert again.shown == search.shown
        assert again.address() == search.address()

    def test_notes_what_it_can_not_use(self) -> None:
        search = BILLS.parse(Form.of(state="lost", amount_min="much", state_="x"))

        assert set(search.form.errors) == {"state", "amount_min"}
        assert search.shown == BillFilter()

    def test_cuts_a_long_text(self) -> None:
        """P42."""
        assert len(BILLS.parse(Form.of(q="x" * 1_000)).shown.text) == 64

    @given(ADDRESSES, st.sampled_from(sorted(UNREADABLE)))
    def test_acts_on_nothing_beside_an_unreadable_criterion(
        self, fields: dict[str, str], name: str
    ) -> None:
        """Rule 2.4: whatever else restricts the list, one lost criterion widens it."""
        readable = {"q": "李"} if "q" in fields else {}
        search = BILLS.parse(Form.of(**fields | readable | {name: UNREADABLE[name]}))

        assert search.unreadable == [name]
        with pytest.raises(FilterUnreadableError) as caught:
            _ = search.exact
        assert caught.value.criteria == ((name, UNREADABLE[name]),)

    def test_acts_on_nothing_for_a_criterion_given_twice(self) -> None:
        assert BILLS.parse(Form.of(state=["pending", "paid"])).unreadable == ["state"]
        assert BILLS.parse(Form.of(state=["paid", "paid"])).unreadable == []

    @pytest.mark.parametrize("text", ["x" * 65, "\u200b", "\u2066"])
    def test_acts_on_nothing_for_a_text_that_would_be_cut_or_vanish(self, text: str) -> None:
        assert BILLS.parse(Form.of(q=text)).unreadable == ["q"]

    def test_shares_no_field_with_the_form_that_settles(self) -> None:
        """A batch sends both: 现金支付 must not become a criterion."""
        assert not set(BILLS.names) & set(SETTLEMENT_FIELDS)


class TestBillSearch:
    def test_changes_one_field_of_its_address(self) -> None:
        search = BILLS.parse(Form.of(q="李", state="paid"))

        assert search.address(state="pending") == "/staff/bills?q=%E6%9D%8E&state=pending"
        assert search.address(after="7") == "/staff/bills?q=%E6%9D%8E&state=paid&after=7"

    def test_counts_what_the_panel_holds(self) -> None:
        assert BILLS.parse(Form.of(q="李", state="paid", building="1")).chip_count == 1
        assert not BILLS.parse(Form.of(community="c")).is_narrow
        assert BILLS.parse(Form.of(building="1")).is_narrow

    def test_has_a_chip_for_every_field_but_those_always_seen(self) -> None:
        without = {name for each in BILLS.criteria if not each.chip for name in each.names}

        assert without == {"q", "type", "state"}
