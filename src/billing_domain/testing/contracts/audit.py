"""The contract of AuditLog and AuditQueries."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditEntry, AuditId
from .paging import walk
from .storage import Storage, StorageContract
from .world import NOON, World


class AuditContract(StorageContract):
    """Every change in its order, stored for good (rule 2.11)."""

    def test_returns_every_fact(self, storage: Storage, world: World) -> None:
        entry = an_entry(
            world,
            before={"amount_fen": 130_000, "remark": "", "receipted": False, "paid_at": None},
            after={"amount_fen": 99_999_999_99, "remark": "'; %_\\ 😀\n", "receipted": True},
            reason="录错了",
        )
        append(world, entry)
        assert list(storage.audit_queries.of_subject(world.scope, "bill", "1")) == [entry]

    def test_shows_what_happened_to_one_thing_newest_first(
        self, storage: Storage, world: World
    ) -> None:
        entries = [an_entry(world, subject_id=subject) for subject in ("1", "2", "1", "1")]
        append(world, *entries)
        append(world, an_entry(world, subject_kind="house"))
        found = storage.audit_queries.of_subject(world.scope, "bill", "1")
        assert list(found) == [entries[3], entries[2], entries[0]]

    def test_keeps_the_order_of_entries_of_one_moment(
        self, storage: Storage, world: World
    ) -> None:
        entries = [an_entry(world, at=NOON) for _ in range(5)]
        append(world, *entries[:3])
        append(world, *entries[3:])
        found = storage.audit_queries.of_subject(world.scope, "bill", "1")
        assert list(found) == entries[::-1]

    def test_shows_the_communities_in_scope_alone(self, storage: Storage, world: World) -> None:
        here = an_entry(world)
        there = an_entry(world, community_id=world.lakeside.id)
        abroad = an_entry(world, community_id=world.foreign.id, company_id=world.rival.id)
        append(world, here, there, abroad)

        def seen(scope: Any) -> list[AuditEntry]:
            by_page = storage.audit_queries.page(scope, key=None, rows=9).rows
            assert tuple(storage.audit_queries.of_subject(scope, "bill", "1")) == by_page
            return list(by_page)

        assert seen(world.scope) == [there, here]
        assert seen(world.garden_scope) == [here]
        assert seen(world.rival_scope) == [abroad]

    def test_shows_entries_of_no_community_to_who_sees_the_whole_company(
        self, storage: Storage, world: World
    ) -> None:
        entry = an_entry(world, community_id=None, subject_kind="staff")
        append(world, entry)
        queries = storage.audit_queries
        assert list(queries.of_subject(world.scope, "staff", "1")) == [entry]
        assert list(queries.of_subject(world.garden_scope, "staff", "1")) == []
        assert list(queries.of_subject(world.rival_scope, "staff", "1")) == []

    def test_pages_through_the_log_newest_first(self, storage: Storage, world: World) -> None:
        entries = [an_entry(world, at=NOON + timedelta(seconds=second)) for second in range(7)]
        append(world, *entries)
        append(world, an_entry(world, community_id=world.foreign.id, company_id=world.rival.id))
        assert list(all_pages(storage, world)) == entries[::-1]

    @pytest.mark.parametrize("count", [3, 6])
    def test_ends_where_a_page_is_full(self, storage: Storage, world: World, count: int) -> None:
        append(world, *(an_entry(world) for _ in range(count)))
        assert len(list(all_pages(storage, world))) == count

    def test_pages_through_one_kind(self, storage: Storage, world: World) -> None:
        entries = [an_entry(world, subject_kind=kind) for kind in ("bill", "house") * 4]
        append(world, *entries)
        found = list(all_pages(storage, world, subject_kind="house"))
        assert found == entries[::-1][::2]

    def test_refuses_to_replace_an_entry(self, storage: Storage, world: World) -> None:
        """The error's type is the storage's choice, because ids are never reused."""
        entry = an_entry(world)
        append(world, entry)
        forged = an_entry(world, id=entry.id, reason="从未发生")
        with pytest.raises(Exception):  # noqa: B017, PT011 - as the docstring says
            append(world, forged)
        assert list(storage.audit_queries.of_subject(world.scope, "bill", "1")) == [entry]

    def test_records_what_a_thing_was_and_is(self, storage: Storage, world: World) -> None:
        """A bill's entry names its house by address (rule 2.12)."""
        bill = world.add_bill(world.add_house("1号楼/101"))
        with world.change() as work:
            work.record(Actor.system(world.company.id), AuditAction.DELETED, bill, reason="重复")
        (entry,) = storage.audit_queries.of_subject(world.garden_scope, "bill", bill.number)
        assert (entry.action, entry.reason, entry.after) == (AuditAction.DELETED, "重复", {})
        assert entry.before["address"] == "幸福家园/1号楼/101"
        assert entry.before["amount_fen"] == bill.amount.fen


def an_entry(world: World, **fields: Any) -> AuditEntry:
    """Return an entry about the garden's bill 1, newer than all before."""
    known = {
        "id": AuditId(world.new_id()),
        "at": NOON,
        "company_id": world.company.id,
        "community_id": world.garden.id,
        "action": AuditAction.EDITED,
        "subject_kind": "bill",
        "subject_id": "1",
        **fields,
    }
    return AuditEntry(actor_kind="staff", actor_id="7", actor_name="小李", **known)


def append(world: World, *entries: AuditEntry) -> None:
    """Append entries."""
    world.work.audit.add_all(entries)


def all_pages(storage: Storage, world: World, subject_kind: str = "") -> list[AuditEntry]:
    """Return the company's log, three entries a page."""
    ask = partial(storage.audit_queries.page, world.scope, rows=3, subject_kind=subject_kind)
    return walk(lambda key: ask(key=key), 3)
