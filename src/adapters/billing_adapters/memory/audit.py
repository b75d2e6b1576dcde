"""The audit log in memory, and its reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import attrs

from billing_adapters.memory.state import MemoryState
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.audit import AuditEntry
from billing_domain.ports.company import AuditLog, AuditQueries
from billing_domain.ports.paging import Page


@attrs.frozen
class MemoryAuditLog(AuditLog):
    """The append-only log."""

    state: MemoryState

    def add_all(self, entries: Iterable[AuditEntry]) -> None:
        """Append entries; raise ValueError rather than replace one."""
        for entry in entries:
            if entry.id in self.state.audit:
                raise ValueError(entry.id)
            self.state.audit[entry.id] = entry


@attrs.frozen
class MemoryAuditQueries(AuditQueries):
    """Reads of the audit log; ids ascend with time, so they give the order."""

    published: Callable[[], MemoryState]

    def of_subject(self, scope: Scope, kind: str, subject_id: str) -> Sequence[AuditEntry]:
        """Return the entries about one thing, newest first, of communities in scope."""
        seen = self._newest_first(scope)
        return [
            each for each in seen if (each.subject_kind, each.subject_id) == (kind, subject_id)
        ]

    def page(
        self, scope: Scope, *, key: str | None, rows: int, subject_kind: str = ""
    ) -> Page[AuditEntry]:
        """Return the log in scope, newest first; `key` is the last entry's id."""
        seen = [
            entry
            for entry in self._newest_first(scope)
            if (key is None or entry.id < key) and subject_kind in {"", entry.subject_kind}
        ]
        shown = tuple(seen[:rows])
        more = len(seen) > len(shown) and bool(shown)
        return Page(shown, next_key=shown[-1].id if more else None, previous_key=None)

    def _newest_first(self, scope: Scope) -> list[AuditEntry]:
        seen = [each for each in self.published().audit.values() if _is_seen(scope, each)]
        return sorted(seen, key=lambda entry: entry.id, reverse=True)


def _is_seen(scope: Scope, entry: AuditEntry) -> bool:
    """Tell whether an entry may be read; the company's own only by who sees all of it."""
    if entry.community_id is None:
        return entry.company_id == scope.company_id and scope.community_ids is None
    return scope.covers(entry.company_id, entry.community_id)
