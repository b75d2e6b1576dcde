"""Reminders as template messages of a company's official account (rule 4.1)."""

from __future__ import annotations

import re
from typing import Any, Final

from billing_adapters.payment_kit.fields import MalformedMessageError, malformed_is_unknown
from billing_adapters.wechat.official_client import OfficialClient
from billing_adapters.wechat.official_codes import SENT_BEFORE, error_code, refusal
from billing_adapters.wechat.template_fields import template_data
from billing_domain.errors import RecipientUnreachableError
from billing_domain.ports.reminders.messaging import (
    Delivered,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
)
from billing_domain.ports.system import Clock

_OPENID: Final = re.compile(r"[0-9A-Za-z_-]{1,128}")
_CLIENT_MSG_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,32}")


class WechatTemplateSender(MessageSender):
    """Sends through WeChat, which recognises a repeated `client_msg_id` for ten minutes."""

    def __init__(self, client: OfficialClient, clock: Clock) -> None:
        self._client, self._clock = client, clock

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        """Send a message; raise ValueError for an invalid `client_msg_id`."""
        if _CLIENT_MSG_ID.fullmatch(message.client_msg_id) is None:
            raise ValueError("a client_msg_id has 1..32 of [0-9A-Za-z_-]")
        if _OPENID.fullmatch(openid) is None:
            raise RecipientUnreachableError(reason="unknown_openid")
        template = account.template
        document = {
            "touser": openid,
            "template_id": template.template_id,
            "url": message.link,
            "client_msg_id": message.client_msg_id,
            "data": template_data(template, message, sent_at=self._clock.now()),
        }
        answer = self._client.call(
            account.official_account, "POST", "/cgi-bin/message/template/send", document
        )
        with malformed_is_unknown():
            return _read(answer)


def _read(answer: dict[str, Any]) -> Delivered:
    code, message_id = error_code(answer), answer.get("msgid")
    if code == SENT_BEFORE:
        return Delivered("" if message_id is None else str(message_id))
    if code != 0:
        raise refusal(answer)
    if not isinstance(message_id, int) or isinstance(message_id, bool):
        raise MalformedMessageError("msgid")
    return Delivered(str(message_id))
