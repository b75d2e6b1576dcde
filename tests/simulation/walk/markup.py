"""HTML as lines to compare, and what leads on from it: links, parts, forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import attrs

VOID_TAGS = {"br", "hr", "img", "input", "link", "meta", "wbr", "use", "source", "area", "col"}
ASSET_TAGS = {"link", "script", "img", "use"}
UNTICKED = {"checkbox", "radio"}


@attrs.define
class Element:
    """A tag with its attributes and what is inside."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = attrs.field(factory=list)

    def get(self, name: str) -> str:
        """Return an attribute, empty when there is none."""
        return self.attributes.get(name, "")

    def inside(self, *tags: str) -> Iterator[Element]:
        """Yield the elements inside, in the order of the page, of the given tags or of any."""
        for child in self.children:
            if isinstance(child, Element):
                if not tags or child.tag in tags:
                    yield child
                yield from child.inside(*tags)

    @property
    def text(self) -> str:
        """All the text inside."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID_TAGS:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag; one that nothing opened is part of what is compared."""
        names = [element.tag for element in self.open]
        if tag not in names:
            self.open[-1].children.append(f"</{tag}>")
        while tag in names and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_decl(self, decl: str) -> None:
        self.open[-1].children.append(f"<!{decl}>")


@lru_cache(maxsize=4)
def read_html(text: str) -> Element:
    """Return the root over a page or a part of one; nobody changes it."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.open[0]


def lines_of(element: Element, depth: int = 0) -> Iterator[str]:
    """Yield a line for each tag and each text; blanks and the order of attributes say nothing."""
    for child in element.children:
        if isinstance(child, str):
            text = " ".join(child.split())
            if text:
                yield "  " * depth + text
            continue
        pairs = (f'{name}="{" ".join(value.split())}"' for name, value in child.attributes.items())
        yield "  " * depth + f"<{' '.join([child.tag, *sorted(pairs)])}>"
        yield from lines_of(child, depth + 1)


@attrs.frozen
class Link:
    """An address to ask for; `target` is what htmx says it will replace, empty for a browser."""

    path: str
    target: str = ""


@attrs.frozen
class PostForm:
    """A form to be sent, as a browser would without anything being changed."""

    action: str
    fields: tuple[tuple[str, str], ...]
    target: str
    page: str
    multipart: bool


def links_of(page: Element, here: str) -> list[Link]:
    """Return where a page leads by links and by htmx, in its order."""
    links = []
    for element in page.inside():
        if element.tag == "a" and element.get("href"):
            links.append(Link(_local(here, element.get("href"))))
        if element.get("hx-get"):
            target = target_of(page, element)
            links.append(Link(_local(here, element.get("hx-get")), target))
    return [link for link in links if link.path]


def assets_of(page: Element, here: str) -> list[str]:
    """Return the addresses of style sheets, scripts, pictures and fonts."""
    found = [each.get("href") or each.get("src") for each in page.inside(*ASSET_TAGS)]
    return [path for address in found if address and (path := _local(here, address))]


def get_forms(page: Element, here: str) -> list[tuple[str, Element]]:
    """Return the search forms with their addresses."""
    return [
        (_local(here, form.get("action") or here), form)
        for form in page.inside("form")
        if form.get("method") in {"", "get"}
    ]


def post_forms(page: Element, here: str) -> list[PostForm]:
    """Return the forms that change something."""
    return [
        PostForm(
            action=_local(here, form.get("action") or here),
            fields=tuple(fields_of(form)),
            target=target_of(page, form) if form.get("hx-post") else "",
            page=here,
            multipart=form.get("enctype") == "multipart/form-data",
        )
        for form in page.inside("form")
        if form.get("method") == "post"
    ]


def fields_of(form: Element) -> Iterator[tuple[str, str]]:
    """Yield what a browser would send of a form without anything being changed."""
    for field in form.inside("input", "textarea", "select"):
        name = field.get("name")
        if not name or "disabled" in field.attributes or field.get("type") == "file":
            continue
        if field.tag == "textarea":
            yield name, field.text.removeprefix("\n")
        elif field.tag == "select":
            yield name, _selected(field)
        elif field.get("type") not in UNTICKED or "checked" in field.attributes:
            yield name, field.get("value")


def options_of(form: Element) -> Iterator[tuple[str, str]]:
    """Yield every choice of a form's selections that is not made already."""
    for field in form.inside("select"):
        for option in field.inside("option"):
            if option.get("value") != _selected(field):
                yield field.get("name"), option.get("value")


def typed_names(form: Element) -> Sequence[str]:
    """Return the names of the fields that a person types into."""
    typed = {"", "text", "search", "date", "datetime-local", "tel", "number"}
    return [
        field.get("name")
        for field in form.inside("input")
        if field.get("name") and field.get("type") in typed
    ]


def target_of(page: Element, element: Element) -> str:
    """Return what htmx sends as HX-Target: tag and id of what will be replaced."""
    wanted = element.get("hx-target")
    if wanted == "this":
        return f"{element.tag}#{element.get('id')}" if element.get("id") else element.tag
    if not wanted.startswith("#"):
        return element.tag
    for found in page.inside():
        if found.get("id") == wanted[1:]:
            return f"{found.tag}{wanted}"
    return f"dialog{wanted}" if wanted == "#dialog" else f"div{wanted}"


def _selected(field: Element) -> str:
    options = list(field.inside("option"))
    chosen = [option for option in options if "selected" in option.attributes]
    return next((option.get("value") for option in [*chosen, *options]), "")


def _local(here: str, address: str) -> str:
    """Return an address of this site as path and query, empty for any other."""
    parts = urlsplit(urljoin(f"http://site{here}", address))
    if parts.netloc != "site" or parts.scheme != "http":
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
