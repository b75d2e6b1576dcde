"""The audit log: what was changed, by whom, from what to what (rule 2.11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Final, NewType

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import CommunityId, CompanyId

AuditId = NewType("AuditId", str)
"""32 hex digits, ascending with time within one process."""

type_of_fact = str | int | bool | None
"""What `before` and `after` hold: plain values, so that any storage keeps them as they are."""


class AuditAction(Enum):
    """The verbs of the log."""

    IMPORTED = "imported"
    EDITED = "edited"
    MARKED_PAID = "marked_paid"
    TAKEN_BACK = "taken_back"
    DELETED = "deleted"
    VOIDED = "voided"
    CREATED = "created"
    CHANGED = "changed"
    OPENED = "opened"
    STOPPED = "stopped"
    SECRET_RESET = "secret_reset"  # noqa: S105 - a verb, not a secret
    MOVED_OUT = "moved_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a verb, not a password
    DISABLED = "disabled"
    ENABLED = "enabled"
    SIGNED_IN = "signed_in"
    EXPORTED = "exported"
    PHONES_SHOWN = "phones_shown"
    ORDERED = "ordered"
    PAID_ONLINE = "paid_online"
    ORDER_PAID = "order_paid"
    ORDER_CLOSED = "order_closed"
    ORDER_RELEASED = "order_released"
    REFUND_PROPOSED = "refund_proposed"
    REFUND_APPROVED = "refund_approved"
    REFUND_REJECTED = "refund_rejected"
    REFUND_RETRIED = "refund_retried"
    REFUND_SENT = "refund_sent"
    REFUND_DONE = "refund_done"
    REFUND_FAILED = "refund_failed"
    REFUNDED = "refunded"
    REMINDED = "reminded"
    RECEIPT_ISSUED = "receipt_issued"
    JOB_RETRIED = "job_retried"
    REGISTERED = "registered"
    BOUND = "bound"
    UNBOUND = "unbound"
    REGISTRATION_APPROVED = "registration_approved"
    REGISTRATION_REJECTED = "registration_rejected"


@attrs.frozen
class AuditEntry:
    """One change of one thing; never altered or removed by anyone.

    `subject_kind` is a model noun as `bill`, `subject_id` its id; `before` and `after` hold the
    fields that the change touched, empty where there is no such side.
    """

    id: AuditId
    at: datetime
    actor_kind: str
    actor_id: str
    actor_name: str
    company_id: CompanyId
    community_id: CommunityId | None
    action: AuditAction
    subject_kind: str
    subject_id: str
    before: Mapping[str, type_of_fact] = attrs.field(factory=dict)
    after: Mapping[str, type_of_fact] = attrs.field(factory=dict)
    reason: str = ""


_NAME: Final = "name"


def audit_entry(
    entry_id: AuditId,
    at: datetime,
    actor: Actor,
    action: AuditAction,
    subject: tuple[str, str],
    *,
    community_id: CommunityId | None = None,
    before: Mapping[str, type_of_fact] | None = None,
    after: Mapping[str, type_of_fact] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Return the entry for what an actor did; `subject` is (kind, id).

    Where both sides are given, only the fields that differ are kept, and in `after` the name by
    which people know the subject.
    """
    old, new = dict(before or {}), dict(after or {})
    if old and new:
        same = {name for name in old.keys() & new.keys() if old[name] == new[name]}
        old = {name: value for name, value in old.items() if name not in same}
        new = {name: value for name, value in new.items() if name not in same - {_NAME}}
    return AuditEntry(
        id=entry_id,
        at=at,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        company_id=actor.company_id,
        community_id=community_id,
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        before=old,
        after=new,
        reason=reason,
    )
