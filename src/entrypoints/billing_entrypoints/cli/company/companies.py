"""`billing company` and `billing community`: the tenants and their communities."""

from __future__ import annotations

from typing import Final

from billing_domain.model.company.community import Community
from billing_entrypoints.cli.arguments import FLAG, PLAIN, REQUIRED, Command
from billing_entrypoints.cli.company.lookups import (
    all_places,
    companies_named,
    find_company,
    operator,
)
from billing_entrypoints.cli.console import facts, pick, table
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words
from billing_entrypoints.words.labels import label


def create_company(session: Session) -> int:
    """Create a company."""
    name = session.arguments.name
    company = session.application.configure_companies.create_company(name=name)
    text = words.COMPANY_CREATED.format(name=company.name)
    session.console.answer(
        pick(company, "id name"), f"{text}\n{facts({words.COMPANY_ID: company.id})}"
    )
    return DONE


def list_companies(session: Session) -> int:
    """List all companies, oldest first."""
    companies = session.application.configure_companies.companies()
    rows = [(company.id, company.name) for company in companies]
    text = table(words.COMPANY_COLUMNS, rows) if rows else words.NO_COMPANY
    session.console.answer(
        {"companies": [pick(company, "id name") for company in companies]}, text
    )
    return DONE


def create_community(session: Session) -> int:
    """Create a community and open it, unless `--not-opened`; only this answer has the secret."""
    configure, arguments = session.application.configure_companies, session.arguments
    company = find_company(session.application, arguments.company)
    actor = operator(company)
    community = configure.add_community(actor, name=arguments.name)
    secret = None
    if not arguments.not_opened:
        opened = configure.open_community(actor, community_id=community.id)
        community, secret = opened.community, opened.secret
    shown = {words.COMMUNITY_ID: community.id, words.STATUS: label(community.status)}
    if secret:
        shown[words.SECRET] = words.SHOWN_ONCE.format(secret=secret)
    done = words.COMMUNITY_OPENED if secret else words.COMMUNITY_CREATED
    text = done.format(name=community.name, company=company.name)
    session.console.answer({**_community(community), "secret": secret}, f"{text}\n{facts(shown)}")
    return DONE


def list_communities(session: Session) -> int:
    """List communities with their companies, oldest first."""
    application, wanted = session.application, session.arguments.company
    places = all_places(application, companies_named(application, wanted))
    rows = [
        (each.community.id, each.community.name, label(each.community.status), each.company.name)
        for each in places
    ]
    text = table(words.COMMUNITY_COLUMNS, rows) if rows else words.NO_COMMUNITY
    data = [{**_community(place.community), "company": place.company.name} for place in places]
    session.console.answer({"communities": data}, text)
    return DONE


def _community(community: Community) -> dict[str, object]:
    return pick(community, "id name company_id status")


_COMMUNITY: Final = {"name": PLAIN, "--company": REQUIRED, "--not-opened": FLAG}
COMMANDS: Final = (
    Command("company create", create_company, {"name": PLAIN}),
    Command("company list", list_companies),
    Command("community create", create_community, _COMMUNITY),
    Command("community list", list_communities, {"--company": PLAIN}),
)
