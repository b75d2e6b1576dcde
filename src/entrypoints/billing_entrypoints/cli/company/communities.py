"""`billing community`: the communities of the companies."""

from __future__ import annotations

from typing import Any

from billing_domain.model.company.community import Community
from billing_entrypoints.cli.arguments import add_command, add_common, add_group
from billing_entrypoints.cli.company.lookups import all_places, find_company, operator
from billing_entrypoints.cli.console import facts, table
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words
from billing_entrypoints.words.labels import label


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `community create` and `community list`."""
    group = add_group(commands, "community")
    creating = add_command(group, "community create", create)
    creating.add_argument("name")
    creating.add_argument("--company", required=True)
    creating.add_argument("--not-opened", action="store_true")
    listing = add_command(group, "community list", show_all)
    listing.add_argument("--company")
    for parser in (creating, listing):
        add_common(parser)


def create(session: Session) -> int:
    """Create a community and open it unless told otherwise; the secret is shown this once."""
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
    session.console.answer({**_data(community), "secret": secret}, f"{text}\n{facts(shown)}")
    return DONE


def show_all(session: Session) -> int:
    """List communities with their companies, oldest first."""
    application, wanted = session.application, session.arguments.company
    companies = (
        application.configure_companies.companies()
        if wanted is None
        else [find_company(application, wanted)]
    )
    places = all_places(application, companies)
    rows = [
        (
            place.community.id,
            place.community.name,
            label(place.community.status),
            place.company.name,
        )
        for place in places
    ]
    text = table(words.COMMUNITY_COLUMNS, rows) if rows else words.NO_COMMUNITY
    data = [{**_data(place.community), "company": place.company.name} for place in places]
    session.console.answer({"communities": data}, text)
    return DONE


def _data(community: Community) -> dict[str, object]:
    return {
        "id": community.id,
        "name": community.name,
        "company_id": community.company_id,
        "status": community.status.value,
    }
