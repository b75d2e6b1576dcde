"""Reading the words of a command, with help and complaints in Chinese."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn

from billing_domain.errors import FieldError
from billing_domain.model.search_text import read_search_text

_HELP_COLUMN: Final = 28
_WORDINGS: Final = tuple(
    (re.compile(pattern, re.DOTALL), wording)
    for pattern, wording in (
        (r"the following arguments are required: (.+)", "缺少 {0}"),
        (r"unrecognized arguments: (.+)", "不认识 {0}"),
        (r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)", "{0} 没有 {1}，可选 {2}"),
        (r"argument (.+?): expected (?:one|at least one) argument", "{0} 后面要有一个值"),
        (r"argument (.+?): ignored explicit argument (.+)", "{0} 后面不带值"),
        (r"argument (.+?): not allowed with argument (.+)", "{0} 不能和 {1} 一起用"),
        (r"argument (.+?): invalid .+ value: (.+)", "{0} 的值 {1} 不对"),
        (r"argument (.+?): (.+)", "{0}：{1}"),
    )
)


class UsageError(Exception):
    """The words make no command; `usage` says how they should be."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.message, self.usage = message, usage


class CommandParser(argparse.ArgumentParser):
    """A parser that speaks Chinese and leaves the exiting to whoever called it."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(
            add_help=False, allow_abbrev=False, formatter_class=_ChineseFormatter, **options
        )
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of exiting."""
        raise UsageError(in_chinese(message), self.format_usage().strip())


class _ChineseFormatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(prog, **{"max_help_position": _HELP_COLUMN, **options})

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


def in_chinese(message: str) -> str:
    """Return what argparse complains about in Chinese, unchanged where it is something new."""
    for pattern, wording in _WORDINGS:
        match = pattern.fullmatch(message)
        if match is not None:
            return wording.format(*match.groups())
    return message


def add_common(parser: argparse.ArgumentParser, *, json: bool = True) -> None:
    """Let a command take `--json` and `--debug`."""
    if json:
        parser.add_argument("--json", action="store_true", help="只输出 JSON，供程序读取")
    parser.add_argument("--debug", action="store_true", help="出现意外错误时显示技术细节")


def add_community(parser: argparse.ArgumentParser) -> None:
    """Let a command ask for a community."""
    parser.add_argument("--community", required=True, metavar="小区", help="小区的名称或小区ID")
    parser.add_argument("--company", metavar="公司", help="物业公司的名称或编号，用来区分同名小区")


def add_template(parser: argparse.ArgumentParser) -> None:
    """Let a command ask for the kind of bill sheet."""
    parser.add_argument(
        "--template",
        default="standard",
        metavar="模板",
        help="standard（标准，默认）、newsee（新视窗）或本公司自定义模板的名称",
    )


def add_query(parser: argparse.ArgumentParser, help_text: str) -> None:
    """Let a command ask for a part of a number, phone, name or address."""
    parser.add_argument("--query", metavar="文字", help=help_text)


def read_query(text: str | None) -> str:
    """Return the text of `--query`, empty when it was left out.

    Raises FieldError for one that restricts nothing: a script's empty variable must not mean
    every bill (rule 2.4).
    """
    if text is None:
        return ""
    if not text.strip():
        raise FieldError(field="search_text", reason="required")
    return read_search_text(text)


def whole_number(low: int, high: int) -> Any:  # noqa: ANN401 - argparse wants any callable
    """Return a reader of whole numbers in a range, for `type=`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"“{text}”不是 {low} 到 {high} 的整数")
        return int(text)

    return read
