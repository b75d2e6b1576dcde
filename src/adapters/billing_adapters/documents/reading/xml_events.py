"""XML parts read as a stream of events, with nothing in them that could grow.

Expat is fed piece by piece, and the limits below are checked between pieces. A document type
declaration is refused whatever the encoding, so there are no entities to expand or to fetch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, Generic, TypeVar
from xml.parsers import expat

from billing_adapters.documents.reading.limits import CELL_TEXT_MAX, refused
from billing_domain.model.sheet import SheetRefusal

StartHandler = Callable[[dict[str, str]], None]
"""Gets the attributes of an element that starts."""

EndHandler = Callable[[str], None]
"""Gets the text of an element that ends, from the last start of an element on."""

_DEPTH_MAX: Final = 64
_NAMES_MAX: Final = 5_000
_TOKEN_BYTES_MAX: Final = 1024 * 1024
_KEPT_MAX: Final = 2 * CELL_TEXT_MAX
_ENCODINGS: Final = frozenset(
    {"utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii"}
)
"""What expat decodes itself; it asks Python about others, which is asking for trouble."""

_Handler = TypeVar("_Handler")


_WORKBOOK_NAMESPACES: Final = (
    "",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
)


class XmlEvents:
    """Calls handlers by the local name of an element of some namespaces, whatever its prefix.

    An element of another namespace is none of them: Excel writes `x15:workbookPr` beside
    `workbookPr`. The name of an attribute that has a namespace follows it after a blank.
    `tags_max` bounds how many tags a part may have; with `foreign_inline` an element of another
    namespace within a text leaves it whole.
    """

    def __init__(
        self,
        starts: Mapping[str, StartHandler],
        ends: Mapping[str, EndHandler],
        *,
        tags_max: int,
        namespaces: Collection[str] = _WORKBOOK_NAMESPACES,
        foreign_inline: bool = False,
    ) -> None:
        self._starts = _ByName(_qualified(starts, namespaces))
        self._ends = _ByName(_qualified(ends, namespaces))
        self._tags_max = tags_max
        self._namespaces, self._foreign_inline = namespaces, foreign_inline
        self._texts: list[str] = []
        self._depth = 0

    def read(self, pieces: Iterable[bytes], *, part: str) -> None:
        """Read a part; raise SheetRefusedError when it is damaged or too large."""
        parser = self._parser()
        fed = tags = 0
        try:
            for piece in pieces:
                fed, tags = fed + len(piece), tags + piece.count(b"<")
                if tags > self._tags_max:
                    raise refused(SheetRefusal.UNPACKS_TOO_LARGE, part)
                parser.Parse(piece)
                endless = fed - parser.CurrentByteIndex > _TOKEN_BYTES_MAX
                if endless or len(parser.intern) > _NAMES_MAX or not self._bounded():
                    raise refused(SheetRefusal.DAMAGED, part)
            parser.Parse(b"", True)  # noqa: FBT003 - the signature is expat's
        except (expat.ExpatError, _RefusedXmlError) as error:
            raise refused(SheetRefusal.DAMAGED, part) from error

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._texts.append
        parser.XmlDeclHandler = _check_encoding
        parser.StartDoctypeDeclHandler = _refuse_document_type
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise _RefusedXmlError("nested too deep")
        if not self._foreign_inline or name.rpartition(" ")[0] in self._namespaces:
            self._texts.clear()
        handle = self._starts[name]
        if handle is not None:
            handle(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        handle = self._ends[name]
        if handle is not None:
            handle("".join(self._texts))
            self._texts.clear()

    def _bounded(self) -> bool:
        """Tell whether the text kept so far is a cell's; indentation is none and is dropped."""
        text = "".join(self._texts)
        if len(text) > _KEPT_MAX and text.isspace():
            text = ""
        self._texts[:] = [text]
        return len(text) <= _KEPT_MAX


class _ByName(dict[str, _Handler | None], Generic[_Handler]):
    """Handlers by qualified name, None for any other name."""

    def __missing__(self, name: str) -> None:
        return None


def _qualified(
    handlers: Mapping[str, _Handler], namespaces: Collection[str]
) -> dict[str, _Handler | None]:
    return {
        f"{namespace} {name}" if namespace else name: handler
        for namespace in namespaces
        for name, handler in handlers.items()
    }


class _RefusedXmlError(Exception):
    """Well-formed XML that no workbook needs; never leaves this module."""


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise _RefusedXmlError(encoding)


def _refuse_document_type(*_: object) -> None:
    raise _RefusedXmlError("document type")
