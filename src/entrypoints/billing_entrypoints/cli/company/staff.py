"""`billing staff`: the first account of a company, and any other."""

from __future__ import annotations

import secrets
import sys
from typing import Final

from billing_domain.model.company.community import CommunityId, Company
from billing_domain.model.company.staff import PASSWORD_LENGTH_MAX, Role
from billing_entrypoints.cli.arguments import FLAG, PLAIN, REPEATED, REQUIRED, Command
from billing_entrypoints.cli.company.lookups import find_community, find_company, operator
from billing_entrypoints.cli.console import facts, pick
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words

_PASSWORD_BYTES = 12


def create(session: Session) -> int:
    """Add an account; a password that was made up is shown this once."""
    application, arguments = session.application, session.arguments
    company = find_company(application, arguments.company)
    generated = None if arguments.password_stdin else secrets.token_urlsafe(_PASSWORD_BYTES)
    account = application.manage_staff.add(
        operator(company),
        login_name=arguments.login,
        name=arguments.name,
        password=generated or _read_password(),
        role=Role(arguments.role),
        community_ids=_reach(session, company),
    )
    reach = "、".join(arguments.community) if arguments.community else words.ALL_COMMUNITIES
    shown = {
        words.LOGIN: account.login_name,
        words.ROLE: account.role.value,
        words.COMMUNITY: reach,
    }
    data = pick(account, "id login_name name role")
    data["community_ids"] = sorted(account.community_ids) if account.community_ids else None
    if generated:
        shown[words.PASSWORD] = words.SHOWN_ONCE.format(secret=generated)
        data["password"] = generated
    text = words.STAFF_CREATED.format(name=account.name, company=company.name)
    session.console.answer(data, f"{text}\n{facts(shown)}")
    return DONE


def _reach(session: Session, company: Company) -> frozenset[CommunityId] | None:
    wanted = session.arguments.community
    if not wanted:
        return None
    places = (find_community(session.application, [company], name) for name in wanted)
    return frozenset(place.community.id for place in places)


def _read_password() -> str:
    """Return the first line of standard input; a longer one than allowed is refused later."""
    return sys.stdin.readline(PASSWORD_LENGTH_MAX + 2).rstrip("\r\n")


_ARGUMENTS: Final = {
    "login": PLAIN,
    "--company": REQUIRED,
    "--name": REQUIRED,
    "--role": {"required": True, "choices": [role.value for role in Role]},
    "--community": REPEATED,
    "--password-stdin": FLAG,
}
COMMANDS: Final = (Command("staff create", create, _ARGUMENTS),)
