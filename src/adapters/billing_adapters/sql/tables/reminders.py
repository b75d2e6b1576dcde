"""The tables of reminders, reminder settings, provider tokens and official accounts.

A row of `reminders` is one house of one request, queued or refused. A refusal ends when it is made
and has no deliveries. `cools_on` is the Shanghai day of `cools_from`, null for a refusal. A house
and channel have at most one open reminder: `billing_reminders_open_ix` (P26).

A house without bills and residents can be removed; its rows here are removed with it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer

from billing_adapters.sql.tables import schema
from billing_adapters.sql.tables.column_types import KEY
from billing_domain.model.reminders.queued_reminder import DeliveryState
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.reminders.queries import ReminderOutcome

reminder_runs = schema.growing_table(
    "reminder_runs",
    schema.key("id"),
    schema.ref("company_id", "companies"),
    schema.enum("channel", ReminderChannel),
    schema.moment("requested_at"),
    schema.text("requested_by"),
    schema.company_key("id"),
)

reminders = schema.growing_table(
    "reminders",
    schema.key("id"),
    schema.key("run_id"),
    schema.ref("company_id", "companies"),
    schema.ref("community_id", "communities"),
    Column("house_id", KEY, ForeignKey("billing_houses.id", ondelete="CASCADE"), nullable=False),
    schema.enum("channel", ReminderChannel),
    schema.enum("outcome", ReminderOutcome),
    schema.moment("queued_at"),
    Column("cools_on", Date),
    schema.moment("delivered_at", nullable=True),
    schema.moment("ended_at", nullable=True),
    Column("bills", JSON, nullable=False),
    Column("bill_count", Integer, nullable=False),
    Column("total_fen", BigInteger, nullable=False),
    Column("last_on", Date),
    Column("next_on", Date),
    Column("sure", Boolean, nullable=False),
    schema.version(),
    schema.company_key("id"),
    schema.company_ref("run_id", "reminder_runs.id"),
)

REMINDER_IS_OPEN: Final = reminders.c.ended_at.is_(None)

# Literals, not parameters: otherwise SQLite ignores the partial index.
REMINDER_MATTERS: Final = schema.is_one_of(reminders.c.outcome, "waiting", "delivered", "unknown")
"""Reminders that later decisions read: waiting, or possibly cooling."""

REMINDER_IS_IN_TROUBLE: Final = schema.is_one_of(reminders.c.outcome, "failed", "unknown")
"""Reminders that staff must look into."""

schema.part_index(
    "open",
    reminders.c.house_id,
    reminders.c.channel,
    reminders.c.company_id,
    where=REMINDER_IS_OPEN,
    unique=True,
)
schema.part_index(
    "history",
    reminders.c.house_id,
    reminders.c.channel,
    reminders.c.cools_on,
    where=REMINDER_MATTERS,
)
schema.part_index(
    "troubles",
    reminders.c.company_id,
    reminders.c.queued_at,
    reminders.c.id,
    where=REMINDER_IS_IN_TROUBLE,
)
Index(None, reminders.c.company_id, reminders.c.queued_at, reminders.c.id)
Index(None, reminders.c.house_id, reminders.c.queued_at, reminders.c.id)
Index(None, reminders.c.run_id, reminders.c.outcome)

reminder_deliveries = schema.growing_table(
    "reminder_deliveries",
    schema.key("company_id"),
    schema.key("reminder_id"),
    schema.ref("resident_id", "residents"),
    Column("position", Integer, nullable=False),
    schema.key("address"),
    schema.enum("state", DeliveryState),
    schema.moment("tried_at", nullable=True),
    schema.moment("at", nullable=True),
    schema.key("message_id"),
    schema.text("failure_reason"),
    schema.company_key("reminder_id", "resident_id"),
    schema.company_ref("reminder_id", "reminders.id", ondelete="CASCADE"),
)
Index(None, reminder_deliveries.c.address, reminder_deliveries.c.reminder_id)

reminder_settings = schema.table(
    "reminder_settings",
    Column("company_id", KEY, ForeignKey("billing_companies.id"), primary_key=True),
    Column("policy", JSON, nullable=False),
    Column("template", JSON(none_as_null=True)),
    schema.version(),
)

official_tokens = schema.table(
    "official_tokens",
    Column("company_id", KEY, ForeignKey("billing_companies.id"), primary_key=True),
    Column("app_id", KEY, primary_key=True),
    schema.text("sealed"),
    schema.moment("expires_at"),
)

official_accounts = schema.table(
    "official_accounts",
    Column("company_id", KEY, ForeignKey("billing_companies.id"), primary_key=True),
    schema.key("app_id"),
    schema.text("sealed_secret"),
    schema.version(),
)
