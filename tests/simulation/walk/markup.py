"""HTML as lines to compare, and what leads on from it: links, parts, forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import attrs

from tests.html_page import Element, Reader

ASSET_TAGS = {"link", "script", "img", "use"}
UNTICKED = {"checkbox", "radio"}


class _LenientReader(Reader):
    """Keeps what is no proper HTML as a text, which is compared too."""

    def handle_endtag(self, tag: str) -> None:
        """Close the tag; one that nothing opened is part of what is compared."""
        names = [element.tag for element in self.open]
        if tag not in names:
            self.open[-1].children.append(f"</{tag}>")
        while tag in names and self.open.pop().tag != tag:
            pass

    def handle_decl(self, decl: str) -> None:
        self.open[-1].children.append(f"<!{decl}>")


@lru_cache(maxsize=4)
def read_html(text: str) -> Element:
    """Return the root over a page or a part of one; nobody changes it."""
    reader = _LenientReader()
    reader.feed(text)
    reader.close()
    return reader.open[0]


def value_of(element: Element, name: str) -> str:
    """Return an attribute, empty when there is none."""
    return element.get(name) or ""


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


def links_of(page: Element, here: str) -> list[Link]:
    """Return where a page leads by links and by htmx, in its order."""
    links = []
    for element in page.inside():
        if element.tag == "a" and value_of(element, "href"):
            links.append(Link(_local(here, value_of(element, "href"))))
        if value_of(element, "hx-get"):
            target = target_of(page, element)
            links.append(Link(_local(here, value_of(element, "hx-get")), target))
    return [link for link in links if link.path]


def assets_of(page: Element, here: str) -> list[str]:
    """Return the addresses of style sheets, scripts, pictures and fonts."""
    found = [value_of(each, "href") or value_of(each, "src") for each in page.inside(*ASSET_TAGS)]
    return [path for address in found if address and (path := _local(here, address))]


def get_forms(page: Element, here: str) -> list[tuple[str, Element]]:
    """Return the search forms with their addresses."""
    return [
        (_local(here, value_of(form, "action") or here), form)
        for form in page.inside("form")
        if value_of(form, "method") in {"", "get"}
    ]


def post_forms(page: Element, here: str) -> list[PostForm]:
    """Return the forms that change something."""
    return [
        PostForm(
            action=_local(here, value_of(form, "action") or here),
            fields=tuple(fields_of(form)),
            target=target_of(page, form) if value_of(form, "hx-post") else "",
            page=here,
        )
        for form in page.inside("form")
        if value_of(form, "method") == "post"
    ]


def fields_of(form: Element) -> Iterator[tuple[str, str]]:
    """Yield what a browser would send of a form without anything being changed."""
    for field in form.inside("input", "textarea", "select"):
        name = value_of(field, "name")
        if not name or "disabled" in field.attributes or value_of(field, "type") == "file":
            continue
        if field.tag == "textarea":
            yield name, "".join(field.texts()).removeprefix("\n")
        elif field.tag == "select":
            yield name, _selected(field)
        elif value_of(field, "type") not in UNTICKED or "checked" in field.attributes:
            yield name, value_of(field, "value")


def options_of(form: Element) -> Iterator[tuple[str, str]]:
    """Yield every choice of a form's selections that is not made already."""
    for field in form.inside("select"):
        for option in field.inside("option"):
            if value_of(option, "value") != _selected(field):
                yield value_of(field, "name"), value_of(option, "value")


def typed_names(form: Element) -> Sequence[str]:
    """Return the names of the fields that a person types into."""
    typed = {"", "text", "search", "date", "datetime-local", "tel", "number"}
    return [
        value_of(field, "name")
        for field in form.inside("input")
        if value_of(field, "name") and value_of(field, "type") in typed
    ]


def target_of(page: Element, element: Element) -> str:
    """Return what htmx sends as HX-Target: tag and id of what will be replaced."""
    wanted = value_of(element, "hx-target")
    if wanted == "this":
        return f"{element.tag}#{element.get('id')}" if value_of(element, "id") else element.tag
    if not wanted.startswith("#"):
        return element.tag
    for found in page.inside():
        if value_of(found, "id") == wanted[1:]:
            return f"{found.tag}{wanted}"
    return f"dialog{wanted}" if wanted == "#dialog" else f"div{wanted}"


def _selected(field: Element) -> str:
    options = list(field.inside("option"))
    chosen = [option for option in options if "selected" in option.attributes]
    return next((value_of(option, "value") for option in [*chosen, *options]), "")


def _local(here: str, address: str) -> str:
    """Return an address of this site as path and query, empty for any other."""
    parts = urlsplit(urljoin(f"http://site{here}", address))
    if parts.netloc != "site" or parts.scheme != "http":
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
