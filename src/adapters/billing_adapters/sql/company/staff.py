"""Staff accounts, sessions and failed sign-ins in SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, TypeVar

import attrs
from sqlalchemy import ColumnElement, Row, Table, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from billing_adapters.sql.db.rows import Values, found_one, model_of, values_of
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.company import sessions, sign_in_failures, staff
from billing_domain.errors import FieldError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.company.session import FORGET_AFTER, SignInFailures, StaffSession
from billing_domain.model.company.staff import StaffAccount, StaffId
from billing_domain.ports.company import (
    SessionRepository,
    StaffRepository,
    StaffSessionRepository,
)

_Session = TypeVar("_Session", bound=attrs.AttrsInstance)


@attrs.frozen
class SqlStaffRepository(StaffRepository):
    """Staff accounts."""

    work: Transaction

    def add(self, account: StaffAccount) -> None:
        taken = FieldError(field="login_name", reason="taken", value=account.login_name)
        with self.work.refusing(billing_staff_login_name_uq=taken):
            self.work.insert(staff, [_account_values(account)])

    def get(self, company_id: CompanyId, staff_id: StaffId) -> StaffAccount:
        own = staff.c.company_id == company_id
        return found_one(self._find(staff.c.id == staff_id, own), "staff", staff_id)

    def find(self, staff_id: StaffId) -> StaffAccount | None:
        return next(iter(self._find(staff.c.id == staff_id)), None)

    def by_login_name(self, login_name: str) -> StaffAccount | None:
        return next(iter(self._find(staff.c.login_name == login_name)), None)

    def save(self, account: StaffAccount) -> None:
        self.work.replace_version(staff.c.id, _account_values(account), kind="staff")

    def all(self, company_id: CompanyId) -> Sequence[StaffAccount]:
        return self._find(staff.c.company_id == company_id)

    def _find(self, *conditions: ColumnElement[bool]) -> list[StaffAccount]:
        found = select(staff).where(*conditions).order_by(staff.c.created_at, staff.c.row_id)
        return [_account(row) for row in self.work.connection.execute(found)]


@attrs.frozen
class SqlSessionRepository(SessionRepository[_Session]):
    """The sessions in one table."""

    work: Transaction
    table: ClassVar[Table]
    model: ClassVar[Callable[..., Any]]

    def add(self, session: _Session) -> None:
        self.work.insert(self.table, [attrs.asdict(session)])

    def get(self, token_hash: str) -> _Session | None:
        found = select(self.table).where(self.table.c.token_hash == token_hash)
        row = self.work.connection.execute(found).first()
        return None if row is None else self.model(**row._asdict())

    def touch(self, token_hash: str, seen_at: datetime) -> None:
        used = update(self.table).where(self.table.c.token_hash == token_hash)
        self.work.connection.execute(used.values(seen_at=seen_at))

    def remove(self, token_hash: str) -> None:
        gone = delete(self.table).where(self.table.c.token_hash == token_hash)
        self.work.connection.execute(gone)


@attrs.frozen
class SqlStaffSessionRepository(SqlSessionRepository[StaffSession], StaffSessionRepository):
    """Signed-in browsers of staff, and failed sign-ins."""

    table, model = sessions, StaffSession

    def remove_of(self, staff_id: StaffId) -> None:
        self.work.connection.execute(delete(sessions).where(sessions.c.staff_id == staff_id))

    def failures(self, key: str) -> SignInFailures | None:
        found = select(sign_in_failures).where(sign_in_failures.c.key == key)
        row = self.work.connection.execute(found).first()
        return None if row is None else SignInFailures(row.key, row.failures, row.last_at)

    def record_failure(self, key: str, at: datetime) -> None:
        table = sign_in_failures
        dialect = {"sqlite": sqlite, "postgresql": postgresql}[self.work.connection.dialect.name]
        running = table.c.last_at > at - FORGET_AFTER
        counted = (
            dialect.insert(table)
            .values(key=key, failures=1, last_at=at)
            .on_conflict_do_update(
                index_elements=[table.c.key],
                set_={
                    "failures": case((running, table.c.failures + 1), else_=1),
                    "last_at": at,
                },
            )
        )
        self.work.connection.execute(counted)

    def clear_failures(self, key: str) -> None:
        self.work.connection.execute(delete(sign_in_failures).where(sign_in_failures.c.key == key))


def _account_values(account: StaffAccount) -> Values:
    reach = account.community_ids
    return values_of(account, staff, community_ids=None if reach is None else sorted(reach))


def _account(row: Row[Any]) -> StaffAccount:
    reach = row.community_ids
    ids = None if reach is None else frozenset(reach)
    return model_of(StaffAccount, row, community_ids=ids)
