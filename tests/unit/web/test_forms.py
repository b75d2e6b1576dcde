"""Forms: what was typed is kept, what is wrong stands beside its field."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from billing_domain.errors import FieldError, RemarkTooLongError
from billing_domain.model.money import Money
from billing_entrypoints.web.forms import (
    Form,
    UnknownFieldError,
    calendar_day,
    chosen,
    moment,
    required,
    whole_number,
)


class TestForm:
    def test_keeps_what_was_typed(self) -> None:
        form = Form({"amount": ["abc"], "number": ["1", "2"]})

        form.read("amount", Money.parse)

        assert form.text("amount") == "abc"
        assert form.texts("number") == ("1", "2")
        assert form.text("number") == "2"
        assert form.text("nothing") == ""

    def test_reads_a_value(self) -> None:
        form = Form.of(amount="1,300")

        assert form.read("amount", Money.parse) == Money(130_000)
        assert form.valid

    def test_notes_what_is_wrong_beside_the_field(self) -> None:
        form = Form.of(amount="0")

        assert form.read("amount", Money.parse) is None
        assert form.error("amount") == "金额“0”四舍五入到分后必须大于 0"
        assert not form.valid

    def test_says_the_first_thing_that_is_wrong(self) -> None:
        form = Form.of()
        form.refuse(FieldError(field="name", reason="required"))
        form.refuse(FieldError(field="name", reason="too_long"))

        assert form.error("name") == "请填写名称"

    def test_puts_an_error_beside_the_field_that_it_names(self) -> None:
        form = Form.of()
        form.refuse(FieldError(field="phone", reason="format", value="x"))
        form.refuse(RemarkTooLongError(length=501, length_max=500), field="remark")

        assert set(form.errors) == {"phone", "remark"}

    def test_leaves_an_empty_optional_field_alone(self) -> None:
        form = Form.of(amount="  ", paid_at="x")

        assert form.read_optional("amount", Money.parse) is None
        assert form.valid
        assert form.read_optional("paid_at", moment("paid_at")) is None
        assert form.error("paid_at") == "支付时间“x”格式不对"

    def test_counts_a_line_break_once_and_drops_nul(self) -> None:
        assert Form.of(remark="a\r\nb\x00").text("remark") == "a\nb"

    def test_passes_the_fields_of_every_form_and_its_own(self) -> None:
        Form.of(_csrf_token="t", back="/staff/bills", amount="1").require_only(("amount",))

    def test_refuses_a_field_that_nobody_typed(self) -> None:
        with pytest.raises(UnknownFieldError, match="status"):
            Form.of(amount="1", status="paid").require_only(("amount",))

    def test_lets_other_errors_through(self) -> None:
        def stumble(_text: str) -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            Form.of().read("amount", stumble)


class TestReaders:
    def test_read_a_day(self) -> None:
        assert calendar_day("paid_at")("2026-01-31") == date(2026, 1, 31)

    def test_read_a_moment_in_shanghai(self) -> None:
        assert moment("paid_at")("2026-01-31T08:00") == datetime(2026, 1, 31, tzinfo=UTC)

    def test_read_one_of_several(self) -> None:
        assert chosen("role", {"a": 1})("a") == 1

    def test_read_a_whole_number(self) -> None:
        assert whole_number("version")("012") == 12

    @pytest.mark.parametrize(
        ("reader", "text", "reason"),
        [
            (required("reason"), " ", "required"),
            (calendar_day("paid_at"), "", "required"),
            (calendar_day("paid_at"), "2026-02-30", "format"),
            (calendar_day("paid_at"), "9999-12-31", "format"),
            (moment("paid_at"), "0001-01-01T00:00", "format"),
            (chosen("role", {"a": 1}), "", "required"),
            (chosen("role", {"a": 1}), "b", "unknown"),
            (whole_number("version"), "", "format"),
            (whole_number("version"), "-1", "format"),
            (whole_number("version"), "٣", "format"),
            (whole_number("version"), "9" * 16, "format"),
        ],
    )
    def test_refuse_what_they_can_not_read(
        self, reader: Callable[[str], object], text: str, reason: str
    ) -> None:
        with pytest.raises(FieldError) as caught:
            reader(text)

        assert caught.value.reason == reason
