"""Where signing in leads: to a community's landing, or on along a reminder's link (4.1, 5.12)."""

from __future__ import annotations

import re
from typing import Final

import attrs

from billing_domain.model.company.community import CommunityId
from billing_domain.model.reminders.queued_reminder import ReminderId

FIELD: Final = "reminder_id"
"""The field of the chooser's address and form that carries the reminder along."""
_ID: Final = re.compile(r"[0-9a-f]{32}")
_NONCE_LENGTH: Final = 32


@attrs.frozen
class Onward:
    """The page after sign-in, made of checked ids: a forged state can't lead elsewhere."""

    community_id: CommunityId
    reminder_id: ReminderId | None = None

    @classmethod
    def of(cls, community_id: CommunityId, text: str) -> Onward:
        """Return the way on to the reminder that a text names, or to the landing."""
        named = ReminderId(text) if _ID.fullmatch(text) else None
        return cls(community_id, named)

    @classmethod
    def of_state(cls, community_id: CommunityId, state: str) -> Onward:
        """Return the target that a `state` text carries, expired or not."""
        return cls.of(community_id, state[_NONCE_LENGTH:])

    def state(self, nonce: str) -> str:
        """Return what WeChat brings back: 32 digits of chance, and the reminder if there is one.

        Only hex digits, 32 or 64: WeChat promises to carry letters and digits.
        """
        return f"{nonce}{self.reminder_id or ''}"

    @property
    def path(self) -> str:
        """The page to go on to."""
        if self.reminder_id is not None:
            return f"/owner/reminders/{self.reminder_id}"
        return f"/owner/{self.community_id}"

    @property
    def visitors_path(self) -> str:
        """The chooser of the sandbox that leads there."""
        chooser = f"/owner/{self.community_id}/visitors"
        return chooser if self.reminder_id is None else f"{chooser}?{FIELD}={self.reminder_id}"
