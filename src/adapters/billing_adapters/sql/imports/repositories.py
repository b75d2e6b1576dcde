"""Import batches, import profiles and uploads in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Row, case, delete, func, select, update

from billing_adapters.sql.bills.search.plan import along
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.db.rows import Values, found_one, model_of, values_of
from billing_adapters.sql.db.scopes import in_scope, narrowed_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.bills import BILL_IS_THERE, BILLS_BY_BATCH, bills
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.imports import import_batches, import_profiles, uploads
from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.bills.bill import BatchId, BillState
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.mends import Mends
from billing_domain.model.imports.profile import Column, ImportProfile, ProfileKey
from billing_domain.model.imports.upload import Upload
from billing_domain.model.money import Money
from billing_domain.model.period import DateForm
from billing_domain.ports.imports import (
    ImportBatchRepository,
    ImportFilter,
    ImportProfileRepository,
    ImportRow,
    UploadRepository,
)
from billing_domain.ports.paging import Page, PageKey

_NEWEST_FIRST: Final = PageOrder((import_batches.c.imported_at, import_batches.c.id))
_LISTED: Final = select(import_batches, communities.c.name.label("community_name")).join(
    communities, communities.c.id == import_batches.c.community_id
)


@attrs.frozen
class SqlImportBatchRepository(ImportBatchRepository):
    """Which files were imported."""

    work: Transaction

    def add(self, batch: ImportBatch) -> None:
        owners = self.work.companies_of({batch.community_id})
        taken = StaleError(kind="import_batch", id=batch.id)
        values = values_of(
            batch,
            import_batches,
            company_id=owners[batch.community_id],
            bill_count=batch.rows,
            total_fen=batch.total.fen,
        )
        with self.work.refusing(
            billing_import_batches_request_uq=taken,
            billing_import_batches_repetition_uq=taken,
        ):
            self.work.insert(import_batches, [values])

    def get(self, scope: Scope, batch_id: BatchId) -> ImportBatch:
        found = self._find(import_batches.c.id == batch_id, in_scope(import_batches, scope))
        return found_one(found, "import_batch", batch_id)

    def save(self, batch: ImportBatch) -> None:
        """Replace `remind_now`; no other field of a batch changes."""
        answered = (
            update(import_batches)
            .where(import_batches.c.id == batch.id)
            .values(remind_now=batch.remind_now)
        )
        if self.work.connection.execute(answered).rowcount != 1:
            raise ThingNotFoundError(kind="import_batch", id=batch.id)

    def withdraw(self, batch: ImportBatch) -> None:
        withdrawn = (
            update(import_batches)
            .where(import_batches.c.id == batch.id, import_batches.c.withdrawn_at.is_(None))
            .values(withdrawn_at=batch.withdrawn_at, withdrawn_by=batch.withdrawn_by)
        )
        with self.work.refusing():
            if self.work.connection.execute(withdrawn).rowcount != 1:
                raise StaleError(kind="import_batch", id=batch.id)

    def page(
        self, scope: Scope, search: ImportFilter, *, key: PageKey | None, rows: int
    ) -> Page[ImportRow]:
        reach = narrowed_scope(scope, search.community_id)
        found = _LISTED.where(in_scope(import_batches, reach))
        page = _NEWEST_FIRST.page(
            found, key, rows, lambda near: self.work.connection.execute(near).all()
        )
        shown = self._rows(scope, page.rows)
        return Page(tuple(shown), page.next_key, page.previous_key)

    def row(self, scope: Scope, batch_id: BatchId) -> ImportRow:
        found = _LISTED.where(import_batches.c.id == batch_id, in_scope(import_batches, scope))
        rows = self.work.connection.execute(found).all()
        return found_one(self._rows(scope, rows), "import_batch", batch_id)

    def _rows(self, scope: Scope, rows: Sequence[Row[Any]]) -> list[ImportRow]:
        """Return the rows with the bills of all of them counted in one statement."""
        paid, reserved = bills.c.state == BillState.PAID, bills.c.reserved_by.is_not(None)
        counting = (
            select(
                bills.c.batch_id,
                func.count().label("left"),
                func.sum(bills.c.amount_fen).label("fen"),
                func.count(case((paid, 1))).label("paid"),
                func.count(case((reserved, 1))).label("reserved"),
            )
            .where(
                bills.c.batch_id.in_([row.id for row in rows]),
                bills.c.company_id == scope.company_id,
                BILL_IS_THERE,
            )
            .group_by(bills.c.batch_id)
        )
        counted = {}
        if rows:
            found = self.work.connection.execute(along(counting, BILLS_BY_BATCH))
            counted = {
                row.batch_id: (row.left, Money(int(row.fen)), row.paid, row.reserved)
                for row in found
            }
        return [
            ImportRow(_batch(row), row.community_name, *counted.get(row.id, (0, Money(0), 0, 0)))
            for row in rows
        ]

    def by_request(self, community_id: CommunityId, request_key: str) -> ImportBatch | None:
        here = import_batches.c.community_id == community_id
        found = self._find(here, import_batches.c.request_key == request_key)
        return found[0] if found else None

    def by_file(self, community_id: CommunityId, file_hash: str) -> Sequence[ImportBatch]:
        here = import_batches.c.community_id == community_id
        return self._find(here, import_batches.c.file_hash == file_hash)

    def _find(self, *conditions: ColumnElement[bool]) -> list[ImportBatch]:
        found = (
            select(import_batches)
            .where(*conditions)
            .order_by(import_batches.c.imported_at, import_batches.c.row_id)
        )
        return [_batch(row) for row in self.work.connection.execute(found)]


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


def _batch(row: Row[Any]) -> ImportBatch:
    return model_of(ImportBatch, row, rows=row.bill_count, total=Money(row.total_fen))


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
