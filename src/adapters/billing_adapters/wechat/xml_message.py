"""Version 2's messages: one flat XML element without entities or nesting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from billing_adapters.payment_kit.fields import MalformedMessageError

MESSAGE_BYTES_MAX: Final = 256 * 1024

_ESCAPES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_FIELDS_MAX: Final = 500
_FIELD_DEPTH: Final = 2


def write_message(fields: Mapping[str, str], root: str = "xml") -> bytes:
    """Return the message of fields, in their order."""
    lines = (f"<{name}>{text.translate(_ESCAPES)}</{name}>" for name, text in fields.items())
    return f"<{root}>{''.join(lines)}</{root}>".encode()


def read_message(content: bytes, root: str = "xml") -> dict[str, str]:
    """Return the fields of a message; raise MalformedMessageError.

    Refuses a document type declaration, so no entity is expanded or fetched. Also refuses
    attributes, nested elements, repeated names, and encodings other than UTF-8.
    """
    if len(content) > MESSAGE_BYTES_MAX:
        raise MalformedMessageError("too long")
    reader = _Reader(root)
    try:
        reader.parser.Parse(content, True)  # noqa: FBT003 - the signature is expat's
    except (expat.ExpatError, ValueError):
        raise MalformedMessageError("XML") from None
    return reader.fields


class _Reader:
    def __init__(self, root: str) -> None:
        self.fields: dict[str, str] = {}
        self._root, self._depth = root, 0
        self._texts: list[str] = []
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._texts.append
        self.parser.StartDoctypeDeclHandler = _refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        known = name == self._root if self._depth == 1 else name not in self.fields
        if attributes or not known or self._depth > _FIELD_DEPTH:
            raise MalformedMessageError(name)
        if len(self.fields) > _FIELDS_MAX:
            raise MalformedMessageError("too many fields")
        self._texts.clear()

    def _end(self, name: str) -> None:
        if self._depth == _FIELD_DEPTH:
            self.fields[name] = "".join(self._texts)
        self._depth -= 1


def _refuse(*_: object) -> None:
    raise MalformedMessageError("document type")
