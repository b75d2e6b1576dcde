"""Errors about messages to owners (rule 4)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from billing_domain.errors.families import RefusedError


@attrs.frozen(str=False)
class ReminderChannelOffError(RefusedError):
    """The company does not use this reminder channel (4.2); `channel` is `wechat` or `sms`."""

    code: ClassVar[str] = "reminder_channel_off"
    channel: str


@attrs.frozen(str=False)
class TooManyHousesError(RefusedError):
    """The request has more houses than one transaction may decide about (P21)."""

    code: ClassVar[str] = "too_many_houses"
    houses_max: int


@attrs.frozen(str=False)
class MoreHousesError(RefusedError):
    """The request now reminds more houses than were confirmed, e.g. after an import."""

    code: ClassVar[str] = "more_houses"
    count_confirmed: int
    count_found: int


@attrs.frozen(str=False)
class RecipientUnreachableError(RefusedError):
    """No message can reach this person; a retry does not help (rule 4.4).

    `reason` is `not_following`, `refused` or `unknown_openid`.
    """

    code: ClassVar[str] = "recipient_unreachable"
    reason: str


@attrs.frozen(str=False)
class MessagingMisconfiguredError(RefusedError):
    """A setting of the official account is wrong; no message leaves until staff correct it.

    `reason` is `no_account`, `no_template`, `secret`, `app_id`, `address`, `template`, `field`,
    `permission`, `limited`, `menu`, `secrets_unreadable`, `no_sms` or `other`; `detail` names the
    field, or is WeChat's own text.
    """

    code: ClassVar[str] = "messaging_misconfigured"
    reason: str
    detail: str
