"""The tables of uploads, import profiles and imports."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
)

from billing_adapters.sql.tables import schema
from billing_adapters.sql.tables.column_types import KEY

import_batches = schema.growing_table(
    "import_batches",
    schema.row_id(),
    schema.key("id"),
    schema.key("company_id"),
    schema.ref("community_id", "communities"),
    schema.text("file_name"),
    schema.key("file_hash"),
    Column("repetition", Integer, nullable=False),
    schema.key("request_key"),
    schema.key("profile_key"),
    Column("bill_count", Integer, nullable=False),
    Column("total_fen", BigInteger, nullable=False),
    schema.moment("imported_at"),
    schema.text("imported_by"),
    Column("remind_now", Boolean),
    schema.moment("withdrawn_at", nullable=True),
    schema.text("withdrawn_by"),
    UniqueConstraint("id", "company_id"),
    UniqueConstraint(
        "community_id", "request_key", "company_id", name="billing_import_batches_request_uq"
    ),
    UniqueConstraint(
        "community_id",
        "file_hash",
        "repetition",
        "company_id",
        name="billing_import_batches_repetition_uq",
    ),
)
Index(None, import_batches.c.company_id, import_batches.c.imported_at, import_batches.c.id)

import_profiles = schema.table(
    "import_profiles",
    schema.row_id(),
    schema.ref("company_id", "companies"),
    schema.key("key"),
    schema.text("name"),
    Column("content", JSON, nullable=False),
    schema.version(),
    UniqueConstraint("company_id", "key"),
    UniqueConstraint("company_id", "name"),
)

uploads = schema.table(
    "uploads",
    Column("id", KEY, primary_key=True),
    schema.ref("company_id", "companies"),
    schema.ref("community_id", "communities"),
    schema.key("staff_id"),
    schema.key("kind"),
    schema.key("profile_key"),
    schema.text("file_name"),
    Column("content", LargeBinary, nullable=False),
    schema.moment("created_at"),
    Column("mends", JSON, nullable=False),
    schema.version(),
)
Index(None, uploads.c.created_at)
