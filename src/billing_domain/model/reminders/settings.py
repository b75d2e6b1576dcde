"""How a company reminds: over which channels, how often, and with what words (rule 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

import attrs

from billing_domain.errors import FieldError, ReminderChannelOffError
from billing_domain.model.company.audit import AuditFacts, audit_facts, type_of_fact
from billing_domain.model.company.community import CompanyId

COOLING_DAYS_MAX: Final = 365


class ReminderChannel(Enum):
    """Over what a reminder goes."""

    WECHAT = "wechat"
    SMS = "sms"


def _default_days() -> Mapping[ReminderChannel, int]:
    return {ReminderChannel.WECHAT: 3, ReminderChannel.SMS: 30}


@attrs.frozen
class ReminderPolicy:
    """How a company reminds: calendar days between two reminders, and the channels in use.

    Three days over WeChat, thirty over SMS, which is off (rule 4.2).
    """

    cooling_days: Mapping[ReminderChannel, int] = attrs.field(factory=_default_days)
    channels: frozenset[ReminderChannel] = frozenset({ReminderChannel.WECHAT})

    def days(self, channel: ReminderChannel) -> int:
        """Return a channel's days of cooling; raise ReminderChannelOffError."""
        if channel not in self.channels:
            raise ReminderChannelOffError(channel=channel.value)
        return self.cooling_days[channel]

    def change(self, channel: ReminderChannel, *, days: int, on: bool) -> ReminderPolicy:
        """Return the policy with another rule for a channel; raise FieldError unless 1..365."""
        if not 1 <= days <= COOLING_DAYS_MAX:
            raise FieldError(field="reminder_days", reason="format", value=str(days))
        others = self.channels - {channel}
        return ReminderPolicy(
            {**self.cooling_days, channel: days}, others | {channel} if on else others
        )


class MessagePart(Enum):
    """What a field of a template can say."""

    COMMUNITY = "community"
    HOUSE = "house"
    COUNT = "count"
    TOTAL = "total"
    SENT_AT = "sent_at"


@attrs.frozen
class ReminderTemplate:
    """A message template of an official account, and what each of its fields says.

    `parts` are by the template's keys, as `thing2`; `fixed` are fields that always say the same.
    """

    template_id: str
    parts: Mapping[str, MessagePart]
    fixed: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class ReminderSettings:
    """What a company has chosen; `template` is None until somebody enters one.

    A company that never chose anything has version 0 of the defaults.
    """

    company_id: CompanyId
    policy: ReminderPolicy = attrs.field(factory=ReminderPolicy)
    template: ReminderTemplate | None = None
    version: int = 0


@audit_facts.register
def _settings_facts(settings: ReminderSettings) -> AuditFacts:
    policy, template = settings.policy, settings.template
    parts = template.parts if template else {}
    texts = template.fixed if template else {}
    fields: dict[str, type_of_fact] = {
        **{f"{each.value}_days": policy.cooling_days[each] for each in ReminderChannel},
        **{f"{each.value}_on": each in policy.channels for each in ReminderChannel},
        "template_id": template.template_id if template else "",
        "template_parts": " ".join(f"{key}={parts[key].value}" for key in sorted(parts)),
        "template_texts": "; ".join(f"{key}={texts[key]}" for key in sorted(texts)),
    }
    return AuditFacts("reminder_settings", settings.company_id, fields)
