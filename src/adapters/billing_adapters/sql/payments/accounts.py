"""Companies' merchant accounts and official accounts in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Row, bindparam, select, true

from billing_adapters.sql.db.transaction import Transaction, Values
from billing_adapters.sql.tables.column_types import KEY
from billing_adapters.sql.tables.payments import payment_accounts
from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId
from billing_domain.ports.payments.storage import PaymentAccountRepository

# Made once: it stands on the way of every payment.
_BY_ID = select(payment_accounts).where(payment_accounts.c.id == bindparam("account", type_=KEY))


@attrs.frozen
class SqlPaymentAccountRepository(PaymentAccountRepository):
    """Companies' merchant accounts; the database lets one of a company be active."""

    work: Transaction

    def add(self, account: PaymentAccount) -> None:
        with self._refusing(account):
            self.work.insert(payment_accounts, [_account_values(account)])

    def get(self, company_id: CompanyId, account_id: AccountId) -> PaymentAccount:
        own = payment_accounts.c.company_id == company_id
        for account in self._find(own, payment_accounts.c.id == account_id):
            return account
        raise ThingNotFoundError(kind="payment_account", id=account_id)

    def find(self, account_id: AccountId) -> PaymentAccount | None:
        row = self.work.connection.execute(_BY_ID, {"account": account_id}).first()
        return None if row is None else _account(row)

    def active(self, company_id: CompanyId) -> PaymentAccount | None:
        own = payment_accounts.c.company_id == company_id
        return next(iter(self._find(own, payment_accounts.c.active.is_(true()))), None)

    def save(self, account: PaymentAccount) -> None:
        with self._refusing(account):
            self.work.replace_version(
                payment_accounts.c.id, _account_values(account), kind="payment_account"
            )

    def all(self, company_id: CompanyId) -> Sequence[PaymentAccount]:
        return self._find(payment_accounts.c.company_id == company_id)

    def _find(self, *conditions: ColumnElement[bool]) -> list[PaymentAccount]:
        found = select(payment_accounts).where(*conditions).order_by(payment_accounts.c.row_id)
        return [_account(row) for row in self.work.connection.execute(found)]

    def _refusing(self, account: PaymentAccount) -> AbstractContextManager[None]:
        return self.work.refusing(
            billing_payment_accounts_company_id_name_uq=FieldError(
                field="name", reason="taken", value=account.name
            ),
            billing_payment_accounts_active_ix=StaleError(kind="payment_account", id=account.id),
        )


def _account_values(account: PaymentAccount) -> Values:
    return {
        **attrs.asdict(account, recurse=False),
        "settings": dict(account.settings),
        "sealed_secrets": dict(account.sealed_secrets),
    }


def _account(row: Row[Any]) -> PaymentAccount:
    return PaymentAccount(
        id=row.id,
        company_id=row.company_id,
        provider=row.provider,
        name=row.name,
        settings=row.settings,
        sealed_secrets=row.sealed_secrets,
        active=row.active,
        version=row.version,
    )
