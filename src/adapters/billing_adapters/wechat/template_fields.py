"""Fields of message templates: the type in the key limits the value, as in `thing2`.

A text is cut to fit. Any other value that does not fit is a wrong setting, found before sending.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from billing_domain.errors import MessagingMisconfiguredError
from billing_domain.model.period import chinese_day
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.model.shanghai import SHANGHAI, shanghai_day
from billing_domain.ports.reminders.messaging import ReminderMessage

_TEXT_LENGTHS: Final = (20, 10)
"""The lengths of a `thing` and of a `name`, to which longer texts are cut."""

_DAY: Final = r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
_FORMS: Final = {
    "thing": re.compile(r".{1,20}"),
    "name": re.compile(r"[^0-9]{1,10}|[ -/:-~]{1,20}"),
    "const": re.compile(r".{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
    "number": re.compile(r"(?=.{1,32}$)[0-9]+(\.[0-9]+)?"),
    # The sign is required, or a count of bills would pass for an amount.
    "amount": re.compile(r"[¥￥](?=(?:[0-9]\.?){1,10}$)[0-9]+(\.[0-9]{1,2})?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[!-/:-@\[-`{-~]{1,5}"),
    "character_string": re.compile(r"[ -~]{1,32}"),
    "time": re.compile(rf"({_DAY} )?[0-2][0-9]:[0-5][0-9]"),
    "date": re.compile(rf"{_DAY}( [0-2][0-9]:[0-5][0-9])?"),
    "phone_number": re.compile(r"[0-9+-]{1,17}"),
    "car_number": re.compile(r".{1,8}"),
}
_KEY: Final = re.compile(r"([a-z_]+)[0-9]{1,4}")


def template_data(
    template: ReminderTemplate, message: ReminderMessage, *, sent_at: datetime
) -> dict[str, dict[str, str]]:
    """Return the fields for WeChat; raise MessagingMisconfiguredError naming a field."""
    wordings = {
        **{key: _wordings(part, message, sent_at) for key, part in template.parts.items()},
        **{key: [text] for key, text in template.fixed.items()},
    }
    return {key: {"value": _fitting(key, texts)} for key, texts in wordings.items()}


def _fitting(key: str, wordings: Sequence[str]) -> str:
    """Return the first text that the field's type allows."""
    kind = _KEY.fullmatch(key)
    form = _FORMS.get(kind[1]) if kind else None
    if form is not None:
        for wording in wordings:
            if form.fullmatch(wording):
                return wording
    raise MessagingMisconfiguredError(reason="field", detail=key)


def _wordings(part: MessagePart, message: ReminderMessage, sent_at: datetime) -> Sequence[str]:
    """Return the possible texts of a part, the best one first."""
    day, at = chinese_day(shanghai_day(sent_at)), sent_at.astimezone(SHANGHAI)
    yuan = f"{message.total.yuan:.2f}"
    match part:
        case MessagePart.COMMUNITY:
            name = message.community
            return [name, *(f"{name[: length - 1]}…" for length in _TEXT_LENGTHS)]
        case MessagePart.HOUSE:
            # Cut the beginning: the end has the room number.
            house = message.house
            return [house, *(f"…{house[1 - length :]}" for length in _TEXT_LENGTHS)]
        case MessagePart.COUNT:
            return [f"{message.count}笔", str(message.count)]
        case MessagePart.TOTAL:
            return [str(message.total), f"¥{yuan}", yuan]
        case MessagePart.SENT_AT:
            return [f"{day} {at:%H:%M}", day, f"{at:%Y-%m-%d %H:%M}"]
