"""What the demo data are: two companies, a year of bills; the same for everyone each day."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import Final

import attrs

from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Relation
from billing_domain.model.period import BillingPeriod
from billing_domain.model.shanghai import day_start, shanghai_day

MONTHS: Final = 12
PASSWORD: Final = "demo-password"  # noqa: S105 - no secret: it is printed, and never in production
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
_GIVEN: Final = (
    "建国", "秀英", "伟", "芳", "海涛", "丽静", "志强", "晓燕", "宇轩", "欣怡",
    "明", "桂兰", "思好", "文博", "雨桐", "俊杰", "宜君", "子涵", "国庆", "雪梅",
)  # fmt: skip
_REMARKS: Final = ("", "", "", "", "二次供水", "请于月底前缴清", "上月漏抄，本月补收")
_CHANNELS: Final = tuple(channel for channel in PaymentChannel if channel.offline)
_FEES: Final[Sequence[tuple[FeeType, int, Decimal, Decimal]]] = (
    (FeeType.PROPERTY, 30, Decimal(180), Decimal(420)),
    (FeeType.WATER, 14, Decimal(18), Decimal(96)),
    (FeeType.ELECTRICITY, 14, Decimal(60), Decimal(380)),
    (FeeType.PARKING, 12, Decimal(150), Decimal(350)),
    (FeeType.SHARED, 8, Decimal(8), Decimal(45)),
    (FeeType.ELEVATOR, 6, Decimal(20), Decimal(60)),
    (FeeType.RENT, 4, Decimal(1300), Decimal(3800)),
    (FeeType.LATE_FEE, 4, Decimal(3), Decimal(40)),
    (FeeType.CURRENT_MONTH, 4, Decimal(200), Decimal(600)),
    (FeeType.OTHER, 4, Decimal(10), Decimal(120)),
)
"""Fee type, how often, least and most yuan."""

_PAID_SHARE: Final = (0.1, 0.3, 0.45, 0.55, *[0.73] * (MONTHS - 4))
"""How many of a month's bills are paid by now, the newest month first: six in ten of all."""


@attrs.frozen
class DemoSignIn:
    """A demo account; `communities` None is all of the company."""

    login_name: str
    name: str
    role: Role
    communities: tuple[str, ...] | None = None


@attrs.frozen
class DemoCommunity:
    """A billed community: buildings × entrances × floors × flats, and how much happens in it."""

    name: str
    shape: tuple[int, int, int, int]
    residents: int
    bills: int
    seed: int

    @property
    def addresses(self) -> Sequence[str]:
        """Every house without the community's name."""
        buildings, entrances, floors, flats = (range(1, count + 1) for count in self.shape)
        return [
            f"{building}号楼/{entrance}单元/{floor}0{flat}"
            for building in buildings
            for entrance in entrances
            for floor in floors
            for flat in flats
        ]


@attrs.frozen
class DemoCompany:
    """A company with one billed community, others that are not billed, and its accounts."""

    name: str
    community: DemoCommunity
    not_opened: str | None
    stopped: str | None
    sign_ins: tuple[DemoSignIn, ...]


@attrs.frozen
class DemoBill:
    """A bill to import, and when and how it is paid, None for not yet."""

    address: str
    fee_type: FeeType
    yuan: Decimal
    period: BillingPeriod
    remark: str
    paid_at: datetime | None
    channel: PaymentChannel
    with_voucher: bool


@attrs.frozen
class DemoMonth:
    """The bills that come in one file."""

    imported_at: datetime
    file_name: str
    bills: tuple[DemoBill, ...]


COMPANIES: Final = (
    DemoCompany(
        name="阳光物业",
        community=DemoCommunity("幸福家园", (5, 2, 6, 2), residents=250, bills=400, seed=1),
        not_opened="滨江一期",
        stopped="老街小区",
        sign_ins=(
            DemoSignIn("demo-admin", "王敏", Role.ADMINISTRATOR),
            DemoSignIn("demo-finance", "李会计", Role.FINANCE),
            DemoSignIn("demo-desk", "张前台", Role.FRONT_DESK, ("幸福家园",)),
            DemoSignIn("demo-viewer", "刘访客", Role.READ_ONLY),
        ),
    ),
    DemoCompany(
        name="海棠物业",
        community=DemoCommunity("海棠湾", (1, 1, 6, 2), residents=20, bills=24, seed=2),
        not_opened=None,
        stopped=None,
        sign_ins=(DemoSignIn("demo-other", "陈经理", Role.ADMINISTRATOR),),
    ),
)


def resident_rows(community: DemoCommunity) -> Sequence[tuple[str, ...]]:
    """Return address, name, phone, relation and moving-in day of each resident."""
    chance = random.Random(community.seed)  # noqa: S311 - the same for everyone
    relations = (Relation.OWNER, Relation.FAMILY, Relation.TENANT)
    houses = community.addresses
    rows = []
    for index, address in enumerate(islice(cycle(houses), community.residents)):
        relation = relations[index // len(houses) % len(relations)]
        name = chance.choice(_SURNAMES) + chance.choice(_GIVEN)
        phone = f"138{community.seed:04d}{index:04d}"
        moved_in = date(2012, 1, 1) + timedelta(days=chance.randrange(4000))
        rows.append((address, name, phone, relation.value, moved_in.isoformat()))
    return rows


def months(community: DemoCommunity, now: datetime) -> Iterator[DemoMonth]:
    """Yield the imports of the last twelve months, oldest first."""
    chance = random.Random(community.seed)  # noqa: S311 - the same for everyone
    houses = cycle(chance.sample(community.addresses, len(community.addresses)))
    this_month = shanghai_day(now).replace(day=1)
    for age in reversed(range(MONTHS)):
        first_day = _months_before(this_month, age)
        usual = day_start(first_day) + timedelta(days=2, hours=10, minutes=15)
        imported_at = min(usual, now - timedelta(hours=1))
        count = community.bills * (MONTHS - age) // MONTHS
        count -= community.bills * (MONTHS - age - 1) // MONTHS
        charges = _charges(chance, houses, count)
        bills = tuple(
            _bill(chance, charge, first_day, (imported_at, now), _PAID_SHARE[age])
            for charge in charges
        )
        yield DemoMonth(imported_at, f"{first_day:%Y年%m月}缴费单.xlsx", bills)


def _charges(
    chance: random.Random, houses: Iterator[str], count: int
) -> Sequence[tuple[str, int]]:
    """Return `count` pairs of house and place in _FEES, two different fees a house."""
    weights = [fee[1] for fee in _FEES]
    pairs: list[tuple[str, int]] = []
    while len(pairs) < count:
        address = next(houses)
        first, second = chance.choices(range(len(_FEES)), weights, k=2)
        pairs += [(address, fee) for fee in dict.fromkeys((first, second))]
    return pairs[:count]


def _bill(
    chance: random.Random,
    charge: tuple[str, int],
    first_day: date,
    span: tuple[datetime, datetime],
    paid_share: float,
) -> DemoBill:
    address, fee = charge
    fee_type, _, least, most = _FEES[fee]
    yuan = least + (most - least) * chance.randrange(1000) / 1000
    last_day = _months_before(first_day, -1) - timedelta(days=1)
    imported_at, now = span
    paid_at = imported_at + timedelta(minutes=chance.randrange(60, 35 * 24 * 60))
    paid = chance.random() < paid_share
    return DemoBill(
        address=address,
        fee_type=fee_type,
        yuan=yuan.quantize(Decimal("0.01")),
        period=BillingPeriod(first_day, last_day),
        remark=chance.choice(_REMARKS),
        paid_at=min(paid_at, now) if paid else None,
        channel=chance.choice(_CHANNELS),
        with_voucher=chance.random() < 0.3,  # noqa: PLR2004 - three in ten
    )


def _months_before(month: date, count: int) -> date:
    years, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, index + 1, 1)
