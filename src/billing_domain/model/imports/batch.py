"""One import of a file, as it is remembered (rule 3.12)."""

from __future__ import annotations

from datetime import datetime

import attrs

from billing_domain.model.bills.bill import BatchId
from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CommunityId
from billing_domain.model.imports.profile import ProfileKey
from billing_domain.model.money import Money


@attrs.frozen
class ImportBatch:
    """What one import brought in.

    `request_key` is unique in a community: the same request answered twice imports once.
    `(file_hash, repetition)` is unique too: importing the same file again needs a confirmation,
    and of two imports at the same moment one finds the number taken. `file_hash` is the
    SHA-256 of the content in hex. `remind_now` is the answer to 催缴 now or later, None before
    it is given (rule 3.1). A withdrawn import has lost its bills to 回收站 (rule 3.16).
    """

    id: BatchId
    community_id: CommunityId
    file_name: str
    file_hash: str
    repetition: int
    request_key: str
    profile_key: ProfileKey
    rows: int
    total: Money
    imported_at: datetime
    imported_by: str
    remind_now: bool | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


@audit_facts.register
def _batch_facts(batch: ImportBatch) -> AuditFacts:
    return AuditFacts(
        "import_batch",
        batch.id,
        {"file_name": batch.file_name, "rows": batch.rows, "total_fen": batch.total.fen},
        batch.community_id,
    )
