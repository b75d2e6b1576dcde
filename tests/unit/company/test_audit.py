"""Audit entries say what differed (rule 2.11)."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import (
    AuditAction,
    AuditEntry,
    AuditFacts,
    AuditId,
    audit_entry,
    audit_facts,
    type_of_fact,
)
from billing_domain.model.company.community import CommunityId
from billing_domain.testing.contracts.world import NOON
from billing_domain.testing.strategies import actors, moments

Side = dict[str, type_of_fact]
SIDES: st.SearchStrategy[Side] = st.dictionaries(
    st.sampled_from("abcd"), st.none() | st.integers(0, 2) | st.text("xy")
)


class TestAuditEntry:
    @given(actors(), moments())
    def test_says_who_did_what_when(self, actor: Actor, at: datetime) -> None:
        facts = AuditFacts("bill", "1", community_id=CommunityId("c"))
        entry = audit_entry(
            AuditId("7"),
            at,
            actor,
            AuditAction.EDITED,
            (None, facts),
            addresses={},
            reason="录错了",
        )

        assert entry == AuditEntry(
            id=AuditId("7"),
            at=at,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            actor_name=actor.name,
            company_id=actor.company_id,
            community_id=CommunityId("c"),
            action=AuditAction.EDITED,
            subject_kind="bill",
            subject_id="1",
            reason="录错了",
        )

    @given(actors(), SIDES, SIDES)
    def test_keeps_the_fields_that_differ(self, actor: Actor, before: Side, after: Side) -> None:
        entry = an_entry(actor, before, after)

        if not before or not after:
            assert (entry.before, entry.after) == (before, after)
            return
        for name in before.keys() | after.keys():
            same = name in before and name in after and before[name] == after[name]
            assert (name in entry.before) is (name in before and not same)
            assert (name in entry.after) is (name in after and not same)
        assert {**before, **entry.before} == before
        assert {**after, **entry.after} == after

    @given(actors(), SIDES)
    def test_of_one_side_keeps_it_whole(self, actor: Actor, side: Side) -> None:
        assert an_entry(actor, None, side).after == side
        assert an_entry(actor, side, None).before == side

    @given(actors(), SIDES)
    def test_does_not_change_with_what_it_was_made_of(self, actor: Actor, side: Side) -> None:
        entry = an_entry(actor, None, side)
        kept = dict(side)
        side["later"] = "x"

        assert entry.after == kept

    @given(actors())
    def test_names_the_house_by_its_address(self, actor: Actor) -> None:
        house, named = {"h1": "幸福家园/1号楼/101", "h2": "x"}, {"address": "幸福家园/1号楼/101"}

        changed = an_entry(actor, {"a": 1}, {"a": 2}, house)
        assert (changed.before, changed.after) == ({"a": 1}, {"a": 2} | named)
        assert an_entry(actor, {"a": 1}, None, house).before == {"a": 1} | named
        assert an_entry(actor, {"a": 1}, None, {}).before == {"a": 1}


class TestAuditFacts:
    def test_are_of_registered_types_only(self) -> None:
        with pytest.raises(TypeError, match="no audit facts are registered for str"):
            audit_facts("a bill")

    def test_take_further_fields(self) -> None:
        facts = AuditFacts("house", "1", {"address": "1号楼/101"})

        assert audit_facts(facts) is facts
        assert facts.plus(phones=True).fields == {"address": "1号楼/101", "phones": True}
        assert facts.plus(phones=True).id == "1"


def an_entry(
    actor: Actor, before: Side | None, after: Side | None, addresses: dict[str, str] | None = None
) -> AuditEntry:
    old, new = (
        None if side is None else AuditFacts("bill", "1", side, house_id="h1")
        for side in (before, after)
    )
    return audit_entry(
        AuditId("7"), NOON, actor, AuditAction.EDITED, (old, new), addresses=addresses or {}
    )
