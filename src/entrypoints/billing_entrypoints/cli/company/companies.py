"""`billing company`: the tenants of the deployment."""

from __future__ import annotations

from typing import Any

from billing_domain.model.company.community import Company
from billing_entrypoints.cli.arguments import add_command, add_common, add_group
from billing_entrypoints.cli.console import facts, table
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `company create` and `company list`."""
    group = add_group(commands, "company")
    creating = add_command(group, "company create", create)
    creating.add_argument("name")
    for parser in (creating, add_command(group, "company list", show_all)):
        add_common(parser)


def create(session: Session) -> int:
    """Create a company."""
    name = session.arguments.name
    company = session.application.configure_companies.create_company(name=name)
    text = words.COMPANY_CREATED.format(name=company.name)
    session.console.answer(_data(company), f"{text}\n{facts({words.COMPANY_ID: company.id})}")
    return DONE


def show_all(session: Session) -> int:
    """List all companies, oldest first."""
    companies = session.application.configure_companies.companies()
    rows = [(company.id, company.name) for company in companies]
    text = table(words.COMPANY_COLUMNS, rows) if rows else words.NO_COMPANY
    session.console.answer({"companies": [_data(company) for company in companies]}, text)
    return DONE


def _data(company: Company) -> dict[str, object]:
    return {"id": company.id, "name": company.name}
