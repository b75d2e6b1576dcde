"""Import profiles and kept uploads: rules 3.12 and 3.13, promise P32."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from billing_domain.errors import (
    PermissionMissingError,
    SheetRefusedError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.imports.mends import Mends
from billing_domain.model.imports.profile import NEWSEE, STANDARD, Column, ImportProfile
from billing_domain.model.imports.upload import Upload, UploadKind
from billing_domain.model.period import DateForm
from billing_domain.use_cases.imports.manage_import_profiles import ProfileContent
from billing_domain.use_cases.imports.stage_uploads import shown_file_name
from tests.world import World

CONTENT = ProfileContent(
    name="新视窗（我司）",
    columns={**NEWSEE.columns, Column.HOUSE: ("房间号 ", "")},
    date_forms=[DateForm.SLASHES],
    fee_types={" 保洁费 ": FeeType.PROPERTY, " ": FeeType.RENT},
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def own(world: World) -> ImportProfile:
    return world.manage_import_profiles.copy(world.admin, key=NEWSEE.key, content=CONTENT)


class TestProfiles:
    def test_ship_two_and_add_the_companys_own(self, world: World, own: ImportProfile) -> None:
        assert world.manage_import_profiles.all(world.admin) == [STANDARD, NEWSEE, own]
        assert world.manage_import_profiles.all(world.rival_admin) == [STANDARD, NEWSEE]
        assert world.manage_import_profiles.get(world.admin, key=STANDARD.key) is STANDARD

    def test_keep_what_was_written_without_blanks(self, own: ImportProfile) -> None:
        assert own.columns[Column.HOUSE] == ("房间号",)
        assert own.fee_types == {"保洁费": FeeType.PROPERTY}
        assert not own.verified

    def test_read_the_sheets_they_describe(self, world: World, own: ImportProfile) -> None:
        header = ("房间号", "收费项目", "应收金额", "计费周期开始", "计费周期结束", "客户名称")
        row = ("1号楼/1单元/101", "保洁费", "12", "2026/1/1", "2026/1/31", "兰兰")
        request = world.request()
        table = attrs.evolve(request.table, rows=[header, row])

        preview = world.import_bills.preview(
            world.admin, request=attrs.evolve(request, table=table, profile_key=own.key)
        )

        [draft] = preview.sheet.drafts
        assert draft.fee_type is FeeType.PROPERTY
        assert preview.sheet.problems == ()

    def test_are_changed_by_the_one_who_saw_the_last_version(
        self, world: World, own: ImportProfile
    ) -> None:
        change = world.manage_import_profiles.change
        new = attrs.evolve(CONTENT, name="改名")
        changed = change(world.admin, key=own.key, version=1, content=new)

        with pytest.raises(StaleError):
            change(world.admin, key=own.key, version=1, content=CONTENT)

        assert world.manage_import_profiles.get(world.admin, key=own.key) == changed
        [entry, _] = world.history("import_profile", own.key)
        assert (entry.before, entry.after) == ({"name": "新视窗（我司）"}, {"name": "改名"})

    def test_are_removed(self, world: World, own: ImportProfile) -> None:
        world.manage_import_profiles.remove(world.admin, key=own.key)

        with pytest.raises(ThingNotFoundError):
            world.manage_import_profiles.get(world.admin, key=own.key)
        assert world.actions("import_profile", own.key)[-1] is AuditAction.DELETED


class TestUploads:
    def add(self, world: World, content: bytes = b"content") -> Upload:
        return world.stage_uploads.add(
            world.admin,
            kind=UploadKind.BILLS,
            community_id=world.community.id,
            profile_key="standard",
            file_name="../../etc/缴费单.xlsx",
            content=content,
        )

    def test_wait_for_their_confirmation(self, world: World) -> None:
        upload = self.add(world)

        found = world.stage_uploads.get(world.admin, kind=UploadKind.BILLS, upload_id=upload.id)

        assert found == upload
        assert found.file_name == "缴费单.xlsx"

    def test_are_another_companys_nothing(self, world: World) -> None:
        upload = self.add(world)

        with pytest.raises(ThingNotFoundError):
            world.stage_uploads.get(world.rival_admin, kind=UploadKind.BILLS, upload_id=upload.id)

    def test_of_one_kind_are_not_taken_for_the_other(self, world: World) -> None:
        upload = self.add(world)

        with pytest.raises(ThingNotFoundError):
            world.stage_uploads.get(world.admin, kind=UploadKind.RESIDENTS, upload_id=upload.id)

    def test_are_forgotten_after_a_day(self, world: World) -> None:
        old = self.add(world)
        world.clock.advance(timedelta(days=1, seconds=1))
        self.add(world)

        with pytest.raises(ThingNotFoundError):
            world.stage_uploads.get(world.admin, kind=UploadKind.BILLS, upload_id=old.id)

    @pytest.mark.parametrize(
        ("size", "reason"), [(0, "empty"), (5 * 1024 * 1024 + 1, "too_large")]
    )
    def test_are_neither_empty_nor_enormous(self, world: World, size: int, reason: str) -> None:
        with pytest.raises(SheetRefusedError) as refusal:
            self.add(world, b"x" * size)

        assert refusal.value.reason == reason

    @pytest.mark.parametrize(
        ("how", "change"),
        [
            ("mend", {"mends": Mends(left_out=frozenset({3}))}),
            ("choose_profile", {"profile_key": NEWSEE.key}),
        ],
    )
    def test_keep_the_first_of_two_changes(
        self, world: World, how: str, change: dict[str, Any]
    ) -> None:
        """Two staff have the same preview open (rule 3.17)."""
        upload, save = self.add(world), getattr(world.stage_uploads, how)

        changed = save(world.admin, upload=upload, **change)

        with pytest.raises(StaleError) as refused:
            save(world.admin, upload=upload, **change)
        assert refused.value.facts == {"kind": "upload", "id": upload.id}
        with pytest.raises(PermissionMissingError):
            save(world.actor(Role.READ_ONLY), upload=changed, **change)
        found = world.stage_uploads.get(world.admin, kind=UploadKind.BILLS, upload_id=upload.id)
        assert found == changed == attrs.evolve(upload, **change, version=2)

    def test_need_the_right_of_their_kind(self, world: World) -> None:
        accountant = world.actor(Role.FINANCE)

        with pytest.raises(PermissionMissingError):
            world.stage_uploads.add(
                accountant,
                kind=UploadKind.RESIDENTS,
                community_id=world.community.id,
                profile_key="",
                file_name="x.csv",
                content=b"x",
            )

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("C:\\Users\\lan\\111.xls", "111.xls"),
            ("a\r\nb.csv", "ab.csv"),
            ("", "upload"),
            ("../..", ".."),
            ("长" * 300 + ".xlsx", "长" * 115 + ".xlsx"),
        ],
    )
    def test_show_only_a_files_own_name(self, given: str, shown: str) -> None:
        assert shown_file_name(given) == shown
