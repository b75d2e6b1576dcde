"""A list's filter as an address: what the pages of several lists have in common."""

from __future__ import annotations

from typing import ClassVar

import attrs

from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.forms import Form


@attrs.frozen
class ListSearch:
    """The form that a filter was read from, and where to go from there.

    `path` is the list's place and `fields` are those of its filter, in the order of the address.
    """

    path: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]

    form: Form

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """Return the filter as the fields of an address, with some of them changed."""
        return [(name, changes.get(name, self.form.text(name))) for name in self.fields]

    def address(self, *, after: str = "", **changes: str) -> str:
        """Return the address of the page after a key, with some fields changed."""
        return with_query(self.path, [*self.pairs(**changes), ("after", after)])

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the community restricts the list."""
        return any(value for name, value in self.pairs() if name != "community")
