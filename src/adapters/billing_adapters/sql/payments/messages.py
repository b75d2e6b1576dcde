"""What payment providers sent, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Row, Select, bindparam, delete, select, update

from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.payments import MESSAGE_IS_REFUSED, provider_messages
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.order import AccountId
from billing_domain.model.payments.received_message import ReceivedMessage, Verdict
from billing_domain.ports.payments.storage import MessageRepository

_MESSAGES = select(provider_messages)
_OLDEST_FIRST = (provider_messages.c.received_at, provider_messages.c.row_id)
_CONCLUSION = ("verdict", "reason", "provider_id", "meaning", "about")
# Made once: both stand on the way of every payment.
_CONCLUDE = (
    update(provider_messages)
    .where(
        provider_messages.c.id == bindparam("message"),
        provider_messages.c.company_id == bindparam("company"),
    )
    .values({name: bindparam(name, type_=provider_messages.c[name].type) for name in _CONCLUSION})
)
_BOOKED = (
    _MESSAGES.where(
        provider_messages.c.account_id == bindparam("account"),
        provider_messages.c.provider_id == bindparam("provider_id"),
        provider_messages.c.verdict == Verdict.BOOKED,
    )
    .order_by(*_OLDEST_FIRST)
    .limit(1)
)
_NEWEST_FIRST = tuple(column.desc() for column in _OLDEST_FIRST)


@attrs.frozen
class SqlMessageRepository(MessageRepository):
    """Messages as they came; what became of one is all that changes."""

    work: Transaction

    def add(self, message: ReceivedMessage) -> None:
        row = {**attrs.asdict(message, recurse=False), "headers": dict(message.headers)}
        self.work.insert(provider_messages, [row])

    def conclude(self, message: ReceivedMessage) -> None:
        became = {name: getattr(message, name) for name in _CONCLUSION}
        with self.work.refusing():
            wanted = {"message": message.id, "company": message.company_id}
            done = self.work.connection.execute(_CONCLUDE, {**wanted, **became})
            if done.rowcount != 1:
                raise ThingNotFoundError(kind="message", id=message.id)

    def booked(self, account_id: AccountId, provider_id: str) -> ReceivedMessage | None:
        wanted = {"account": account_id, "provider_id": provider_id}
        row = self.work.connection.execute(_BOOKED, wanted).first()
        return None if row is None else _message(row)

    def about(self, account_id: AccountId, number: str) -> Sequence[ReceivedMessage]:
        found = _MESSAGES.where(
            provider_messages.c.account_id == account_id, provider_messages.c.about == number
        )
        return self._find(found.order_by(*_OLDEST_FIRST))

    def refused(self, company_id: CompanyId, *, count_max: int) -> Sequence[ReceivedMessage]:
        found = _MESSAGES.where(provider_messages.c.company_id == company_id, MESSAGE_IS_REFUSED)
        return self._find(found.order_by(*_NEWEST_FIRST).limit(count_max))

    def remove_refused_before(self, moment: datetime) -> int:
        old = delete(provider_messages).where(
            provider_messages.c.verdict == Verdict.REFUSED,
            MESSAGE_IS_REFUSED,
            provider_messages.c.received_at < moment,
        )
        return self.work.connection.execute(old).rowcount

    def _find(self, found: Select[Any]) -> list[ReceivedMessage]:
        return [_message(row) for row in self.work.connection.execute(found)]


def _message(row: Row[Any]) -> ReceivedMessage:
    names = (field.name for field in attrs.fields(ReceivedMessage))
    return ReceivedMessage(**{name: getattr(row, name) for name in names})
