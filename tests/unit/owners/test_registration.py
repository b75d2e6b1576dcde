"""Owners say who they are, and staff decide once (rule 5.10)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FieldError, RegistrationDecidedError
from billing_domain.model.houses.resident import PERSON_NAME_LENGTH_MAX, Relation, ResidentId
from billing_domain.model.owners.registration import (
    HOUSE_TEXT_LENGTH_MAX,
    REASON_LENGTH_MAX,
    Registration,
    RegistrationForm,
    RegistrationState,
)
from billing_domain.testing.contracts.world import NOON
from billing_domain.testing.strategies import registration_forms, registrations, resident_ids

WAITING = registrations().map(lambda each: attrs.evolve(each, state=RegistrationState.WAITING))
DECIDED = registrations().filter(lambda each: each.state is not RegistrationState.WAITING)
FIELDS = {"name": "王伟", "phone": "13812344613", "house_text": "1号楼101"}


class TestApprove:
    @given(WAITING, resident_ids())
    def test_names_the_resident_and_keeps_what_was_filled_in(
        self, registration: Registration, resident: ResidentId
    ) -> None:
        assert registration.approve(resident, at=NOON, by="小李") == attrs.evolve(
            registration,
            state=RegistrationState.APPROVED,
            resident_id=resident,
            decided_at=NOON,
            decided_by="小李",
            version=registration.version + 1,
        )

    @given(DECIDED, resident_ids())
    def test_is_refused_once_decided(
        self, registration: Registration, resident: ResidentId
    ) -> None:
        with pytest.raises(RegistrationDecidedError) as refusal:
            registration.approve(resident, at=NOON, by="小李")

        assert refusal.value.state == registration.state.value


class TestReject:
    @given(WAITING)
    def test_tells_the_owner_why(self, registration: Registration) -> None:
        assert registration.reject("  查无\n此房 ", at=NOON, by="小李") == attrs.evolve(
            registration,
            state=RegistrationState.REJECTED,
            reason="查无 此房",
            decided_at=NOON,
            decided_by="小李",
            version=registration.version + 1,
        )

    @given(DECIDED)
    def test_is_refused_once_decided(self, registration: Registration) -> None:
        with pytest.raises(RegistrationDecidedError) as refusal:
            registration.reject("查无此房", at=NOON, by="小李")

        assert refusal.value.state == registration.state.value

    @given(WAITING, st.sampled_from(["", " \n\t"]))
    def test_needs_a_reason(self, registration: Registration, reason: str) -> None:
        with pytest.raises(FieldError) as refusal:
            registration.reject(reason, at=NOON, by="小李")

        assert (refusal.value.field, refusal.value.reason) == ("reason", "required")

    @given(WAITING)
    def test_takes_200_characters_and_no_more(self, registration: Registration) -> None:
        longest = "长" * REASON_LENGTH_MAX

        assert registration.reject(longest, at=NOON, by="小李").reason == longest
        with pytest.raises(FieldError) as refusal:
            registration.reject(longest + "长", at=NOON, by="小李")
        assert (refusal.value.field, refusal.value.reason) == ("reason", "too_long")


class TestForm:
    def test_cleans_what_was_typed(self) -> None:
        form = form_of(name=" 王  伟 ", phone="１３８ 1234 4613", house_text="1号楼 \n 101 ")

        assert form == RegistrationForm("王 伟", "13812344613", "1号楼 101", Relation.TENANT)

    @given(registration_forms())
    def test_keeps_what_is_clean(self, form: RegistrationForm) -> None:
        assert RegistrationForm.of(**attrs.asdict(form)) == form

    @pytest.mark.parametrize(
        ("field", "text", "named", "reason"),
        [
            ("phone", " ", "phone", "required"),
            ("phone", "一二三四五六", "phone", "format"),
            ("house_text", "\n ", "house", "required"),
            ("house_text", "长" * (HOUSE_TEXT_LENGTH_MAX + 1), "house", "too_long"),
            ("name", " ", "resident_name", "required"),
            ("name", "长" * (PERSON_NAME_LENGTH_MAX + 1), "resident_name", "too_long"),
        ],
    )
    def test_refuses_the_unusable(self, field: str, text: str, named: str, reason: str) -> None:
        with pytest.raises(FieldError) as refusal:
            form_of(**{field: text})

        assert (refusal.value.field, refusal.value.reason) == (named, reason)

    def test_takes_a_house_of_100_characters(self) -> None:
        longest = "长" * HOUSE_TEXT_LENGTH_MAX

        assert form_of(house_text=longest).house_text == longest


def form_of(**fields: str) -> RegistrationForm:
    return RegistrationForm.of(**{**FIELDS, **fields}, relation=Relation.TENANT)
