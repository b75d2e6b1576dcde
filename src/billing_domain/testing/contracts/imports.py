"""The contracts of ImportBatchRepository, ImportProfileRepository and UploadRepository."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.bills.bill import BatchId
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.community import Community, Company
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.profile import NEWSEE, STANDARD, ImportProfile, ProfileKey
from billing_domain.model.imports.upload import Upload
from billing_domain.model.money import Money
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World


class ImportBatchRepositoryContract(StorageContract):
    """Imported files; the same request or repetition is stored only once (rule 3.12)."""

    def test_returns_every_fact(self, storage: Storage, world: World) -> None:
        batch = add_batch(world, total=Money(99_999_999_99 * 600))
        with storage.begin() as work:
            assert work.import_batches.get(world.scope, batch.id) == batch

    def test_finds_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        batch = add_batch(world)
        for scope in (world.rival_scope, world.lakeside_scope):
            with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
                work.import_batches.get(scope, batch.id)

            assert refusal.value.facts == {"kind": "import_batch", "id": batch.id}

    def test_refuses_a_request_that_was_answered(self, world: World) -> None:
        batch = add_batch(world)
        with pytest.raises(StaleError):
            add_batch(world, request_key=batch.request_key, file_hash="f" * 64)

    def test_refuses_a_repetition_that_is_taken(self, world: World) -> None:
        add_batch(world)
        with pytest.raises(StaleError):
            add_batch(world, request_key="another")

    def test_takes_the_same_file_as_another_repetition(
        self, storage: Storage, world: World
    ) -> None:
        batch = add_batch(world)
        again = add_batch(world, request_key="another", repetition=2)
        with storage.begin() as work:
            found = work.import_batches.by_file(world.garden.id, batch.file_hash)
            assert list(found) == [batch, again]

    def test_takes_the_same_file_and_request_in_another_community(
        self, storage: Storage, world: World
    ) -> None:
        add_batch(world)
        there = add_batch(world, world.lakeside)
        with storage.begin() as work:
            found = work.import_batches.by_file(world.lakeside.id, there.file_hash)
            assert list(found) == [there]

    def test_finds_the_batch_of_a_request(self, storage: Storage, world: World) -> None:
        batch = add_batch(world)
        with storage.begin() as work:
            assert work.import_batches.by_request(world.garden.id, batch.request_key) == batch
            assert work.import_batches.by_request(world.lakeside.id, batch.request_key) is None
            assert work.import_batches.by_request(world.garden.id, "never") is None

    def test_lists_the_batches_of_a_file_oldest_first(
        self, storage: Storage, world: World
    ) -> None:
        late = add_batch(world, imported_at=NOON + timedelta(days=1))
        early = add_batch(world, request_key="another", repetition=2)
        with storage.begin() as work:
            assert list(work.import_batches.by_file(world.garden.id, late.file_hash)) == [
                early,
                late,
            ]

    @pytest.mark.parametrize("answer", [True, False])
    def test_keeps_the_answer_about_reminding(
        self, storage: Storage, world: World, *, answer: bool
    ) -> None:
        answered = attrs.evolve(add_batch(world), remind_now=answer)
        with storage.begin() as work:
            work.import_batches.save(answered)
            work.commit()

        with storage.begin() as work:
            assert work.import_batches.get(world.scope, answered.id) == answered


class ImportProfileRepositoryContract(StorageContract):
    """Companies' own import profiles (rule 3.13)."""

    def test_returns_every_fact(self, storage: Storage, world: World) -> None:
        profile = add_profile(world, world.company, "自家模板", like=NEWSEE)
        plain = add_profile(world, world.company, "另一模板", like=STANDARD)
        with storage.begin() as work:
            assert work.import_profiles.get(world.company.id, profile.key) == profile
            assert work.import_profiles.get(world.company.id, plain.key) == plain

    def test_finds_nothing_of_another_company(self, storage: Storage, world: World) -> None:
        profile = add_profile(world, world.company, "自家模板")
        with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
            work.import_profiles.get(world.rival.id, profile.key)

        assert refusal.value.facts == {"kind": "import_profile", "id": profile.key}

    def test_lists_a_company_oldest_first(self, storage: Storage, world: World) -> None:
        first, second = (add_profile(world, world.company, name) for name in ("乙", "甲"))
        add_profile(world, world.rival, "丙")
        with storage.begin() as work:
            assert list(work.import_profiles.all(world.company.id)) == [first, second]

    def test_refuses_a_name_in_use(self, world: World) -> None:
        add_profile(world, world.company, "自家模板")
        add_profile(world, world.rival, "自家模板")
        with pytest.raises(FieldError) as refusal:
            add_profile(world, world.company, "自家模板")

        assert (refusal.value.field, refusal.value.reason) == ("name", "taken")

    def test_refuses_to_save_a_name_in_use(self, storage: Storage, world: World) -> None:
        add_profile(world, world.company, "甲")
        profile = add_profile(world, world.company, "乙")
        with storage.begin() as work, pytest.raises(FieldError):
            work.import_profiles.save(attrs.evolve(profile, name="甲", version=2))

    def test_saves_the_next_version(self, storage: Storage, world: World) -> None:
        profile = add_profile(world, world.company, "自家模板")
        changed = attrs.evolve(profile, fee_types={"卫生费": FeeType.PROPERTY}, version=2)
        with storage.begin() as work:
            work.import_profiles.save(changed)
            work.commit()

        with storage.begin() as work:
            assert work.import_profiles.get(world.company.id, profile.key) == changed

    def test_refuses_what_was_changed_meanwhile(self, storage: Storage, world: World) -> None:
        profile = add_profile(world, world.company, "自家模板")
        changed = attrs.evolve(profile, fee_types={}, version=2)
        with storage.begin() as work:
            work.import_profiles.save(changed)
            with pytest.raises(StaleError) as refusal:
                work.import_profiles.save(changed)

        assert refusal.value.facts == {"kind": "import_profile", "id": profile.key}

    def test_forgets_a_profile(self, storage: Storage, world: World) -> None:
        profile = add_profile(world, world.company, "自家模板")
        with storage.begin() as work:
            work.import_profiles.remove(profile)
            work.commit()

        with storage.begin() as work:
            assert list(work.import_profiles.all(world.company.id)) == []


class UploadRepositoryContract(StorageContract):
    """Uploaded files that wait for confirmation."""

    def test_returns_every_byte(self, storage: Storage, world: World) -> None:
        upload = add_upload(world, content=bytes(range(256)) * 4)
        with storage.begin() as work:
            assert work.uploads.get(world.scope, upload.id) == upload

    def test_finds_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        upload = add_upload(world)
        for scope in (world.rival_scope, world.lakeside_scope):
            with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
                work.uploads.get(scope, upload.id)

            assert refusal.value.facts == {"kind": "upload", "id": upload.id}

    def test_forgets_the_old_ones(self, storage: Storage, world: World) -> None:
        old = [add_upload(world, created_at=NOON - timedelta(hours=hours)) for hours in (1, 2)]
        kept = add_upload(world, created_at=NOON)
        with storage.begin() as work:
            assert work.uploads.remove_before(NOON) == len(old)
            work.commit()

        with storage.begin() as work:
            assert work.uploads.get(world.scope, kept.id) == kept
            with pytest.raises(ThingNotFoundError):
                work.uploads.get(world.scope, old[0].id)
            assert work.uploads.remove_before(NOON) == 0


def add_batch(world: World, community: Community | None = None, **fields: Any) -> ImportBatch:
    """Add a batch."""
    known = {
        "file_name": "三月 物业费.xls",
        "file_hash": "a" * 64,
        "repetition": 1,
        "request_key": "request",
        "profile_key": ProfileKey("standard"),
        "rows": 600,
        "total": Money(1_300_00),
        "imported_at": NOON,
        "imported_by": "小李",
        **fields,
    }
    place = community or world.garden
    batch = ImportBatch(id=BatchId(world.new_id()), community_id=place.id, **known)
    with world.begin() as work:
        work.import_batches.add(batch)
        work.commit()
    return batch


def add_profile(
    world: World, company: Company, name: str, *, like: ImportProfile = STANDARD
) -> ImportProfile:
    """Add a company's copy of a built-in profile."""
    key = ProfileKey(world.new_id())
    profile = attrs.evolve(like, key=key, name=name, company_id=company.id)
    with world.begin() as work:
        work.import_profiles.add(profile)
        work.commit()
    return profile


def add_upload(world: World, **fields: Any) -> Upload:
    """Add an upload."""
    known = {"content": b"PK", "created_at": NOON, **fields}
    upload = Upload(
        id=world.new_id(),
        company_id=world.company.id,
        community_id=world.garden.id,
        staff_id=world.new_id(),
        kind="bills",
        profile_key="standard",
        file_name="三月.xlsx",
        **known,
    )
    with world.begin() as work:
        work.uploads.add(upload)
        work.commit()
    return upload
