"""The schema, one module for each room.

`id` is the id of the domain. `row_id` is a counter of the database and gives the order of
insertion. Tables that are searched by company repeat `company_id`, so a scope is one index
condition. Money is whole fen.
"""

from billing_adapters.sql.tables import (
    company,
    imports,
    jobs,
    owners,
    payments,
    reminders,
    triggers,
)
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.tables.houses import houses
from billing_adapters.sql.tables.schema import METADATA

__all__ = [
    "METADATA",
    "bills",
    "company",
    "houses",
    "imports",
    "jobs",
    "owners",
    "payments",
    "reminders",
    "triggers",
]
