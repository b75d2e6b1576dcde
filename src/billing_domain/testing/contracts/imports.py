"""The contracts of ImportBatchRepository, ImportProfileRepository and UploadRepository."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.bills.bill import BatchId
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import Community, Company
from billing_domain.model.houses.house import House
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.mends import Mends
from billing_domain.model.imports.profile import NEWSEE, STANDARD, ImportProfile, ProfileKey
from billing_domain.model.imports.upload import Upload
from billing_domain.model.money import Money
from billing_domain.ports.paging import PageKey
from .storage import StorageContract
from .world import NOON, World, paid_in_cash, refused


class ImportBatchRepositoryContract(StorageContract):
    """Imported files; the same request or repetition is stored only once (rule 3.12)."""

    def test_returns_every_fact(self, world: World) -> None:
        batch = add_batch(world, total=Money(99_999_999_99 * 600))
        assert world.work.import_batches.get(world.scope, batch.id) == batch

    def test_finds_nothing_outside_the_scope(self, world: World) -> None:
        batch = add_batch(world)
        world.hides(world.work.import_batches.get, batch.id, kind="import_batch")

    def test_refuses_a_request_that_was_answered(self, world: World) -> None:
        batch = add_batch(world)
        with pytest.raises(StaleError):
            add_batch(world, request_key=batch.request_key, file_hash="f" * 64)

    def test_refuses_a_repetition_that_is_taken(self, world: World) -> None:
        add_batch(world)
        with pytest.raises(StaleError):
            add_batch(world, request_key="another")

    def test_takes_the_same_file_as_another_repetition(self, world: World) -> None:
        batch = add_batch(world)
        again = add_batch(world, request_key="another", repetition=2)
        found = world.work.import_batches.by_file(world.garden.id, batch.file_hash)
        assert list(found) == [batch, again]

    def test_takes_the_same_file_and_request_in_another_community(self, world: World) -> None:
        add_batch(world)
        there = add_batch(world, world.lakeside)
        found = world.work.import_batches.by_file(world.lakeside.id, there.file_hash)
        assert list(found) == [there]

    def test_finds_the_batch_of_a_request(self, world: World) -> None:
        batch = add_batch(world)
        assert world.work.import_batches.by_request(world.garden.id, batch.request_key) == batch
        assert world.work.import_batches.by_request(world.lakeside.id, batch.request_key) is None
        assert world.work.import_batches.by_request(world.garden.id, "never") is None

    def test_lists_the_batches_of_a_file_oldest_first(self, world: World) -> None:
        late = add_batch(world, imported_at=NOON + timedelta(days=1))
        early = add_batch(world, request_key="another", repetition=2)
        found = world.work.import_batches.by_file(world.garden.id, late.file_hash)
        assert list(found) == [early, late]

    @pytest.mark.parametrize("answer", [True, False])
    def test_keeps_the_answer_about_reminding(self, world: World, *, answer: bool) -> None:
        answered = attrs.evolve(add_batch(world), remind_now=answer)
        world.work.import_batches.save(answered)
        assert world.work.import_batches.get(world.scope, answered.id) == answered


class ImportRowsContract(StorageContract):
    """The list of imports, each with its bills counted (rule 3.16)."""

    def test_counts_what_became_of_the_bills(self, world: World, house: House) -> None:
        batch = add_batch(world, rows=4)
        bills = [world.add_bill(house, batch_id=batch.id) for _ in range(4)]
        world.add_bill(house)
        world.save_bill(bills[0].pay(paid_in_cash()))
        world.remove_bills(bills[1])

        row = world.work.import_batches.row(world.scope, batch.id)

        assert (row.batch, row.community_name) == (batch, world.garden.name)
        assert (row.left, row.paid, row.reserved, row.withdrawable) == (3, 1, 0, False)

    def test_lists_the_newest_first_page_by_page(self, world: World) -> None:
        batches = [
            add_batch(world, request_key=str(n), repetition=n, imported_at=NOON + timedelta(n))
            for n in range(3)
        ]
        repository = world.work.import_batches

        first = repository.page(world.scope, key=None, rows=2)
        key = PageKey(str(first.next_key))
        second = repository.page(world.scope, key=key, rows=2)

        assert [row.batch for row in (*first.rows, *second.rows)] == batches[::-1]
        assert not any(row.withdrawable for row in first.rows)

    def test_keeps_to_the_scope_and_the_community(self, world: World) -> None:
        here = add_batch(world)
        there = add_batch(world, world.lakeside)
        repository = world.work.import_batches

        def found(scope: Scope) -> set[BatchId]:
            page = repository.page(scope, key=None, rows=9)
            return {row.batch.id for row in page.rows}

        assert found(world.scope) == {here.id, there.id}
        assert found(world.garden_scope) == {here.id}
        assert found(world.scope.narrowed(world.lakeside.id)) == {there.id}
        assert not found(world.rival_scope)
        world.hides(repository.row, here.id, kind="import_batch")

    def test_is_withdrawn_once(self, world: World, house: House) -> None:
        batch = add_batch(world)
        world.add_bill(house, batch_id=batch.id)
        repository = world.work.import_batches
        assert repository.row(world.scope, batch.id).withdrawable
        withdrawn = attrs.evolve(batch, withdrawn_at=NOON, withdrawn_by="小王")

        repository.withdraw(withdrawn)

        assert repository.get(world.scope, batch.id) == withdrawn
        assert not repository.row(world.scope, batch.id).withdrawable
        with refused(StaleError, kind="import_batch", id=batch.id):
            repository.withdraw(withdrawn)

    def test_finds_the_bills_of_an_import(self, world: World, house: House) -> None:
        batch = add_batch(world)
        bills = [world.add_bill(house, batch_id=batch.id) for _ in range(3)]
        world.add_bill(house)
        world.remove_bills(bills[1])

        assert list(world.work.bills.of_batch(world.scope, batch.id)) == [bills[0], bills[2]]
        assert not world.work.bills.of_batch(world.rival_scope, batch.id)


class ImportProfileRepositoryContract(StorageContract):
    """Companies' own import profiles (rule 3.13)."""

    def test_returns_every_fact(self, world: World) -> None:
        profile = add_profile(world, world.company, "自家模板", like=NEWSEE)
        plain = add_profile(world, world.company, "另一模板", like=STANDARD)
        assert world.work.import_profiles.get(world.company.id, profile.key) == profile
        assert world.work.import_profiles.get(world.company.id, plain.key) == plain

    def test_finds_nothing_of_another_company(self, world: World) -> None:
        profile = add_profile(world, world.company, "自家模板")
        with refused(ThingNotFoundError, kind="import_profile", id=profile.key):
            world.work.import_profiles.get(world.rival.id, profile.key)

    def test_lists_a_company_oldest_first(self, world: World) -> None:
        first, second = (add_profile(world, world.company, name) for name in ("乙", "甲"))
        add_profile(world, world.rival, "丙")
        assert list(world.work.import_profiles.all(world.company.id)) == [first, second]

    def test_refuses_a_name_in_use(self, world: World) -> None:
        add_profile(world, world.company, "自家模板")
        add_profile(world, world.rival, "自家模板")
        with refused(FieldError, field="name", reason="taken"):
            add_profile(world, world.company, "自家模板")
        other = add_profile(world, world.company, "另一模板")
        with refused(FieldError, field="name", reason="taken"):
            world.work.import_profiles.save(attrs.evolve(other, name="自家模板", version=2))

    def test_saves_the_next_version_once(self, world: World) -> None:
        profile = add_profile(world, world.company, "自家模板")
        changed = attrs.evolve(profile, fee_types={"卫生费": FeeType.PROPERTY}, version=2)
        world.work.import_profiles.save(changed)
        with refused(StaleError, kind="import_profile", id=profile.key):
            world.work.import_profiles.save(changed)
        assert world.work.import_profiles.get(world.company.id, profile.key) == changed

    def test_forgets_a_profile(self, world: World) -> None:
        profile = add_profile(world, world.company, "自家模板")
        world.work.import_profiles.remove(profile)
        assert list(world.work.import_profiles.all(world.company.id)) == []


class UploadRepositoryContract(StorageContract):
    """Uploaded files that wait for confirmation."""

    def test_returns_every_byte(self, world: World) -> None:
        upload = add_upload(world, content=bytes(range(256)) * 4)
        assert world.work.uploads.get(world.scope, upload.id) == upload

    def test_finds_nothing_outside_the_scope(self, world: World) -> None:
        upload = add_upload(world)
        world.hides(world.work.uploads.get, upload.id, kind="upload")

    def test_keeps_what_was_mended_once(self, world: World) -> None:
        upload = add_upload(world)
        mends = Mends({(2, 1): "1号楼/101", (600, 16_384): ""}, frozenset({7, 3}))
        mended = attrs.evolve(upload, mends=mends, profile_key="newsee", version=2)
        world.work.uploads.save(mended)
        assert world.work.uploads.get(world.scope, upload.id) == mended
        with refused(StaleError, kind="upload", id=upload.id):
            world.work.uploads.save(mended)

    def test_forgets_the_old_ones(self, world: World) -> None:
        old = [add_upload(world, created_at=NOON - timedelta(hours=hours)) for hours in (1, 2)]
        kept = add_upload(world, created_at=NOON)
        assert world.work.uploads.remove_before(NOON) == len(old)
        assert world.work.uploads.get(world.scope, kept.id) == kept
        with pytest.raises(ThingNotFoundError):
            world.work.uploads.get(world.scope, old[0].id)
        assert world.work.uploads.remove_before(NOON) == 0


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
    world.work.import_batches.add(batch)
    return batch


def add_profile(
    world: World, company: Company, name: str, *, like: ImportProfile = STANDARD
) -> ImportProfile:
    """Add a company's copy of a built-in profile."""
    key = ProfileKey(world.new_id())
    profile = attrs.evolve(like, key=key, name=name, company_id=company.id)
    world.work.import_profiles.add(profile)
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
    world.work.uploads.add(upload)
    return upload
