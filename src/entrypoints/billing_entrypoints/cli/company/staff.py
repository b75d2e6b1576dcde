"""`billing staff`: the first account of a company, and any other."""

from __future__ import annotations

import argparse
import secrets
import sys
from typing import Any

from billing_domain.model.company.community import CommunityId, Company
from billing_domain.model.company.staff import PASSWORD_LENGTH_MAX, Role
from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.company.lookups import find_community, find_company, operator
from billing_entrypoints.cli.console import facts
from billing_entrypoints.cli.session import DONE, Session

_PASSWORD_BYTES = 12
_CREATE_HELP = (
    "新建员工账号。密码默认随机生成并只显示这一次；加 --password-stdin 时从标准输入读取一行。"
)


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `staff create`."""
    group = commands.add_parser("staff", help="员工账号：新建").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    parser: argparse.ArgumentParser = group.add_parser(
        "create", help="新建员工账号", description=_CREATE_HELP
    )
    parser.add_argument("login", metavar="账号", help="3 至 40 位小写字母、数字或 . _ @ -")
    parser.add_argument("--company", required=True, metavar="公司", help="物业公司的名称或编号")
    parser.add_argument("--name", required=True, metavar="姓名")
    parser.add_argument(
        "--role",
        required=True,
        choices=[role.value for role in Role],
        metavar="角色",
        help="、".join(role.value for role in Role),
    )
    parser.add_argument(
        "--community",
        action="append",
        metavar="小区",
        help="只能看到这个小区，可以写多次；不写则能看到公司的所有小区",
    )
    parser.add_argument("--password-stdin", action="store_true", help="从标准输入读取密码")
    parser.set_defaults(handler=create)
    add_common(parser)


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
    reach = "、".join(arguments.community) if arguments.community else "公司的所有小区"
    shown = {"账号": account.login_name, "角色": account.role.value, "小区": reach}
    data: dict[str, object] = {
        "id": account.id,
        "login_name": account.login_name,
        "name": account.name,
        "role": account.role.value,
        "community_ids": sorted(account.community_ids) if account.community_ids else None,
    }
    if generated:
        shown["密码"] = f"{generated}（只显示这一次，请妥善保存）"
        data["password"] = generated
    session.console.answer(data, f"已新建账号“{account.name}”（{company.name}）\n{facts(shown)}")
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
