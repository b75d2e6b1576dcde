"""`billing community`: the communities of the companies."""

from __future__ import annotations

import argparse
from typing import Any

from billing_domain.model.company.community import Community
from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.company.lookups import all_places, find_company, operator
from billing_entrypoints.cli.console import facts, table
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words.labels import label

_CREATE_HELP = (
    "建立小区并立即开通；授权密钥只显示这一次。加 --not-opened 只建立、不开通，以后在网页上开通。"
)


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `community create` and `community list`."""
    group = commands.add_parser("community", help="小区：建立、列出").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    creating: argparse.ArgumentParser = group.add_parser(
        "create", help="建立小区并开通", description=_CREATE_HELP
    )
    creating.add_argument("name", metavar="名称")
    creating.add_argument("--company", required=True, metavar="公司", help="物业公司的名称或编号")
    creating.add_argument("--not-opened", action="store_true", help="只建立，先不开通")
    creating.set_defaults(handler=create)
    listing: argparse.ArgumentParser = group.add_parser("list", help="列出小区")
    listing.add_argument("--company", metavar="公司", help="只列出这家物业公司的小区")
    listing.set_defaults(handler=show_all)
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
    done = "已建立并开通小区" if secret else "已建立小区"
    shown = {"小区ID": community.id, "状态": label(community.status)}
    if secret:
        shown["授权密钥"] = f"{secret}（只显示这一次，请妥善保存）"
    session.console.answer(
        {**_data(community), "secret": secret},
        f"{done}“{community.name}”（{company.name}）\n{facts(shown)}",
    )
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
    text = table(("小区ID", "名称", "状态", "物业公司"), rows) if rows else "还没有小区"
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
