"""`billing demo`: data to try everything on; refused in production."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.console import table
from billing_entrypoints.cli.demo.content import COMPANIES, PASSWORD
from billing_entrypoints.cli.demo.filling import DemoClock, DemoFilling
from billing_entrypoints.cli.session import DONE, CommandRefusedError, Session

_DESCRIPTION = (
    "填入演示数据：两家物业公司、一年的缴费单和各种角色的账号。"
    "已有演示数据时只列出账号，不改动任何数据。"
)


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `demo`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "demo", help="填入演示数据（仅限开发环境）", description=_DESCRIPTION
    )
    parser.set_defaults(handler=demo)
    add_common(parser)


def demo(session: Session) -> int:
    """Fill in the demo data unless they are there, and show how staff and owners get in."""
    if session.settings.in_production:
        raise CommandRefusedError(
            "production",
            "生产环境不能填入演示数据：演示账号的密码是公开的。"
            "请另设 BILLING_DEPLOYMENT=development 和自己的 BILLING_DATA_DIR。",
        )
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
        ("演示数据已存在，未改动\n" if done_before else "已填入演示数据\n")
        + table(("账号", "密码", "角色", "姓名", "物业公司"), rows)
        + "\n"
        + table(("小区", "业主端（收款码）"), links),
    )
    return DONE
