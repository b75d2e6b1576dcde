"""Reading the words of a command, with help and complaints in Chinese."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NoReturn

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.houses.search_text import read_search_text
from billing_entrypoints.words import commands as words

_HELP_COLUMN: Final = 28
_WORDINGS: Final = tuple(
    (re.compile(pattern, re.DOTALL), wording) for pattern, wording in words.COMPLAINTS.items()
)

Arguments = Mapping[str, Mapping[str, Any]]
"""The options of argparse by the name of the argument; its words are found by its name."""

PLAIN: Final[Mapping[str, Any]] = {}
REQUIRED: Final[Mapping[str, Any]] = {"required": True}
REPEATED: Final[Mapping[str, Any]] = {"action": "append"}
FLAG: Final[Mapping[str, Any]] = {"action": "store_true"}
IN_COMMUNITY: Final[Arguments] = {"--community": REQUIRED, "--company": PLAIN}
"""The arguments with which a command asks for a community."""


class UsageError(Exception):
    """The arguments are wrong; `usage` shows the right form."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.message, self.usage = message, usage


class CommandParser(argparse.ArgumentParser):
    """A parser with Chinese messages that raises instead of exiting."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(
            add_help=False, allow_abbrev=False, formatter_class=_ChineseFormatter, **options
        )
        self._positionals.title, self._optionals.title = words.POSITIONALS, words.OPTIONS
        self.add_argument("-h", "--help", action="help")

    def add_argument(self, *names: str, **options: Any) -> argparse.Action:  # noqa: ANN401
        """Add an argument with the words of its name, if it has any."""
        name = names[-1]
        place = self.prog.partition(" ")[2]
        found = words.ARGUMENTS.get(f"{place} {name}") or words.ARGUMENTS.get(name, ("", ""))
        known: dict[str, Any] = {
            key: text for key, text in zip(("metavar", "help"), found, strict=True) if text
        }
        return super().add_argument(*names, **known, **options)

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
        super().add_usage(usage, actions, groups, words.USAGE if prefix is None else prefix)


def in_chinese(message: str) -> str:
    """Return an argparse message in Chinese, unchanged when it is unknown."""
    for pattern, wording in _WORDINGS:
        match = pattern.fullmatch(message)
        if match is not None:
            return wording.format(*match.groups())
    return message


@attrs.frozen
class Command:
    """What is typed, such as `bills list`, what it runs, and what it takes.

    `when_refused` completes the JSON of every refusal; a command without `json` has no JSON.
    """

    path: str
    handler: Callable[..., int]
    arguments: Arguments = attrs.field(factory=dict)
    json: bool = True
    when_refused: Mapping[str, object] = attrs.field(factory=dict)

    def add_to(self, commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
        """Add the command with its words to argparse's commands or group of commands."""
        parser = commands.add_parser(
            self.path.rpartition(" ")[2],
            help=words.COMMANDS[self.path],
            description=words.DESCRIPTIONS.get(self.path),
        )
        parser.set_defaults(handler=self.handler, when_refused=self.when_refused)
        common = {"--json": FLAG, "--debug": FLAG} if self.json else {"--debug": FLAG}
        for name, options in {**self.arguments, **common}.items():
            parser.add_argument(name, **options)


def add_commands(commands: Any, wanted: Iterable[Command]) -> None:  # noqa: ANN401 - as above
    """Add commands; the first word of a longer path leads to a group of them."""
    groups: dict[str, Any] = {"": commands}
    for command in wanted:
        name = command.path.rpartition(" ")[0]
        if name not in groups:
            group = commands.add_parser(name, help=words.COMMANDS[name])
            groups[name] = group.add_subparsers(
                title=words.COMMAND, metavar=words.COMMAND, required=True
            )
        command.add_to(groups[name])


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
            message = words.NO_RANGE.format(text=text, low=low, high=high)
            raise argparse.ArgumentTypeError(message)
        return int(text)

    return read
