"""Import profiles and uploads in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Row, delete, select

from billing_adapters.sql.db.rows import Values, found_one, model_of, values_of
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.imports import import_profiles, uploads
from billing_domain.errors import FieldError
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CompanyId
from billing_domain.model.imports.mends import Mends
from billing_domain.model.imports.profile import Column, ImportProfile, ProfileKey
from billing_domain.model.imports.upload import Upload
from billing_domain.model.period import DateForm
from billing_domain.ports.imports import (
    ImportProfileRepository,
    UploadRepository,
)


@attrs.frozen
class SqlImportProfileRepository(ImportProfileRepository):
    """Companies' own import profiles; `content` holds the fields without a column."""

    work: Transaction

    def add(self, profile: ImportProfile) -> None:
        with self.work.refusing(billing_import_profiles_company_id_name_uq=_name_taken(profile)):
            self.work.insert(import_profiles, [_profile_values(profile)])

    def get(self, company_id: CompanyId, key: ProfileKey) -> ImportProfile:
        found = self._find(company_id, import_profiles.c.key == key)
        return found_one(found, "import_profile", key)

    def save(self, profile: ImportProfile) -> None:
        with self.work.refusing(billing_import_profiles_company_id_name_uq=_name_taken(profile)):
            self.work.replace_version(
                import_profiles.c.key,
                _profile_values(profile),
                kind="import_profile",
                where={"company_id": profile.company_id},
            )

    def remove(self, profile: ImportProfile) -> None:
        self.work.connection.execute(
            delete(import_profiles)
            .where(import_profiles.c.company_id == profile.company_id)
            .where(import_profiles.c.key == profile.key)
        )

    def all(self, company_id: CompanyId) -> Sequence[ImportProfile]:
        return self._find(company_id)

    def _find(
        self, company_id: CompanyId, *conditions: ColumnElement[bool]
    ) -> list[ImportProfile]:
        found = (
            select(import_profiles)
            .where(import_profiles.c.company_id == company_id, *conditions)
            .order_by(import_profiles.c.row_id)
        )
        return [_profile(row) for row in self.work.connection.execute(found)]


@attrs.frozen
class SqlUploadRepository(UploadRepository):
    """Uploaded files that wait for confirmation."""

    work: Transaction

    def add(self, upload: Upload) -> None:
        self.work.insert(uploads, [_upload_values(upload)])

    def get(self, scope: Scope, upload_id: str) -> Upload:
        found = select(uploads).where(uploads.c.id == upload_id, in_scope(uploads, scope))
        row = found_one(self.work.connection.execute(found), "upload", upload_id)
        return model_of(Upload, row, mends=_mends(row.mends))

    def save(self, upload: Upload) -> None:
        self.work.replace_version(uploads.c.id, _upload_values(upload), kind="upload")

    def remove_before(self, moment: datetime) -> int:
        old = delete(uploads).where(uploads.c.created_at < moment)
        return self.work.connection.execute(old).rowcount


def _upload_values(upload: Upload) -> Values:
    content = {
        "cells": [[row, column, text] for (row, column), text in upload.mends.cells.items()],
        "left_out": sorted(upload.mends.left_out),
    }
    return values_of(upload, uploads, mends=content)


def _mends(content: Mapping[str, Any]) -> Mends:
    cells = {(row, column): text for row, column, text in content["cells"]}
    return Mends(cells, frozenset(content["left_out"]))


def _profile_values(profile: ImportProfile) -> Values:
    content = {
        "columns": {column.value: [*names] for column, names in profile.columns.items()},
        "date_forms": [form.name for form in profile.date_forms],
        "fee_types": {name: fee_type.name for name, fee_type in profile.fee_types.items()},
        "example_row": None if profile.example_row is None else [*profile.example_row],
        "verified": profile.verified,
    }
    return values_of(profile, import_profiles, content=content)


def _profile(row: Row[Any]) -> ImportProfile:
    content: Mapping[str, Any] = row.content
    example = content["example_row"]
    return model_of(
        ImportProfile,
        row,
        columns={Column(name): tuple(names) for name, names in content["columns"].items()},
        date_forms=tuple(DateForm[name] for name in content["date_forms"]),
        fee_types={name: FeeType[kind] for name, kind in content["fee_types"].items()},
        example_row=None if example is None else tuple(example),
        verified=content["verified"],
    )


def _name_taken(profile: ImportProfile) -> FieldError:
    return FieldError(field="name", reason="taken", value=profile.name)
