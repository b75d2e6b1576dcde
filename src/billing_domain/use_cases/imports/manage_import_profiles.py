"""Keep a company's own import templates (rule 3.13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from billing_domain.errors import StaleError
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Permission
from billing_domain.model.folding import fold_label
from billing_domain.model.imports.profile import (
    SHIPPED_BY_KEY,
    SHIPPED_PROFILES,
    Column,
    ImportProfile,
    ProfileKey,
    checked_profile,
)
from billing_domain.model.period import DateForm
from billing_domain.ports.system import IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWorkFactory


@attrs.frozen
class ProfileContent:
    """What staff may change of a profile: its name, header names, date forms, fee names."""

    name: str
    columns: Mapping[Column, Sequence[str]]
    date_forms: Sequence[DateForm]
    fee_types: Mapping[str, FeeType]


@attrs.frozen
class ManageImportProfiles:
    """The two shipped profiles, and copies that a company edits."""

    begin: UnitOfWorkFactory
    ids: IdGenerator

    def all(self, actor: Actor) -> Sequence[ImportProfile]:
        """Return the shipped profiles, then the company's own."""
        actor.require(Permission.IMPORT_BILLS)
        with self.begin(read_only=True) as work:
            return [*SHIPPED_PROFILES, *work.import_profiles.all(actor.company_id)]

    def get(self, actor: Actor, *, key: ProfileKey) -> ImportProfile:
        """Return a shipped or own profile; raise ThingNotFoundError."""
        actor.require(Permission.IMPORT_BILLS)
        with self.begin(read_only=True) as work:
            return SHIPPED_BY_KEY.get(key) or work.import_profiles.get(actor.company_id, key)

    def copy(self, actor: Actor, *, key: ProfileKey, content: ProfileContent) -> ImportProfile:
        """Keep an edited copy of a profile; raise FieldError naming what is wrong."""
        actor.require(Permission.CONFIGURE_COMPANY)
        original = self.get(actor, key=key)
        copied = attrs.evolve(
            original,
            key=ProfileKey(self.ids.new_id()),
            company_id=actor.company_id,
            version=1,
        )
        profile = _with_content(copied, content)
        with self.begin() as work:
            work.import_profiles.add(profile)
            work.record(actor, AuditAction.CREATED, after=profile)
            work.commit()
        return profile

    def change(
        self, actor: Actor, *, key: ProfileKey, version: int, content: ProfileContent
    ) -> ImportProfile:
        """Change an own profile; raise FieldError, StaleError, ThingNotFoundError."""
        actor.require(Permission.CONFIGURE_COMPANY)
        with self.begin() as work:
            old = work.import_profiles.get(actor.company_id, key)
            if old.version != version:
                raise StaleError(kind="import_profile", id=key)
            new = attrs.evolve(_with_content(old, content), version=version + 1)
            work.import_profiles.save(new)
            work.record(actor, AuditAction.CHANGED, old, new)
            work.commit()
        return new

    def remove(self, actor: Actor, *, key: ProfileKey) -> None:
        """Forget an own profile; bills imported with it stay. Raises ThingNotFoundError."""
        actor.require(Permission.CONFIGURE_COMPANY)
        with self.begin() as work:
            old = work.import_profiles.get(actor.company_id, key)
            work.import_profiles.remove(old)
            work.record(actor, AuditAction.DELETED, old)
            work.commit()


def _with_content(profile: ImportProfile, content: ProfileContent) -> ImportProfile:
    return checked_profile(
        attrs.evolve(
            profile,
            name=content.name,
            columns={
                column: tuple(name.strip() for name in names if name.strip())
                for column, names in content.columns.items()
                if any(name.strip() for name in names)
            },
            date_forms=tuple(content.date_forms),
            fee_types={
                fold_label(name): fee
                for name, fee in content.fee_types.items()
                if fold_label(name)
            },
        )
    )
