"""A file between its upload and its import."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.mends import NO_MENDS, Mends


class UploadKind(Enum):
    """What an uploaded file holds, with the right that it takes."""

    BILLS = "bills"
    RESIDENTS = "residents"

    @property
    def permission(self) -> Permission:
        """What the actor needs."""
        return _PERMISSIONS[self]


_PERMISSIONS = {
    UploadKind.BILLS: Permission.IMPORT_BILLS,
    UploadKind.RESIDENTS: Permission.MANAGE_RESIDENTS,
}


@attrs.frozen
class Upload:
    """A file between upload and import, kept for a day so that any process can go on.

    `id` is the import's request key, so that confirming twice imports once. `mends` and
    `profile_key` change with the version.
    """

    id: str
    company_id: CompanyId
    community_id: CommunityId
    staff_id: str
    kind: str
    profile_key: str
    file_name: str
    content: bytes = attrs.field(repr=False)
    created_at: datetime
    mends: Mends = NO_MENDS
    version: int = 1
