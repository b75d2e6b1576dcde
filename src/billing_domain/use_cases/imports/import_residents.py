"""Import houses and residents from a sheet (rule 3.14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from billing_domain.errors import ImportRefusedError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditFacts
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import AddressBook, House, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.imports.resident_sheet import (
    RESIDENT_HEADERS,
    ResidentSheet,
    read_resident_sheet,
)
from billing_domain.model.shanghai import shanghai_day
from billing_domain.model.sheet import RowProblem, SheetTable, error_texts
from billing_domain.ports.documents import SheetReader, SheetTemplate, SheetWriter, TemplateColumn
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.words.zh_sheets import ERRORS_HEADER, NOTES_TITLE, RESIDENTS


@attrs.frozen
class ResidentsImported:
    """What an import of residents added, and what was to be noted of the sheet."""

    houses: int
    residents: int
    problems: Sequence[RowProblem] = ()


@attrs.frozen
class ImportResidents:
    """From a resident sheet to houses and residents, all rows or none.

    Importing the same sheet again adds nothing: known residents are notes of the preview.
    """

    begin: UnitOfWorkFactory
    reader: SheetReader
    writer: SheetWriter
    clock: Clock
    ids: IdGenerator
    template_notes: Sequence[str] = ()

    def template(self, actor: Actor, *, community_id: CommunityId) -> bytes:
        """Return the resident template as xlsx, a row per house of the community."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin(read_only=True) as work:
            community = work.communities.get(actor.scope, community_id)
            book = AddressBook(community.name, work.houses.of_community(community_id))
        blank = [""] * (len(RESIDENT_HEADERS) - 1)
        return self.writer.template(
            SheetTemplate(
                title=RESIDENTS,
                columns=[TemplateColumn("", header) for header in RESIDENT_HEADERS],
                example_row=None,
                rows=[[book.full_address(house), *blank] for house in book.houses],
                choices={RESIDENT_HEADERS[3]: [relation.value for relation in Relation]},
                notes_title=NOTES_TITLE,
                notes=self.template_notes,
            )
        )

    def open_file(self, actor: Actor, *, content: bytes) -> SheetTable:
        """Return the table of a file; raise SheetRefusedError (rule 3.4)."""
        actor.require(Permission.MANAGE_RESIDENTS)
        return self.reader.read(content)

    def preview(
        self, actor: Actor, *, community_id: CommunityId, table: SheetTable
    ) -> ResidentSheet:
        """Return what would be added and every problem of every row; change nothing."""
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin(read_only=True) as work:
            return self._read(work, actor, community_id, table)

    def import_residents(
        self, actor: Actor, *, community_id: CommunityId, table: SheetTable
    ) -> ResidentsImported:
        """Add every new house and resident of a sheet in one transaction, or none.

        Raises ImportRefusedError for row errors, and what preview raises.
        """
        actor.require(Permission.MANAGE_RESIDENTS)
        with self.begin() as work:
            work.communities.lock(actor.scope, community_id)
            sheet = self._read(work, actor, community_id, table)
            if sheet.counts.errors:
                raise ImportRefusedError(errors=sheet.counts.errors)
            houses = [
                House(HouseId(self.ids.new_id()), community_id, address)
                for address in sheet.new_addresses
            ]
            work.houses.add_all(houses)
            residents = self._residents(community_id, sheet, houses)
            work.residents.add_all(residents)
            done = ResidentsImported(len(houses), len(residents), sheet.problems)
            facts = {"houses": done.houses, "residents": done.residents}
            imported = AuditFacts("residents", community_id, facts, community_id)
            work.record(actor, AuditAction.IMPORTED, after=imported)
            work.commit()
        return done

    def error_workbook(
        self,
        actor: Actor,
        *,
        community_id: CommunityId,
        table: SheetTable,
        words: Callable[[RowProblem], str],
    ) -> bytes:
        """Return the user's own rows as xlsx with a column 错误说明 (rule 3.11)."""
        sheet = self.preview(actor, community_id=community_id, table=table)
        texts = error_texts(sheet.problems, words)
        return self.writer.with_errors(
            table, texts, header=ERRORS_HEADER, header_row=sheet.header_row
        )

    def _read(
        self, work: UnitOfWork, actor: Actor, community_id: CommunityId, table: SheetTable
    ) -> ResidentSheet:
        community = work.communities.get(actor.scope, community_id)
        book = AddressBook(community.name, work.houses.of_community(community.id))
        today = shanghai_day(self.clock.now())
        known = work.residents.of_community(community.id, on=today)
        return read_resident_sheet(table, book, known)

    def _residents(
        self, community_id: CommunityId, sheet: ResidentSheet, houses: list[House]
    ) -> list[Resident]:
        new = {house.address.key: house.id for house in houses}
        return [
            Resident(
                id=ResidentId(self.ids.new_id()),
                community_id=community_id,
                house_id=draft.house.id if draft.house else new[draft.address.key],
                name=draft.name,
                phone=draft.phone,
                relation=draft.relation,
                moved_in_on=draft.moved_in_on,
            )
            for draft in sheet.drafts
        ]
