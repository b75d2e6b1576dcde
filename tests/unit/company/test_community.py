"""Companies and communities: names, states, secrets (rules 1, 9)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import CommunityClosedError, CommunityStatusError, FieldError
from billing_domain.model.company.community import (
    NAME_LENGTH_MAX,
    Community,
    CommunityStatus,
    Company,
    clean_name,
)
from billing_domain.testing.strategies import communities, companies, place_names


class TestOpenAndStop:
    @given(communities())
    def test_lead_where_the_states_allow(self, community: Community) -> None:
        """Not opened, open, stopped, open again."""
        for move, wanted, sources in (
            (community.open, CommunityStatus.OPEN, {"not_opened", "stopped"}),
            (community.stop, CommunityStatus.STOPPED, {"open"}),
        ):
            if community.status.value in sources:
                assert move() == attrs.evolve(
                    community, status=wanted, version=community.version + 1
                )
                continue
            with pytest.raises(CommunityStatusError) as error:
                move()
            assert error.value.facts == {
                "status": community.status.value,
                "wanted": wanted.value,
            }

    @given(communities())
    def test_decide_whether_bills_may_come(self, community: Community) -> None:
        if community.status is CommunityStatus.OPEN:
            community.check_open()
            return
        with pytest.raises(CommunityClosedError) as error:
            community.check_open()
        assert error.value.facts == {
            "community_id": community.id,
            "status": community.status.value,
        }


class TestRename:
    @given(communities(), place_names())
    def test_changes_the_name_alone(self, community: Community, name: str) -> None:
        assert community.rename(f" {name} ") == attrs.evolve(
            community, name=name, version=community.version + 1
        )

    @given(companies(), place_names())
    def test_renames_a_company(self, company: Company, name: str) -> None:
        assert company.rename(name) == attrs.evolve(company, name=name)


class TestSecrets:
    @given(communities())
    def test_are_replaced(self, community: Community) -> None:
        sealed = community.with_secret("封")

        assert (sealed.sealed_secret, sealed.version) == ("封", community.version + 1)
        assert "封" not in repr(sealed)


class TestCleanName:
    @given(place_names())
    def test_takes_blanks_around_away(self, name: str) -> None:
        assert clean_name(f"\u3000{name}\n") == name

    @given(st.sampled_from(["", "  "]))
    def test_needs_a_name(self, text: str) -> None:
        assert reason_of(text) == "required"

    @pytest.mark.parametrize(
        ("text", "reason"),
        [("园" * (NAME_LENGTH_MAX + 1), "too_long"), ("幸福/家园", "format"), ("a\nb", "format")],
    )
    def test_refuses_what_can_not_be_one(self, text: str, reason: str) -> None:
        """A slash would read as a part of an address."""
        assert reason_of(text) == reason

    def test_takes_the_longest(self) -> None:
        assert len(clean_name("园" * NAME_LENGTH_MAX)) == NAME_LENGTH_MAX


def reason_of(text: str) -> str:
    with pytest.raises(FieldError) as error:
        clean_name(text)
    assert error.value.field == "name"
    return error.value.reason
