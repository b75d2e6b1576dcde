"""The audit log: what was changed, by whom, from which value to which value (rule 2.11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import singledispatch
from typing import NewType

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community, CommunityId, Company, CompanyId
from billing_domain.model.company.staff import StaffAccount

AuditId = NewType("AuditId", str)
"""32 hex digits, ascending with time within one process."""

type_of_fact = str | int | bool | None
"""The type of `before` and `after`: plain values, which every storage can keep unchanged."""


class AuditAction(Enum):
    """The verbs of the log."""

    IMPORTED = "imported"
    EDITED = "edited"
    MARKED_PAID = "marked_paid"
    TAKEN_BACK = "taken_back"
    DELETED = "deleted"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
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
    """One change of one thing; never altered or removed.

    `subject_kind` is a model noun, e.g. `bill`, `subject_id` its id. `before` and `after` hold the
    fields that changed; each is empty if the thing did not exist then.
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


@attrs.frozen
class AuditFacts:
    """A thing's audit facts: a model noun, its id, and its fields as plain values.

    The facts of a thing that belongs to a house include the house's address.
    """

    kind: str
    id: str
    fields: Mapping[str, type_of_fact] = attrs.field(factory=dict)
    community_id: CommunityId | None = None
    house_id: str = ""

    def plus(self, **fields: type_of_fact) -> AuditFacts:
        """Return the facts with additional fields."""
        return attrs.evolve(self, fields={**self.fields, **fields})


@singledispatch
def audit_facts(thing: object) -> AuditFacts:
    """Return the audit facts of a thing; each audited type registers its own function."""
    raise TypeError(f"no audit facts are registered for {type(thing).__name__}")


@audit_facts.register
def _facts_themselves(facts: AuditFacts) -> AuditFacts:
    return facts


@audit_facts.register
def _company_facts(company: Company) -> AuditFacts:
    return AuditFacts("company", company.id, {"name": company.name})


@audit_facts.register
def _community_facts(community: Community) -> AuditFacts:
    fields = {"name": community.name, "status": community.status.value}
    return AuditFacts("community", community.id, fields, community.id)


@audit_facts.register
def _staff_facts(account: StaffAccount) -> AuditFacts:
    reach = "*" if account.community_ids is None else ",".join(sorted(account.community_ids))
    fields = {
        "login_name": account.login_name,
        "name": account.name,
        "role": account.role.value,
        "communities": reach,
        "disabled": account.disabled,
    }
    return AuditFacts("staff", account.id, fields)


def audit_entry(
    entry_id: AuditId,
    at: datetime,
    actor: Actor,
    action: AuditAction,
    sides: tuple[AuditFacts | None, AuditFacts | None],
    *,
    addresses: Mapping[str, str],
    reason: str = "",
) -> AuditEntry:
    """Return the entry for an actor's action; `sides` are the facts before and after.

    With both sides given, only fields that differ are kept. `after` always keeps the subject's
    name and house address; `addresses` maps house ids to addresses.
    """
    before, after = sides
    subject = after or before
    assert subject is not None  # noqa: S101 - one of the two is always given
    old = dict(before.fields) if before else {}
    new = dict(after.fields) if after else {}
    if old and new:
        same = {name for name in old.keys() & new.keys() if old[name] == new[name]}
        old = {name: value for name, value in old.items() if name not in same}
        new = {name: value for name, value in new.items() if name not in same - {"name"}}
    if subject.house_id in addresses:
        named: dict[str, type_of_fact] = {"address": addresses[subject.house_id]}
        old, new = (old, named | new) if after else (named | old, new)
    return AuditEntry(
        id=entry_id,
        at=at,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        company_id=actor.company_id,
        community_id=subject.community_id,
        action=action,
        subject_kind=subject.kind,
        subject_id=subject.id,
        before=old,
        after=new,
        reason=reason,
    )
