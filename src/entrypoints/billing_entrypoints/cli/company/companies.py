"""`billing company`: the tenants of the deployment."""

from __future__ import annotations

import argparse
from typing import Any

from billing_domain.model.company.community import Company
from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.console import facts, table
from billing_entrypoints.cli.session import DONE, Session


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `company create` and `company list`."""
    group = commands.add_parser("company", help="物业公司：建立、列出").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    creating: argparse.ArgumentParser = group.add_parser("create", help="建立物业公司")
    creating.add_argument("name", metavar="名称")
    creating.set_defaults(handler=create)
    listing: argparse.ArgumentParser = group.add_parser("list", help="列出所有物业公司")
    listing.set_defaults(handler=show_all)
    for parser in (creating, listing):
        add_common(parser)


def create(session: Session) -> int:
    """Create a company."""
    name = session.arguments.name
    company = session.application.configure_companies.create_company(name=name)
    text = f"已建立物业公司“{company.name}”\n{facts({'编号': company.id})}"
    session.console.answer(_data(company), text)
    return DONE


def show_all(session: Session) -> int:
    """List all companies, oldest first."""
    companies = session.application.configure_companies.companies()
    rows = [(company.id, company.name) for company in companies]
    text = table(("编号", "名称"), rows) if rows else "还没有物业公司"
    session.console.answer({"companies": [_data(company) for company in companies]}, text)
    return DONE


def _data(company: Company) -> dict[str, object]:
    return {"id": company.id, "name": company.name}
