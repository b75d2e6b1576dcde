"""Import batches, import profiles and uploads in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from billing_adapters.memory.state import MemoryState
from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.bills.bill import BatchId
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.profile import ImportProfile, ProfileKey
from billing_domain.model.imports.upload import Upload
from billing_domain.ports.imports import (
    ImportBatchRepository,
    ImportProfileRepository,
    UploadRepository,
)


@attrs.frozen
class MemoryImportBatchRepository(ImportBatchRepository):
    """Which files were imported."""

    state: MemoryState

    def add(self, batch: ImportBatch) -> None:
        """Keep a batch; raise StaleError when request key or repetition is taken."""
        same_request = self.by_request(batch.community_id, batch.request_key)
        files = self.by_file(batch.community_id, batch.file_hash)
        with self.state.step():
            if same_request or any(other.repetition == batch.repetition for other in files):
                raise StaleError(kind="import_batch", id=batch.id)
        self.state.import_batches[batch.id] = batch

    def get(self, scope: Scope, batch_id: BatchId) -> ImportBatch:
        """Return a batch in scope or raise ThingNotFoundError."""
        batch = self.state.import_batches.get(batch_id)
        if batch is None or not self.state.covers(scope, batch.community_id):
            raise ThingNotFoundError(kind="import_batch", id=batch_id)
        return batch

    def save(self, batch: ImportBatch) -> None:
        """Replace the batch's answer about reminding; nothing else of it can change."""
        stored = self.state.import_batches.get(batch.id)
        if stored is None:
            raise ThingNotFoundError(kind="import_batch", id=batch.id)
        answered = attrs.evolve(stored, remind_now=batch.remind_now)
        self.state.import_batches[batch.id] = answered

    def by_request(self, community_id: CommunityId, request_key: str) -> ImportBatch | None:
        """Return the batch that a request made, or None."""
        for batch in self.state.import_batches.values():
            if batch.community_id == community_id and batch.request_key == request_key:
                return batch
        return None

    def by_file(self, community_id: CommunityId, file_hash: str) -> Sequence[ImportBatch]:
        """Return the batches of the same file, oldest first."""
        same = [
            batch
            for batch in self.state.import_batches.values()
            if batch.community_id == community_id and batch.file_hash == file_hash
        ]
        return sorted(same, key=lambda batch: batch.imported_at)


@attrs.frozen
class MemoryImportProfileRepository(ImportProfileRepository):
    """Companies' own import profiles."""

    state: MemoryState

    def add(self, profile: ImportProfile) -> None:
        """Keep a new profile; raise FieldError(name, taken) within its company."""
        self._check_name(profile)
        self.state.import_profiles[profile.company_id, profile.key] = profile

    def get(self, company_id: CompanyId, key: ProfileKey) -> ImportProfile:
        """Return a company's profile or raise ThingNotFoundError."""
        profile = self.state.import_profiles.get((company_id, key))
        if profile is None:
            raise ThingNotFoundError(kind="import_profile", id=key)
        return profile

    def save(self, profile: ImportProfile) -> None:
        """Replace the version before this one; raise StaleError, FieldError(name, taken)."""
        self._check_name(profile)
        place = (profile.company_id, profile.key)
        stored = self.state.import_profiles.get(place)
        if stored is None or stored.version != profile.version - 1:
            raise StaleError(kind="import_profile", id=profile.key)
        self.state.import_profiles[place] = profile

    def remove(self, profile: ImportProfile) -> None:
        """Forget a profile."""
        self.state.import_profiles.pop((profile.company_id, profile.key), None)

    def all(self, company_id: CompanyId) -> Sequence[ImportProfile]:
        """Return a company's own profiles, oldest first."""
        profiles = self.state.import_profiles.values()
        return [profile for profile in profiles if profile.company_id == company_id]

    def _check_name(self, profile: ImportProfile) -> None:
        place = (profile.company_id, profile.name)
        others = (each for each in self.state.import_profiles.values() if each.key != profile.key)
        with self.state.step():
            if any((other.company_id, other.name) == place for other in others):
                raise FieldError(field="name", reason="taken", value=profile.name)


@attrs.frozen
class MemoryUploadRepository(UploadRepository):
    """Files waiting for their confirmation."""

    state: MemoryState

    def add(self, upload: Upload) -> None:
        """Keep an upload."""
        self.state.uploads[upload.id] = upload

    def get(self, scope: Scope, upload_id: str) -> Upload:
        """Return an upload in scope or raise ThingNotFoundError."""
        upload = self.state.uploads.get(upload_id)
        if upload is None or not scope.covers(upload.company_id, upload.community_id):
            raise ThingNotFoundError(kind="upload", id=upload_id)
        return upload

    def remove_before(self, moment: datetime) -> int:
        """Forget the uploads made before a moment; return how many."""
        old = [key for key, upload in self.state.uploads.items() if upload.created_at < moment]
        for key in old:
            del self.state.uploads[key]
        return len(old)
