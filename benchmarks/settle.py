"""Settling a merged order of 5 bills by WeChat's message, beside its statements by hand."""

from __future__ import annotations

import asyncio
import itertools
import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

import attrs
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.recording import recorded, told_again
from benchmarks.stopwatch import Ratio, in_turn
from billing_adapters.http_client import HttpClient
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_adapters.wechat.pay_v3 import WechatPaymentGateway
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    Company,
    CompanyId,
)
from billing_domain.model.houses.house import House, HouseAddress, HouseId
from billing_domain.model.money import Money
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import (
    AccountId,
    OrderLine,
    OrderState,
    Payer,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
    order_number,
)
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.payments.gateway import (
    GatewayFactory,
    PaymentGateway,
    ProviderForm,
)
from billing_domain.services.payments.resolve_orders import ResolveOrders
from billing_domain.services.payments.send_refunds import SendRefunds
from billing_domain.services.payments.settle_orders import SettleOrders
from billing_domain.services.payments.settle_refunds import SettleRefunds
from billing_domain.use_cases.payments.take_notifications import TakeNotifications
from billing_entrypoints.bootstrap import build
from billing_entrypoints.settings import load_settings
from billing_entrypoints.web.app import create_app
from billing_entrypoints.web.asgi import web_options
from tests.simulators.deliveries import Message
from tests.simulators.wechat_v3 import WechatV3Simulator

ROUNDS = 150
BILLS = 5
WECHAT = ProviderKey("wechat_v3")
ACCOUNT = AccountId("b" * 32)


@attrs.frozen
class OneGateway(GatewayFactory):
    """Every account is the simulator's merchant."""

    gateway: PaymentGateway

    @property
    def providers(self) -> Mapping[ProviderKey, ProviderForm]:
        """None: nobody fills anything in here."""
        return {}

    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        """Return the gateway."""
        del account
        return self.gateway


def measure(name: str, database: Database, folder: Path) -> Sequence[Ratio]:
    """Return how much longer we take than the same statements in the driver.

    Once the use case, and once the address that WeChat calls, without a network: headers, body,
    a turn of a thread, the answer. All check the signature and open the sealed content.
    """
    clock = SystemClock()
    with WechatV3Simulator(clock) as simulator:
        http = HttpClient(simulator.url)
        account = simulator.account("https://fee.example.com/callbacks")
        gateway = WechatPaymentGateway(account, http=http, clock=clock, ids=SystemIds())
        stage = _Stage(database, simulator, gateway, clock, SystemIds())
        taken = stage.taker()
        paid = iter([(o, stage.message(o)) for o in stage.orders(4 * (ROUNDS + 2))])
        rehearsed, statements = stage.rehearse(taken, *next(paid))
        by_hand = _ByHand(database, simulator, rehearsed, statements)
        called = stage.caller(folder)
        return [
            in_turn(
                f"settle an order of 5 bills, {what}, {name}",
                lambda ours=ours: ours(next(paid)[1]),  # type: ignore[misc]
                lambda: by_hand.settle(*next(paid)),
                rounds=ROUNDS,
                allowed=2.0,
            )
            for what, ours in (("use case", taken), ("address", called))
        ]


@attrs.frozen
class _Stage:
    """Orders that are kept, placed at the simulator and paid there."""

    database: Database
    simulator: WechatV3Simulator
    gateway: WechatPaymentGateway
    clock: SystemClock
    ids: SystemIds

    def taker(self) -> Callable[[Message], None]:
        """Return our way with one message: keep, verify, settle, answer."""
        take = self._take()

        def taken(message: Message) -> None:
            headers, body = message
            answer = take.take(account_id=ACCOUNT, headers=headers, body=body)
            assert answer.status < 300, answer

        return taken

    def _take(self) -> TakeNotifications:
        begin = SqlUnitOfWorkFactory(self.database, self.clock, self.ids)
        reports, refunds = SettleOrders(self.clock, self.ids), SettleRefunds(self.clock)
        decide = ResolveOrders(begin, OneGateway(self.gateway), reports)
        send = SendRefunds(begin, decide, refunds)
        return TakeNotifications(begin, decide, send, reports, refunds, self.clock, self.ids)

    def caller(self, folder: Path) -> Callable[[Message], None]:
        """Return our way through the whole web application, as WeChat calls it."""
        settings = load_settings({"BILLING_DATA_DIR": str(folder)})
        application = attrs.evolve(
            build(settings, self.database, self.clock), take_notifications=self._take()
        )
        app = cast("Any", create_app(application, web_options(settings)))
        loop = asyncio.new_event_loop()

        def called(message: Message) -> None:
            headers, body = message
            sent: list[MutableMapping[str, Any]] = []

            async def receive() -> dict[str, Any]:
                return {"type": "http.request", "body": body, "more_body": False}

            async def send(answer: MutableMapping[str, Any]) -> None:
                sent.append(answer)

            path = f"/callbacks/payments/{ACCOUNT}"
            scope = {
                "type": "http",
                "method": "POST",
                "path": path,
                "raw_path": path.encode(),
                "query_string": b"",
                "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
                "http_version": "1.1",
                "scheme": "http",
                "client": ("127.0.0.1", 50_000),
                "server": ("127.0.0.1", 8000),
            }
            loop.run_until_complete(app(scope, receive, send))
            assert sent[0]["status"] < 300, sent

        return called

    def orders(self, count: int) -> list[PaymentOrder]:
        """Keep waiting orders of five bills each."""
        company, community, house = self._place()
        now = self.clock.now()
        bills = [
            PendingBill(
                number=bill_number(now, serial),
                community_id=community.id,
                house_id=house.id,
                fee_type=FeeType.PROPERTY,
                amount=Money(130_000),
                period=BillingPeriod(date(2026, 10, 1), date(2026, 10, 31)),
                imported_at=now,
            )
            for serial in range(1_000_000, 1_000_000 + BILLS * count)
        ]
        orders = [
            PaymentOrder(
                number=order_number(now, self.ids.order_serial()),
                company_id=company.id,
                community_id=community.id,
                account_id=ACCOUNT,
                provider=WECHAT,
                method=PaymentMethod.NATIVE,
                payer=Payer("e" * 32, "张三", "openid"),
                request_key=self.ids.new_id(),
                lines=tuple(OrderLine(bill.number, bill.amount) for bill in batch),
                state=OrderState.WAITING,
                created_at=now,
            )
            for batch in _batches(bills)
        ]
        with SqlUnitOfWorkFactory(self.database, self.clock, self.ids)() as work:
            work.bills.add_all(bills)
            for order in orders:
                work.orders.add(order)
            work.commit()
        return orders

    def message(self, order: PaymentOrder) -> Message:
        """Let an order be paid, and return the message about it."""
        self.gateway.create(order, description="物业费")
        self.simulator.pay(order.number)
        return self.simulator.payment_message(order.number)

    def rehearse(
        self, taken: Callable[[Message], None], order: PaymentOrder, message: Message
    ) -> tuple[PaymentOrder, list[list[tuple[str, Any]]]]:
        """Return one order, and what the driver was told to settle it, by transaction."""
        return order, recorded(self.database, lambda: taken(message))

    def _place(self) -> tuple[Company, Community, House]:
        now, ids = self.clock.now(), self.ids
        company = Company(CompanyId(ids.new_id()), "结算物业", now)
        community = Community(
            CommunityId(ids.new_id()), company.id, "结算家园", CommunityStatus.OPEN, now
        )
        house = House(HouseId(ids.new_id()), community.id, HouseAddress.parse("1号楼/101"))
        account = PaymentAccount(ACCOUNT, company.id, WECHAT, "收款", {}, {}, active=True)
        with SqlUnitOfWorkFactory(self.database, self.clock, self.ids)() as work:
            work.companies.add(company)
            work.communities.add(community)
            work.houses.add_all([house])
            work.payment_accounts.add(account)
            work.commit()
        return company, community, house


class _ByHand:
    """The same statements straight into the driver, for other orders."""

    def __init__(
        self,
        database: Database,
        simulator: WechatV3Simulator,
        rehearsed: PaymentOrder,
        statements: Sequence[Sequence[tuple[str, Any]]],
    ) -> None:
        self._database, self._simulator = database, simulator
        self._rehearsed, self._statements = rehearsed, statements
        self._ids = SystemIds()
        self._old_ids = sorted(_new_ids(statements))
        self._key = simulator.identity.public_key.public_key()
        self._raw = database.engine.raw_connection()

    def settle(self, order: PaymentOrder, message: Message) -> None:
        """Verify a message and settle its order."""
        self._verify(message)
        renamed = self._names(order)
        told_again(self._raw, self._statements, lambda _, values: _renamed(values, renamed))

    def _names(self, order: PaymentOrder) -> Mapping[str, str]:
        """Return what every name of the rehearsed order is for another one."""
        old, ledger = self._rehearsed, self._simulator.ledger
        bills = list(zip(old.bills, order.bills, strict=True))
        paid = [ledger.order(number).transaction_id for number in (old.number, order.number)]
        return {
            **dict[str, str](bills),
            **{before[::-1]: after[::-1] for before, after in bills},
            **{before: self._ids.new_id() for before in self._old_ids},
            old.number: order.number,
            old.request_key: order.request_key,
            paid[0]: paid[1],
        }

    def _verify(self, message: Message) -> None:
        headers, body = message
        signed = "\n".join([headers["wechatpay-timestamp"], headers["wechatpay-nonce"]]).encode()
        self._key.verify(
            b64decode(headers["wechatpay-signature"]),
            signed + b"\n" + body + b"\n",
            padding.PKCS1v15(),
            SHA256(),
        )
        sealed = json.loads(body)["resource"]
        opened = AESGCM(self._simulator.envelope.api_v3_key.encode()).decrypt(
            sealed["nonce"].encode(),
            b64decode(sealed["ciphertext"]),
            sealed["associated_data"].encode(),
        )
        assert json.loads(opened)["trade_state"] == "SUCCESS"


def _new_ids(statements: Sequence[Sequence[tuple[str, Any]]]) -> Iterator[str]:
    """Yield the ids that the rehearsal drew: of the message and of the audit entries."""
    seen: set[str] = set()
    for text, values in itertools.chain.from_iterable(statements):
        if not text.startswith("INSERT INTO"):
            continue
        if "provider_messages" in text or "audit_entries" in text:
            for row in values if isinstance(values, list) else [values]:
                found = row["id"] if isinstance(row, Mapping) else row[0]
                if found not in seen:
                    seen.add(found)
                    yield found


def _renamed(values: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - the driver's own form
    """Return a statement's values with every old name in them replaced, in texts too."""
    if isinstance(values, list):
        return [_renamed(each, names) for each in values]
    if isinstance(values, Mapping):
        return {name: _renamed(value, names) for name, value in values.items()}
    if isinstance(values, tuple):
        return tuple(_renamed(value, names) for value in values)
    if isinstance(values, str):
        if values in names:
            return names[values]
        for old, new in names.items():
            values = values.replace(old, new)
    return values


def _batches(bills: Sequence[PendingBill]) -> Iterator[Sequence[PendingBill]]:
    for start in range(0, len(bills), BILLS):
        yield bills[start : start + BILLS]
