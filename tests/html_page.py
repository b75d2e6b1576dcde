"""Reads HTML as a test looks at it: elements by tag, class and attribute, and the text."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import attrs

VOID_TAGS = {"br", "hr", "img", "input", "link", "meta", "wbr", "use", "source", "area", "col"}


@attrs.define
class Element:
    """A tag with its attributes, its children, and all the text inside."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = attrs.field(factory=list)

    def __getitem__(self, name: str) -> str:
        """Return an attribute, or raise KeyError."""
        return self.attributes[name]

    def get(self, name: str) -> str | None:
        """Return an attribute, or None."""
        return self.attributes.get(name)

    @property
    def text(self) -> str:
        """The text inside with single blanks."""
        return " ".join("".join(self.texts()).split())

    def all(self, tag: str = "", **wanted: str) -> list[Element]:
        """Return the elements inside with a tag and attributes; `class_` is one of the classes."""
        return [element for element in self.inside() if _fits(element, tag, wanted)]

    def one(self, tag: str = "", **wanted: str) -> Element:
        """Return the only such element."""
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} elements are <{tag}> {wanted}"
        return found[0]

    def has(self, tag: str = "", **wanted: str) -> bool:
        """Tell whether there is such an element."""
        return bool(self.all(tag, **wanted))

    def fields(self) -> dict[str, str]:
        """Return what a browser would send of a form without anything being changed."""
        values = {}
        for field in self.all("input"):
            if "name" in field.attributes and "disabled" not in field.attributes:
                if (
                    field.get("type") in {"checkbox", "radio"}
                    and "checked" not in field.attributes
                ):
                    continue
                values[field["name"]] = field.get("value") or ""
        for area in self.all("textarea"):
            values[area["name"]] = "".join(area.texts()).removeprefix("\n")
        for select in self.all("select"):
            options = select.all("option")
            chosen = [option for option in options if "selected" in option.attributes]
            values[select["name"]] = (chosen or options)[0]["value"]
        return values

    def inside(self, *tags: str) -> Iterator[Element]:
        """Yield the elements inside, in the order of the page, of the given tags or of any."""
        for child in self.children:
            if isinstance(child, Element):
                if not tags or child.tag in tags:
                    yield child
                yield from child.inside(*tags)

    def texts(self) -> Iterator[str]:
        """Yield every piece of text inside."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child.texts()


class Reader(HTMLParser):
    """Reads HTML whose tags are all closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID_TAGS:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID_TAGS:
            closed = self.open.pop()
            assert closed.tag == tag, f"</{tag}> closes <{closed.tag}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_html(text: str) -> Element:
    """Return the root over a page or fragment; every opened tag must be closed in turn."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is never closed"
    return reader.open[0]


def _fits(element: Element, tag: str, wanted: dict[str, str]) -> bool:
    if tag and element.tag != tag:
        return False
    for name, value in wanted.items():
        if name == "class_":
            if value not in element.attributes.get("class", "").split():
                return False
        elif element.attributes.get(name.replace("_", "-")) != value:
            return False
    return True
