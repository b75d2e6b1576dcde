"""Keep an uploaded file between its preview and its import."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import attrs

from billing_domain.errors import SheetRefusedError, ThingNotFoundError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import CommunityId
from billing_domain.model.imports.mends import Mends
from billing_domain.model.imports.upload import Upload, UploadKind
from billing_domain.model.sheet import SheetRefusal
from billing_domain.ports.documents import FILE_BYTES_MAX
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWorkFactory

KEPT_FOR: Final = timedelta(days=1)
_FILE_NAME_MAX: Final = 120


@attrs.frozen
class StageUploads:
    """Files waiting for a confirmation; any process can go on with them, for a day."""

    begin: UnitOfWorkFactory
    clock: Clock
    ids: IdGenerator

    def add(
        self,
        actor: Actor,
        *,
        kind: UploadKind,
        community_id: CommunityId,
        profile_key: str,
        file_name: str,
        content: bytes,
    ) -> Upload:
        """Keep a file; its id becomes the import's request key (rule 3.12).

        Raises SheetRefusedError for an empty file or one over 5 MB, ThingNotFoundError.
        """
        actor.require(kind.permission)
        _check_size(content)
        now = self.clock.now()
        upload = Upload(
            id=self.ids.new_id(),
            company_id=actor.company_id,
            community_id=community_id,
            staff_id=actor.id,
            kind=kind.value,
            profile_key=profile_key,
            file_name=shown_file_name(file_name),
            content=content,
            created_at=now,
        )
        with self.begin() as work:
            work.communities.get(actor.scope, community_id)
            work.uploads.remove_before(now - KEPT_FOR)
            work.uploads.add(upload)
            work.commit()
        return upload

    def get(self, actor: Actor, *, kind: UploadKind, upload_id: str) -> Upload:
        """Return a kept file; raise ThingNotFoundError when it is not there any more."""
        actor.require(kind.permission)
        with self.begin(read_only=True) as work:
            upload = work.uploads.get(actor.scope, upload_id)
        if upload.kind != kind.value:
            raise ThingNotFoundError(kind="upload", id=upload_id)
        return upload

    def mend(self, actor: Actor, *, upload: Upload, mends: Mends) -> Upload:
        """Keep what staff changed in the preview (rule 3.17); raise StaleError."""
        return self._save(actor, attrs.evolve(upload, mends=mends))

    def choose_profile(self, actor: Actor, *, upload: Upload, profile_key: str) -> Upload:
        """Read the file by another template; raise StaleError."""
        return self._save(actor, attrs.evolve(upload, profile_key=profile_key))

    def _save(self, actor: Actor, upload: Upload) -> Upload:
        actor.require(UploadKind(upload.kind).permission)
        changed = attrs.evolve(upload, version=upload.version + 1)
        with self.begin() as work:
            work.communities.get(actor.scope, changed.community_id)
            work.uploads.save(changed)
            work.commit()
        return changed


def shown_file_name(name: str) -> str:
    """Return a file's own name for showing: no folders, no control characters, cut (P32)."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isprintable()).strip()
    return shown[-_FILE_NAME_MAX:] or "upload"


def _check_size(content: bytes) -> None:
    if not content:
        raise SheetRefusedError(reason=SheetRefusal.EMPTY.value)
    if len(content) > FILE_BYTES_MAX:
        raise SheetRefusedError(reason=SheetRefusal.TOO_LARGE.value, detail=str(len(content)))
