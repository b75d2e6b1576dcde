"""Official accounts in SQL."""

from __future__ import annotations

import attrs
from sqlalchemy import select

from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.reminders import official_accounts
from billing_domain.model.company.community import CompanyId
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.reminders.storage import OfficialAccountRepository


@attrs.frozen
class SqlOfficialAccountRepository(OfficialAccountRepository):
    """WeChat official accounts, one for each company."""

    work: Transaction

    def find(self, company_id: CompanyId) -> OfficialAccount | None:
        found = select(official_accounts).where(official_accounts.c.company_id == company_id)
        row = self.work.connection.execute(found).first()
        return None if row is None else OfficialAccount(**row._asdict())

    def save(self, account: OfficialAccount) -> None:
        company = official_accounts.c.company_id
        self.work.add_or_replace(company, attrs.asdict(account), kind="official_account")
