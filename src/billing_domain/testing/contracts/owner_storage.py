"""The contracts of OwnerSessionRepository, RegistrationRepository and ReceiptRepository."""

from datetime import timedelta
from typing import Any

import attrs

from billing_domain.errors import StaleError
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import Community
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Relation, ResidentId
from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.owners.registration import Registration, RegistrationId
from billing_domain.model.owners.session import OwnerSession
from billing_domain.model.payments.receipt import IssuedReceipt, ReceiptContent
from billing_domain.ports.company import SessionRepository
from billing_domain.ports.unit_of_work import UnitOfWork
from .paging import walk
from .payment_world import OPENID, OTHER_OPENID, PAID_AT
from .staff import SessionsContract
from .storage import StorageContract
from .world import MARCH, NOON, World, refused


class OwnerSessionRepositoryContract(SessionsContract):
    """Sessions of owners on their phones (rule 5.12)."""

    def sessions(self, work: UnitOfWork) -> SessionRepository[Any]:
        """Return the repository of owners' sessions."""
        return work.owner_sessions

    def add_sessions(self, world: World, *token_hashes: str) -> list[Any]:
        """Add sessions of one owner, last used at a fraction of a second."""
        used = NOON + timedelta(microseconds=789_012)
        return [add_session(world, each, seen_at=used) for each in token_hashes]

    def test_forgets_those_not_used_for_long(self, world: World) -> None:
        add_session(world, "a" * 64, seen_at=NOON - timedelta(microseconds=1))
        kept = add_session(world, "b" * 64, created_at=NOON - timedelta(days=9))
        assert world.work.owner_sessions.remove_before(NOON) == 1
        with world.begin() as work:
            assert work.owner_sessions.get("a" * 64) is None
            assert work.owner_sessions.get(kept.token_hash) == kept
            assert work.owner_sessions.remove_before(NOON) == 0


class RegistrationRepositoryContract(StorageContract):
    """Registrations of owners (rule 5.10)."""

    def test_returns_every_fact(self, world: World) -> None:
        registration = add_registration(world, relation=Relation.TENANT)
        assert world.work.registrations.get(world.scope, registration.id) == registration

    def test_returns_every_fact_of_a_decided_one(self, world: World) -> None:
        approved, rejected = add_registration(world), add_registration(world)
        approved = approved.approve(ResidentId(world.new_id()), at=PAID_AT, by="小李")
        rejected = rejected.reject("查无此房 50% '引号' 😀", at=PAID_AT, by="小李")
        for each in (approved, rejected):
            world.work.registrations.save(each)
        for each in (approved, rejected):
            assert world.work.registrations.get(world.scope, each.id) == each

    def test_finds_nothing_outside_the_scope(self, world: World) -> None:
        registration = add_registration(world)
        world.hides(world.work.registrations.get, registration.id, kind="registration")
        assert world.work.registrations.get(world.garden_scope, registration.id) == registration

    def test_refuses_what_was_decided_meanwhile(self, world: World) -> None:
        registration = add_registration(world)
        first = registration.reject("查无此房", at=PAID_AT, by="小李")
        world.work.registrations.save(first)
        with refused(StaleError, kind="registration", id=registration.id):
            world.work.registrations.save(registration.reject("重复", at=PAID_AT, by="小王"))
        assert world.work.registrations.get(world.scope, registration.id) == first

    def test_lists_the_waiting_oldest_first(self, world: World) -> None:
        late = add_registration(world, created_at=PAID_AT)
        early, decided = add_registration(world), add_registration(world)
        world.work.registrations.save(decided.reject("查无此房", at=PAID_AT, by="小李"))
        there = add_registration(
            world, world.lakeside, created_at=PAID_AT + timedelta(microseconds=1)
        )
        waiting = world.work.registrations.waiting
        for rows in (1, 2, 9):
            everywhere, lakeside, abroad = (
                walk(lambda key: waiting(scope, key=key, rows=rows), rows)  # noqa: B023
                for scope in (world.scope, world.lakeside_scope, world.rival_scope)
            )
            assert everywhere == [early, late, there]
            assert (lakeside, abroad) == ([there], [])

    def test_lists_an_owner_s_newest_first(self, world: World) -> None:
        late = add_registration(world, created_at=PAID_AT)
        early = add_registration(world).reject("查无此房", at=PAID_AT, by="小李")
        world.work.registrations.save(early)
        add_registration(world, openid=OTHER_OPENID)
        abroad = add_registration(world, world.foreign)
        with world.begin() as work:
            registrations = work.registrations
            assert list(registrations.of_owner(world.company.id, OPENID)) == [late, early]
            assert list(registrations.of_owner(world.rival.id, OPENID)) == [abroad]


class ReceiptRepositoryContract(StorageContract):
    """Receipts as they were issued (rule 6)."""

    def test_returns_every_fact(self, world: World, house: House) -> None:
        bill, plain = world.add_bill(house), world.add_bill(house)
        receipts = [a_receipt(bill, FULL), a_receipt(plain, {})]
        world.work.receipts.add_all([*receipts])
        found = world.work.receipts.latest([plain.number, bill.number, BillNumber("2" * 21)])
        assert dict(found) == {bill.number: receipts[0], plain.number: receipts[1]}
        assert dict(world.work.receipts.latest([])) == {}

    def test_returns_the_newest_of_a_bill_paid_again(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        first = a_receipt(bill, {})
        second = attrs.evolve(a_receipt(bill, FULL), issued_at=PAID_AT + timedelta(days=1))
        world.work.receipts.add_all([first])
        world.work.receipts.add_all([second])
        assert dict(world.work.receipts.latest([bill.number])) == {bill.number: second}


FULL: dict[str, Any] = {
    "external_number": "LX-2026/0001_%",
    "residents": (("王伟", "13812344613"), ("欧阳娜娜", "")),
    "payer_name": "王伟",
    "voucher_number": "V-1",
    "remark": "押金 50% \\ '引号' \"双\"\n第二行 😀",
}


def add_session(world: World, token_hash: str, **fields: Any) -> OwnerSession:
    """Add a session of the company."""
    known: dict[str, Any] = {"openid": OPENID, "created_at": NOON, "seen_at": NOON, **fields}
    session = OwnerSession(token_hash=token_hash, company_id=world.company.id, **known)
    world.work.owner_sessions.add(session)
    return session


def add_registration(
    world: World, community: Community | None = None, **fields: Any
) -> Registration:
    """Add a registration, by default in the garden."""
    place = community or world.garden
    known: dict[str, Any] = {
        "openid": OPENID,
        "name": "王伟",
        "phone": "13812344613",
        "house_text": "1号楼 2单元 '101' 😀",
        "relation": Relation.OWNER,
        "created_at": NOON,
        **fields,
    }
    registration = Registration(
        id=RegistrationId(world.new_id()),
        company_id=place.company_id,
        community_id=place.id,
        **known,
    )
    world.work.registrations.add(registration)
    return registration


def a_receipt(bill: PendingBill, fields: dict[str, Any]) -> IssuedReceipt:
    """Return a receipt, not stored yet."""
    content = ReceiptContent(
        community_name="幸福家园",
        company_name="幸福物业",
        bill_number=bill.number,
        address="1号楼/101",
        fee_type="物业费",
        amount=Money(FEN_MAX),
        period=MARCH,
        imported_at=NOON - timedelta(microseconds=1),
        paid_at=PAID_AT,
        channel="线上支付",
        **fields,
    )
    return IssuedReceipt(bill.number, bill.community_id, content, PAID_AT, "小李")
