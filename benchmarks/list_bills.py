"""The list at 10,000 and at 1,000,000 bills, beside the same statements by hand."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
from sqlalchemy import event, insert

from benchmarks.stopwatch import Ratio, in_turn
from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.bills.rows import bill_values
from billing_adapters.sql.db.connections import query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_domain.model.bills.bill import (
    Bill,
    BillOrigin,
    BillState,
    PaymentChannel,
    PendingBill,
    Settlement,
)
from billing_domain.model.bills.bill_number import bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
)
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillFilter, BillOrder, BillRow, ResidentName
from billing_domain.ports.paging import PageKey

SIZES = (10_000, 1_000_000)
BILLS_A_HOUSE = 20
HOUSES_A_COMMUNITY = 2_000
RARE_NAME, RARE_HOUSES = "龘靐", 20
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文辉红梅鑫宇浩轩子涵梓萱欣怡诗雨晨"
)
FEES = tuple(FeeType)
PERIOD = BillingPeriod(date(2026, 1, 1), date(2026, 1, 31))
PAID_SHARE = 0.6
INSERTED_AT_ONCE = 20_000
FIRST_IMPORT = datetime(2020, 1, 1, tzinfo=UTC)
ROUNDS = 40


@attrs.frozen
class Loaded:
    """A company with its bills and a community of it; `middle` is half way down the list."""

    scope: Scope
    community_id: CommunityId
    middle: str
    size: int


def load(database: Database, size: int) -> Loaded:
    """Fill a company of its own with bills, 20 for each house."""
    ids, clock, chance = SystemIds(), SystemClock(), random.Random(size)
    company = Company(CompanyId(ids.new_id()), f"物业{size}", clock.now())
    houses = list(_houses(database, company, size // BILLS_A_HOUSE, chance, ids))
    start = time.perf_counter()
    numbers = _insert_bills(database, company.id, houses, size, chance)
    print(f"  {size:,} bills loaded in {time.perf_counter() - start:.0f} s", flush=True)
    scope = Scope(company.id, whole_phones=True)
    return Loaded(scope, houses[0].community_id, numbers[size // 2], size)


def _houses(
    database: Database, company: Company, count: int, chance: random.Random, ids: SystemIds
) -> Iterator[House]:
    begin = SqlUnitOfWorkFactory(database, SystemClock(), ids)
    rare = set(range(0, count, max(1, count // RARE_HOUSES)))
    with begin() as work:
        work.companies.add(company)
        work.commit()
    for first in range(0, count, HOUSES_A_COMMUNITY):
        community = Community(
            CommunityId(ids.new_id()),
            company.id,
            f"幸福家园{first // HOUSES_A_COMMUNITY + 1}期",
            CommunityStatus.OPEN,
            FIRST_IMPORT,
        )
        houses = [
            House(HouseId(ids.new_id()), community.id, HouseAddress.parse(_address(index)))
            for index in range(min(HOUSES_A_COMMUNITY, count - first))
        ]
        residents = [
            _resident(house, ids, chance, rare=first + place in rare)
            for place, house in enumerate(houses)
        ]
        with begin() as work:
            work.communities.add(community)
            work.houses.add_all(houses)
            work.residents.add_all(residents)
            work.commit()
        yield from houses


def _address(index: int) -> str:
    return (
        f"{index // 100 + 1}号楼/{index // 50 % 2 + 1}单元/{index % 50 // 4 + 1}0{index % 4 + 1}"
    )


def _resident(house: House, ids: SystemIds, chance: random.Random, *, rare: bool) -> Resident:
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
    return Resident(
        ResidentId(ids.new_id()),
        house.community_id,
        house.id,
        RARE_NAME if rare else name,
        f"13{chance.randrange(10**9):09d}",
        Relation.OWNER,
        None,
    )


def _insert_bills(
    database: Database,
    company_id: CompanyId,
    houses: Sequence[House],
    size: int,
    chance: random.Random,
) -> list[str]:
    """Insert in large steps; return all numbers, oldest first."""
    order = [index % len(houses) for index in range(size)]
    chance.shuffle(order)
    made = (_bill(place, houses[index], size, chance) for place, index in enumerate(order))
    numbers: list[str] = []
    while step := list(itertools.islice(made, INSERTED_AT_ONCE)):
        with database.engine.begin() as connection:
            connection.execute(insert(bills), [bill_values(bill, company_id) for bill in step])
        numbers.extend(bill.number for bill in step)
    _analyse(database)
    return numbers


def _bill(place: int, house: House, size: int, chance: random.Random) -> Bill:
    at = FIRST_IMPORT + timedelta(seconds=180 * place * 1_000_000 // size)
    bill = PendingBill(
        number=bill_number(at, chance.randrange(10**7)),
        community_id=house.community_id,
        house_id=house.id,
        fee_type=FEES[place % len(FEES)],
        amount=Money(100 + place % 200_000),
        period=PERIOD,
        imported_at=at,
    )
    if chance.random() < PAID_SHARE:
        return attrs.evolve(bill.pay(Settlement(PaymentChannel.CASH, at)), version=1)
    return bill


def _analyse(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


@attrs.frozen
class Question:
    """What the list is asked; `middle` starts half way down, `order` in one community.

    `allowed` is how many times the statements by hand it may take: the more statements a question
    needs, the more there are to choose and to build.
    """

    bill_filter: BillFilter = attrs.field(factory=BillFilter)
    middle: bool = False
    order: BillOrder = BillOrder.NEWEST
    allowed: float = 1.5


def questions() -> dict[str, Question]:
    """Return what the list is asked, by name."""
    pending = BillFilter(states=frozenset({BillState.PENDING}))
    pending_water = attrs.evolve(pending, fee_types=frozenset({FeeType.WATER}))
    return {
        "first page": Question(),
        "page in the middle": Question(middle=True),
        "unpaid water bills": Question(pending_water),
        "two characters, rare": Question(BillFilter(text=RARE_NAME), allowed=2.0),
        "two characters, everywhere": Question(BillFilter(text="幸福")),
        "two words": Question(BillFilter(text=f"{RARE_NAME} 号楼"), allowed=3.5),
        "another spelling of a house": Question(BillFilter(text="2栋1单元101室"), allowed=2.0),
        "bare numbers": Question(BillFilter(text="2-1-101"), allowed=2.0),
        **{
            f"{name} by {order.value}": Question(bill_filter, order=order, allowed=2.0)
            for name, bill_filter in (("all", BillFilter()), ("unpaid", pending))
            for order in (BillOrder.ADDRESS, BillOrder.AMOUNT_DOWN, BillOrder.PERIOD_DOWN)
        },
    }


def measure(name: str, database: Database) -> tuple[list[Ratio], list[Ratio]]:
    """Return ours beside SQL by hand at the large size, and the large size by the small."""
    small, large = (load(database, size) for size in SIZES)
    queries = SqlBillQueries(database, SystemClock())
    beside_hand: list[Ratio] = []
    growth: list[Ratio] = []
    for what, question in questions().items():
        label = f"{what}, {name}"
        ours, few = (asking(queries, loaded, question) for loaded in (large, small))
        beside_hand.append(
            in_turn(label, ours, by_hand(database, ours), rounds=ROUNDS, allowed=question.allowed)
        )
        growth.append(in_turn(label, ours, few, rounds=ROUNDS, allowed=3.0))
    return beside_hand, growth


def asking(queries: SqlBillQueries, loaded: Loaded, question: Question) -> Callable[[], object]:
    """Return the asking of one page of twenty."""
    bill_filter, order = question.bill_filter, question.order
    if order is not BillOrder.NEWEST:
        bill_filter = attrs.evolve(bill_filter, community_id=loaded.community_id)
    key = PageKey(loaded.middle) if question.middle else None

    def ask() -> object:
        page = queries.page(loaded.scope, bill_filter, key=key, rows=20, order=order)
        assert len(page.rows) == 20
        return page

    return ask


def by_hand(database: Database, ours: Callable[[], object]) -> Callable[[], object]:
    """Return the very statements that ours runs, as plain SQL, and the same rows made of them.

    What ours adds is the choosing of the statements and SQLAlchemy's work on them.
    """
    statements: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, text: str, values: Any, *_: object) -> None:  # noqa: ANN401
        statements.append((text, values))

    event.listen(database.reader, "before_cursor_execute", note)
    ours()
    event.remove(database.reader, "before_cursor_execute", note)
    before, listing, living = statements[:-2], statements[-2], statements[-1]

    def run() -> object:
        with query(database.reader) as connection:
            for text, values in before:
                connection.exec_driver_sql(text, values).all()
            rows = connection.exec_driver_sql(*listing).all()
            people: dict[str, list[ResidentName]] = {}
            for house, name, phone in connection.exec_driver_sql(*living):
                people.setdefault(house, []).append(ResidentName(name, phone))
        return [_row(row, people) for row in rows]

    return run


def _row(row: Any, people: dict[str, list[ResidentName]]) -> BillRow:  # noqa: ANN401 - any driver
    return BillRow(
        number=row.number,
        external_number=row.external_number,
        community_id=row.community_id,
        community_name=row.community_name,
        house_id=row.house_id,
        address=row.address,
        residents=tuple(people.get(row.house_id, ())),
        fee_type=FeeType[row.fee_type.upper()],
        amount=Money(row.amount_fen),
        period=BillingPeriod(_day(row.first_day), _day(row.last_day)),
        remark=row.remark,
        state=BillState(row.state),
        origin=BillOrigin(row.origin),
        imported_at=_moment(row.imported_at),
        reminded_at=None,
        channel=PaymentChannel(row.channel) if row.channel else None,
        paid_at=_moment(row.paid_at) if row.paid_at else None,
        payer_name=row.payer_name or "",
        voucher_number=row.voucher_number or "",
        batch_id=row.batch_id,
        version=row.version,
    )


def _day(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: str | datetime) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value
