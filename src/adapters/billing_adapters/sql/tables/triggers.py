"""What the database itself sees to: the audit log only grows, a bill's number is given once.

Who makes the tables makes these triggers with them, and who drops the tables drops them.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import DDL, Table, event

from billing_adapters.sql.tables.bills import bill_numbers, bills
from billing_adapters.sql.tables.company import audit_entries

_REFUSAL: Final = "audit entries are append-only"


def _on_sqlite(table: Table, name: str, moment: str, body: str) -> None:
    statement = f"CREATE TRIGGER {name} {moment} ON {table.name} BEGIN {body}; END"
    _when(table, "after_create", "sqlite", statement)


def _on_postgresql(table: Table, name: str, moment: str, body: str) -> None:
    """Let a statement run a function of the trigger's name."""
    for statement in (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; END $$",
        f"CREATE TRIGGER {name} {moment} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ):
        _when(table, "after_create", "postgresql", statement)
    _when(table, "after_drop", "postgresql", f"DROP FUNCTION {name}()")


def _when(table: Table, moment: str, dialect: str, statement: str) -> None:
    # A percent sign would have to be doubled; there is none.
    make: Any = DDL
    event.listen(table, moment, make(statement).execute_if(dialect=dialect))


for _event in ("update", "delete"):
    _on_sqlite(
        audit_entries,
        f"{audit_entries.name}_refuse_{_event}",
        f"BEFORE {_event.upper()}",
        f"SELECT RAISE(ABORT, '{_REFUSAL}')",
    )
_on_postgresql(
    audit_entries,
    f"{audit_entries.name}_refuse_change",
    f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {audit_entries.name}",
    f"RAISE EXCEPTION '{_REFUSAL}'",
)
_on_sqlite(
    bills,
    f"{bill_numbers.name}_add",
    "AFTER INSERT",
    f"INSERT INTO {bill_numbers.name} (number) VALUES (NEW.number)",  # noqa: S608 - names of tables
)
_on_postgresql(
    bills,
    f"{bill_numbers.name}_add",
    f"AFTER INSERT ON {bills.name} REFERENCING NEW TABLE AS added",
    f"INSERT INTO {bill_numbers.name} (number) SELECT number FROM added; RETURN NULL",  # noqa: S608 - names of tables
)
