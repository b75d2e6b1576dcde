"""What companies chose about their reminders, in SQL."""

from __future__ import annotations

import attrs
from sqlalchemy import select

from billing_adapters.sql.db.json_content import from_json, to_json
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.reminders import reminder_settings
from billing_domain.errors import StaleError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.reminders.settings import (
    ReminderPolicy,
    ReminderSettings,
    ReminderTemplate,
)
from billing_domain.ports.reminders.storage import ReminderSettingsRepository


@attrs.frozen
class SqlReminderSettingsRepository(ReminderSettingsRepository):
    """The companies' choices, one row each once there is one."""

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
        if settings.version > 1:
            self.work.replace_version(
                reminder_settings.c.company_id, values, kind="reminder_settings"
            )
            return
        there_already = StaleError(kind="reminder_settings", id=settings.company_id)
        with self.work.refusing(billing_reminder_settings_pk=there_already):
            self.work.insert(reminder_settings, [values])
