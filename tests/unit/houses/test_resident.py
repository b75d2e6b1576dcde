"""Residents: who lives where on which day, and what is shown of their phones."""

from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FieldError
from billing_domain.model.houses.resident import (
    PERSON_NAME_LENGTH_MAX,
    Relation,
    Resident,
    clean_person_name,
    clean_phone,
    mask_phone,
)
from billing_domain.testing.strategies import moving_days, person_names, phones, residents


class TestLivesHere:
    @given(residents(), moving_days())
    def test_until_the_day_before_moving_out(self, person: Resident, day: date) -> None:
        gone = person.moved_out_on is not None and day >= person.moved_out_on

        assert person.lives_here_on(day) is not gone

    @given(residents(), moving_days())
    def test_no_more_on_the_day_of_moving_out(self, person: Resident, day: date) -> None:
        gone = attrs.evolve(person, moved_in_on=None).move_out(day)

        assert not gone.lives_here_on(day)
        assert gone.lives_here_on(day - timedelta(days=1))


class TestMoveOut:
    @given(residents(), moving_days())
    def test_is_not_before_moving_in(self, person: Resident, day: date) -> None:
        if person.moved_in_on is None or day >= person.moved_in_on:
            assert person.move_out(day) == attrs.evolve(
                person, moved_out_on=day, version=person.version + 1
            )
            return
        with pytest.raises(FieldError) as error:
            person.move_out(day)
        assert error.value.field == "moved_out_on"


class TestChange:
    @given(residents(), person_names(), phones(), st.sampled_from(Relation))
    def test_replaces_what_staff_may_edit(
        self, person: Resident, name: str, phone: str, relation: Relation
    ) -> None:
        """House, openid and moving out stay."""
        new = person.change(name=name, phone=phone, relation=relation, moved_in_on=None)

        assert new == attrs.evolve(
            person,
            name=name,
            phone=phone,
            relation=relation,
            moved_in_on=None,
            version=person.version + 1,
        )


class TestCleanPersonName:
    @given(person_names())
    def test_takes_blanks_away(self, name: str) -> None:
        assert clean_person_name(f"\u3000{name.replace(' ', '  ')}\t") == name

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            *[("", "required"), (" \n", "required"), ("王\x00伟", "format")],
            ("王" * (PERSON_NAME_LENGTH_MAX + 1), "too_long"),
        ],
    )
    def test_refuses_what_can_not_be_one(self, text: str, reason: str) -> None:
        with pytest.raises(FieldError) as error:
            clean_person_name(text)

        assert (error.value.field, error.value.reason) == ("resident_name", reason)


class TestCleanPhone:
    @given(phones())
    def test_keeps_a_number(self, phone: str) -> None:
        assert clean_phone(f" {phone}\n") == phone

    @pytest.mark.parametrize(
        ("text", "phone"),
        [
            ("１３８１２３４４６１３", "13812344613"),
            ("138 1234 4613", "13812344613"),
            ("0571－8888 8888", "0571-88888888"),
            ("＋86-21-55550101", "+86-21-55550101"),
            (" ", ""),
        ],
    )
    def test_folds_width_and_blanks(self, text: str, phone: str) -> None:
        assert clean_phone(text) == phone

    @pytest.mark.parametrize(
        "text", ["12345", "1381234461a", "138-", "-13812344613", "1" * 21, "无", "++86138123446"]
    )
    def test_refuses_what_is_no_number(self, text: str) -> None:
        with pytest.raises(FieldError) as error:
            clean_phone(text)

        assert error.value.facts == {"field": "phone", "reason": "format", "value": text}


class TestMaskPhone:
    @pytest.mark.parametrize(
        ("phone", "masked"),
        [
            *[("13812344613", "138****4613"), ("057188888888", "057****8888"), ("", "")],
            *[("1234567", "****67"), ("12345678", "123****5678"), ("12", "****12")],
        ],
    )
    def test_hides_the_middle(self, phone: str, masked: str) -> None:
        assert mask_phone(phone) == masked

    @given(phones().filter(bool))
    def test_never_shows_the_whole_number(self, phone: str) -> None:
        """Promise P45."""
        masked = mask_phone(phone)

        assert phone not in masked
        assert sum(char.isdigit() for char in masked) <= 7
