"""Audit entries say what differed (rule 2.11)."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditEntry, AuditId, audit_entry
from billing_domain.model.company.community import CommunityId
from billing_domain.testing.contracts.world import NOON
from billing_domain.testing.strategies import actors, moments

SIDES = st.dictionaries(st.sampled_from("abcd"), st.none() | st.integers(0, 2) | st.text("xy"))


class TestAuditEntry:
    @given(actors(), moments())
    def test_says_who_did_what_when(self, actor: Actor, at: datetime) -> None:
        entry = audit_entry(
            AuditId("7"),
            at,
            actor,
            AuditAction.EDITED,
            ("bill", "1"),
            community_id=CommunityId("c"),
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
    def test_keeps_the_fields_that_differ(
        self, actor: Actor, before: dict[str, object], after: dict[str, object]
    ) -> None:
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
    def test_of_one_side_keeps_it_whole(self, actor: Actor, side: dict[str, object]) -> None:
        assert an_entry(actor, None, side).after == side
        assert an_entry(actor, side, None).before == side

    @given(actors(), SIDES)
    def test_does_not_change_with_what_it_was_made_of(
        self, actor: Actor, side: dict[str, object]
    ) -> None:
        entry = an_entry(actor, None, side)
        kept = dict(side)
        side["later"] = "x"

        assert entry.after == kept


def an_entry(
    actor: Actor, before: dict[str, object] | None, after: dict[str, object] | None
) -> AuditEntry:
    return audit_entry(
        AuditId("7"),
        NOON,
        actor,
        AuditAction.EDITED,
        ("bill", "1"),
        before=before,  # type: ignore[arg-type]
        after=after,  # type: ignore[arg-type]
    )
