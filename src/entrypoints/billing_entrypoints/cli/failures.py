"""From anything that went wrong to why a command was refused, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_domain.errors import BillingError, StorageUnusableError
from billing_entrypoints.cli.session import CommandRefusedError
from billing_entrypoints.messages_zh import has_sentence, sentence
from billing_entrypoints.settings import SettingsError

_STORAGE: Final[Mapping[str, str]] = {
    "url": "数据库地址写法不对（{detail}）。请检查 BILLING_DATABASE_URL。",
    "driver": "缺少数据库驱动（{detail}）。请安装：pip install 'billing-domain[app]'",
    "unreachable": "连不上数据库：{detail}。请检查 BILLING_DATABASE_URL 和数据库服务。",
    "encoding": "数据库的编码是 {detail}，必须是 UTF8。请重新建立数据库。",
    "demo": (
        "数据库里有演示数据（{detail}），不能用于生产：演示账号的密码是公开的。请换一个新的数据库。"
    ),
    "schema": "数据库还没有建好，或者版本较旧。请先运行：billing migrate",
    "schema_newer": "数据库由另一个版本的程序建立（{detail}）。请升级程序后再试。",
    "schema_old": (
        "数据库由正式版之前的程序建立（版本 {detail}），不能升级。"
        "请先备份，用原来的程序导出所需的数据，再换一个新的数据库运行：billing migrate"
    ),
    "schema_taken": (
        "数据库里已有同名的表，不是本程序建立的（{detail}）。请换一个数据库，或换一个模式（schema）。"
    ),
    "schema_missing": (
        "数据库连接所指的模式（schema）不存在（{detail}）。请先建立：CREATE SCHEMA"
    ),
}
_UNEXPECTED: Final = (
    "出现意外错误（{kind}），没有完成。请加 --debug 重试，并把显示的内容交给技术人员。"
)


def refusal_of(error: Exception) -> CommandRefusedError:
    """Return the refusal that an error amounts to; unknown ones say what to do."""
    if isinstance(error, CommandRefusedError):
        return error
    if isinstance(error, SettingsError):
        return CommandRefusedError(error.code, f"环境变量有误：\n{error}")
    if isinstance(error, StorageUnusableError):
        message = _STORAGE[error.reason].format(detail=error.detail)
        return CommandRefusedError(error.code, message)
    if isinstance(error, BillingError) and has_sentence(error.code):
        return CommandRefusedError(error.code, sentence(error))
    if isinstance(error, ModuleNotFoundError):
        return CommandRefusedError(
            "not_installed", f"缺少 {error.name}。请安装：pip install 'billing-domain[app]'"
        )
    message = _UNEXPECTED.format(kind=type(error).__name__)
    return CommandRefusedError("unexpected", message)
