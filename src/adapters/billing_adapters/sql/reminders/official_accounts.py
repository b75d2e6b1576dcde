"""The official account of a company, stored."""

from __future__ import annotations

import attrs
from sqlalchemy import select

from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.reminders import official_accounts
from billing_domain.errors import StaleError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.reminders.storage import OfficialAccountRepository


@attrs.frozen
class SqlOfficialAccountRepository(OfficialAccountRepository):
    """The companies' WeChat official accounts, one each."""

    work: Transaction

    def find(self, company_id: CompanyId) -> OfficialAccount | None:
        found = select(official_accounts).where(official_accounts.c.company_id == company_id)
        row = self.work.connection.execute(found).first()
        return None if row is None else OfficialAccount(**row._asdict())

    def save(self, account: OfficialAccount) -> None:
        values = attrs.asdict(account)
        if account.version > 1:
            self.work.replace_version(
                official_accounts.c.company_id, values, kind="official_account"
            )
            return
        there_already = StaleError(kind="official_account", id=account.company_id)
        with self.work.refusing(billing_official_accounts_pk=there_already):
            self.work.insert(official_accounts, [values])
