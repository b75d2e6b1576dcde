"""Companies' reminder settings and official accounts in SQL."""

from __future__ import annotations

import attrs
from sqlalchemy import select

from billing_adapters.sql.db.json_content import from_json, to_json
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.reminders import official_accounts, reminder_settings
from billing_domain.model.company.community import CompanyId
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.settings import (
    ReminderPolicy,
    ReminderSettings,
    ReminderTemplate,
)
from billing_domain.ports.reminders.storage import (
    OfficialAccountRepository,
    ReminderSettingsRepository,
)


@attrs.frozen
class SqlReminderSettingsRepository(ReminderSettingsRepository):
    """Reminder settings, one row for each company that changed the defaults."""

    work: Transaction

    def get(self, company_id: CompanyId) -> ReminderSettings:
        found = select(reminder_settings).where(reminder_settings.c.company_id == company_id)
        row = self.work.connection.execute(found).first()
        if row is None:
            return ReminderSettings(company_id)
        template = None if row.template is None else from_json(row.template, ReminderTemplate)
        policy = from_json(row.policy, ReminderPolicy)
        return ReminderSettings(company_id, policy, template, row.version)

    def save(self, settings: ReminderSettings) -> None:
        template = settings.template
        values = {
            "company_id": settings.company_id,
            "policy": to_json(settings.policy),
            "template": None if template is None else to_json(template),
            "version": settings.version,
        }
        company = reminder_settings.c.company_id
        self.work.add_or_replace(company, values, kind="reminder_settings")


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
