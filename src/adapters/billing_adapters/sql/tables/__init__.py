"""The schema, a module for each room.

Ids are the domain's own texts; `row_id` is the database's counter and gives the order in which
things were added. `company_id` is repeated where a company's rows are searched, so that each scope
is one index condition. Money is whole fen.
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
