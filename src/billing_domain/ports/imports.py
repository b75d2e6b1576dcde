"""Storage of imports, import profiles and uploads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import attrs

from billing_domain.model.bills.bill import BatchId
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.profile import ImportProfile, ProfileKey
from billing_domain.model.imports.upload import Upload
from billing_domain.model.money import Money
from billing_domain.ports.paging import Page, PageKey


@attrs.frozen
class ImportRow:
    """An import in the list: `left` of its bills are still there, of which `paid` are paid.

    `total` is their sum; `reserved` bills are in an open payment order (rule 3.16).
    """

    batch: ImportBatch
    community_name: str
    left: int
    total: Money
    paid: int
    reserved: int

    @property
    def withdrawable(self) -> bool:
        """Whether the whole import can be withdrawn."""
        there = self.batch.withdrawn_at is None and self.left > 0
        return there and not (self.paid or self.reserved)


class ImportBatchRepository(Protocol):
    """Which files were imported."""

    @abstractmethod
    def add(self, batch: ImportBatch) -> None:
        """Store a batch; raise StaleError if the request key or repetition is taken."""

    @abstractmethod
    def get(self, scope: Scope, batch_id: BatchId) -> ImportBatch:
        """Return a batch in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, batch: ImportBatch) -> None:
        """Store the batch's answer about reminding."""

    @abstractmethod
    def withdraw(self, batch: ImportBatch) -> None:
        """Store when and by whom a batch was withdrawn; raise StaleError if it was before."""

    @abstractmethod
    def page(self, scope: Scope, *, key: PageKey | None, rows: int) -> Page[ImportRow]:
        """Return one page of the imports in scope, newest first."""

    @abstractmethod
    def row(self, scope: Scope, batch_id: BatchId) -> ImportRow:
        """Return one import with its bills counted, or raise ThingNotFoundError."""

    @abstractmethod
    def by_request(self, community_id: CommunityId, request_key: str) -> ImportBatch | None:
        """Return the batch that a request made, or None."""

    @abstractmethod
    def by_file(self, community_id: CommunityId, file_hash: str) -> Sequence[ImportBatch]:
        """Return the batches of the same file, oldest first."""


class ImportProfileRepository(Protocol):
    """Companies' own import profiles; the built-in profiles are not stored."""

    @abstractmethod
    def add(self, profile: ImportProfile) -> None:
        """Store a new profile; raise FieldError(name, taken) within its company."""

    @abstractmethod
    def get(self, company_id: CompanyId, key: ProfileKey) -> ImportProfile:
        """Return a company's profile or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, profile: ImportProfile) -> None:
        """Store the next version; raise StaleError, FieldError(name, taken)."""

    @abstractmethod
    def remove(self, profile: ImportProfile) -> None:
        """Remove a profile."""

    @abstractmethod
    def all(self, company_id: CompanyId) -> Sequence[ImportProfile]:
        """Return a company's own profiles, oldest first."""


class UploadRepository(Protocol):
    """Uploaded files that wait for confirmation."""

    @abstractmethod
    def add(self, upload: Upload) -> None:
        """Store an upload."""

    @abstractmethod
    def get(self, scope: Scope, upload_id: str) -> Upload:
        """Return an upload in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, upload: Upload) -> None:
        """Store the next version; raise StaleError."""

    @abstractmethod
    def remove_before(self, moment: datetime) -> int:
        """Remove the uploads made before a moment; return their number."""
