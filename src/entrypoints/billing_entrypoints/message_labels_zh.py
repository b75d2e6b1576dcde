"""The Chinese words of the settings of messages: what a field can say, with examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_domain.model.reminders.settings import MessagePart

PARTS: Final[Mapping[MessagePart, str]] = {
    MessagePart.COMMUNITY: "小区名称",
    MessagePart.HOUSE: "房屋地址",
    MessagePart.COUNT: "待缴笔数",
    MessagePart.TOTAL: "待缴金额",
    MessagePart.SENT_AT: "发送时间",
}

EXAMPLES: Final[Mapping[MessagePart, str]] = {
    MessagePart.COMMUNITY: "幸福家园",
    MessagePart.HOUSE: "1号楼/2单元/602",
    MessagePart.COUNT: "2笔",
    MessagePart.TOTAL: "¥1,300.00",
    MessagePart.SENT_AT: "2026年11月20日 10:15",
}
"""What an owner could read there."""

FIELD_KINDS: Final = (
    ("thing", "小区名称、房屋地址（超过 20 字时截短）"),
    ("character_string、number", "待缴笔数"),
    ("amount", "待缴金额"),
    ("time、date", "发送时间"),
)
"""Which kinds of WeChat's template fields take which parts."""
