"""`billing demo`: data to try everything on; refused in production."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from billing_entrypoints.cli.arguments import Command
from billing_entrypoints.cli.console import table
from billing_entrypoints.cli.demo.content import COMPANIES, PASSWORD
from billing_entrypoints.cli.demo.filling import DemoClock, DemoFilling
from billing_entrypoints.cli.session import DONE, CommandRefusedError, Session
from billing_entrypoints.words import commands as words


def demo(session: Session) -> int:
    """Fill in the demo data unless they are there, and show how staff and owners get in."""
    if session.settings.in_production:
        raise CommandRefusedError("production", words.NO_DEMO)
    now = datetime.now(UTC).replace(microsecond=0)
    clock = DemoClock(now)
    filling = DemoFilling(session.open(clock=clock), clock, now)
    done_before = filling.is_done()
    if not done_before:
        filling.fill()
    rows = [
        (each.login_name, PASSWORD, each.role.value, each.name, company.name)
        for company in COMPANIES
        for each in company.sign_ins
    ]
    links = [
        (community.name, f"{session.settings.public_url}/owner/{community.id}")
        for community in filling.billed()
    ]
    names = ("login_name", "password", "role", "name", "company")
    session.console.answer(
        {
            "created": not done_before,
            "sign_ins": [dict(zip(names, row, strict=True)) for row in rows],
            "owner_links": [{"community": name, "url": url} for name, url in links],
        },
        f"{words.DEMO_THERE if done_before else words.DEMO_FILLED}\n"
        + table(words.SIGN_IN_COLUMNS, rows)
        + "\n"
        + table(words.LINK_COLUMNS, links),
    )
    return DONE


COMMANDS: Final = (Command("demo", demo),)
