"""Follows every link, part and search form, breadth first, a few instances of each kind."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import attrs
import httpx

from tests.html_page import Element
from tests.simulation.walk.browser import TOKEN_FIELD, Browser
from tests.simulation.walk.markup import (
    Link,
    assets_of,
    fields_of,
    get_forms,
    links_of,
    options_of,
    read_html,
    typed_names,
)

CODE = re.compile(r"[a-z][a-z_-]{0,24}|")
WORD = re.compile(r"[a-z][a-z._-]*[a-z0-9]?", re.ASCII)
UNREADABLE = "20元"
SEARCHED = ("1号楼", "王", "138", "没有这个", "%_")


@attrs.define
class Found:
    """What a crawl found: the kinds of addresses, the assets, the searches."""

    kinds: set[str] = attrs.field(factory=set)
    assets: dict[str, str] = attrs.field(factory=dict)
    searched: set[str] = attrs.field(factory=set)


@attrs.frozen
class Crawl:
    """Crawls as one visitor; `each` is how many instances of a kind are asked for."""

    browser: Browser
    each: int = 1
    searching: bool = False

    def run(self, starts: Iterable[str]) -> Found:
        """Ask for everything that can be reached."""
        found, seen = Found(), set[Link]()
        counts: Counter[str] = Counter()
        waiting = deque((Link(start), False) for start in starts)
        while waiting:
            link, searched = waiting.popleft()
            kind = kind_of(link, told=self.searching)
            if link in seen or counts[kind] >= self.each:
                continue
            seen.add(link)
            counts[kind] += 1
            answer = self.browser.get(link.path, link.target)
            if not searched and kind not in found.kinds:
                waiting.extend(self._onward(link, answer, found))
            found.kinds.add(kind)
        return found

    def _onward(
        self, link: Link, answer: httpx.Response, found: Found
    ) -> Iterator[tuple[Link, bool]]:
        """Yield links, and searches, whose results lead no further: each would multiply them."""
        if answer.headers.get("location", "").startswith("/"):
            yield Link(answer.headers["location"]), False
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return
        page = read_html(answer.text)
        for path in assets_of(page, link.path):
            found.assets.setdefault(urlsplit(path).path, path)
        yield from ((onward, False) for onward in links_of(page, link.path))
        for action, form in get_forms(page, link.path):
            place = urlsplit(action).path
            if place not in found.searched:
                found.searched.add(place)
                yield from ((search, True) for search in self._searches(place, form))

    def _searches(self, place: str, form: Element) -> Iterator[Link]:
        """Yield a search as it is, and where asked each choice and some texts by themselves."""
        fields = [pair for pair in fields_of(form) if pair[0] != TOKEN_FIELD]
        changes: list[tuple[str, str]] = []
        if self.searching:
            changes += options_of(form)
            changes += [(name, UNREADABLE) for name in typed_names(form)]
            changes += [("q", text) for text in SEARCHED if "q" in dict(fields)]
        for change in [None, *changes]:
            pairs = [(name, value) for name, value in fields if value]
            if change is not None:
                pairs = [pair for pair in pairs if pair[0] != change[0]] + [change]
            yield Link(f"{place}?{urlencode(pairs)}")


def kind_of(link: Link, *, told: bool = True) -> str:
    """Return what is the same for addresses that differ in ids and numbers only.

    `told` tells the codes in a query apart too.
    """
    query = sorted(parse_qsl(urlsplit(link.path).query, keep_blank_values=True))
    filled = [pair for pair in query if pair[1]]
    pairs = [
        f"{name}={_code(name, value, alone=told and len(filled) < 2)}" for name, value in query
    ]
    parts = urlsplit(link.path).path.split("/")
    place = "/".join(part if WORD.fullmatch(part) else "*" for part in parts)
    return f"{place}?{'&'.join(pairs)} {link.target}"


def _code(name: str, value: str, *, alone: bool) -> str:
    """Return a value that is a kind of its own: a code or a search, without others beside it."""
    searched = value in SEARCHED or value == UNREADABLE
    told = alone and name != "after" and (searched or CODE.fullmatch(value))
    return value if told else "*"
