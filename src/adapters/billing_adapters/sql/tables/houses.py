"""The tables of houses and residents, and the gram index of houses."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Date, Index, UniqueConstraint

from billing_adapters.sql.tables import schema
from billing_adapters.sql.tables.column_types import KEY
from billing_domain.model.houses.resident import Relation

houses = schema.table(
    "houses",
    schema.row_id(),
    schema.domain_id(),
    schema.key("company_id"),
    schema.ref("community_id", "communities"),
    schema.text("address"),
    schema.key("address_key"),
    schema.text("building"),
    schema.key("sort_key"),
    schema.text("search_address"),
    schema.text("search_numbers"),
    UniqueConstraint("community_id", "address_key"),
)
HOUSES_IN_ORDER: Final = Index(
    "billing_houses_order_ix", houses.c.community_id, houses.c.sort_key, houses.c.id
)
Index(None, houses.c.community_id, houses.c.building)

house_grams = schema.table(
    # The grams of each house's address and residents: see search_index.py.
    "house_grams",
    Column("community_row_id", BigInteger, primary_key=True, autoincrement=False),
    Column("gram", KEY, primary_key=True),
    Column("house_row_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
Index(None, house_grams.c.house_row_id)

residents = schema.table(
    "residents",
    schema.row_id(),
    schema.domain_id(),
    schema.key("company_id"),
    schema.ref("community_id", "communities"),
    schema.ref("house_id", "houses"),
    schema.text("name"),
    schema.text("phone"),
    schema.text("search_name"),
    schema.text("search_phone"),
    schema.enum("relation", Relation),
    Column("moved_in_on", Date),
    Column("moved_out_on", Date),
    schema.text("openid", nullable=True),
    schema.version(),
)
Index(None, residents.c.house_id)
Index(None, residents.c.community_id)
_BOUND: Final = residents.c.openid.is_not(None)
Index(
    None,
    residents.c.company_id,
    residents.c.openid,
    sqlite_where=_BOUND,
    postgresql_where=_BOUND,
)
