"""Import houses and residents from a sheet (rule 3.14)."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditFacts
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.houses.house import AddressBook, House, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.imports.request import ImportPreview, ImportRequest
from billing_domain.model.imports.resident_sheet import (
    RESIDENT_HEADERS,
    Registered,
    ResidentSheet,
    read_resident_sheet,
)
from billing_domain.model.imports.upload import UploadKind
from billing_domain.model.shanghai import shanghai_day
from billing_domain.model.sheet import RowProblem
from billing_domain.ports.documents import SheetTemplate, TemplateColumn
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.services.imports.sheet_import import SheetImport, mend_facts
from billing_domain.words.zh_sheets import NOTES_TITLE, RESIDENTS


@attrs.frozen
class ResidentsImported:
    """What an import of residents added, and what was to be noted of the sheet."""

    houses: int
    residents: int
    problems: Sequence[RowProblem] = ()


@attrs.frozen
class ImportResidents(SheetImport[ResidentSheet, ResidentsImported]):
    """From a resident sheet to houses and residents, all rows or none.

    Importing the same sheet again adds nothing: known residents are notes of the preview.
    """

    kind = UploadKind.RESIDENTS
    blank = SheetTemplate(
        title=RESIDENTS,
        columns=[TemplateColumn("", header) for header in RESIDENT_HEADERS],
        example_row=None,
        rows=(),
        choices={RESIDENT_HEADERS[3]: [relation.value for relation in Relation]},
        notes_title=NOTES_TITLE,
        notes=(),
    )

    def _read(
        self,
        work: UnitOfWork,
        actor: Actor,  # noqa: ARG002 - the shape of every kind
        community: Community,
        request: ImportRequest,
    ) -> ImportPreview[ResidentSheet]:
        houses = tuple(work.houses.of_community(community.id))
        sheet = request.read(
            (community.name, houses),
            lambda: read_resident_sheet(request.table, AddressBook(community.name, houses)),
        )
        registered = self._registered(work, sheet)
        new = sheet.without(registered)
        return ImportPreview(new, seen=_seen_of(work, community, new, registered))

    def _seen(
        self,
        work: UnitOfWork,
        actor: Actor,  # noqa: ARG002 - the shape of every kind
        community: Community,
        request: ImportRequest,  # noqa: ARG002 - same
        sheet: ResidentSheet,
    ) -> object:
        return _seen_of(work, community, sheet, self._registered(work, sheet))

    def _registered(self, work: UnitOfWork, sheet: ResidentSheet) -> AbstractSet[Registered]:
        today = shanghai_day(self.clock.now())
        return work.residents.registered(sheet.named_houses, on=today)

    def _store(
        self,
        work: UnitOfWork,
        actor: Actor,
        request: ImportRequest,
        preview: ImportPreview[ResidentSheet],
    ) -> ResidentsImported:
        community_id, sheet = request.community_id, preview.sheet
        houses = [
            House(HouseId(self.ids.new_id()), community_id, address)
            for address in sheet.new_addresses
        ]
        work.houses.add_all(houses)
        residents = self._residents(community_id, sheet, houses)
        work.residents.add_all(residents)
        done = ResidentsImported(len(houses), len(residents), sheet.problems)
        facts = {"houses": done.houses, "residents": done.residents, **mend_facts(request.table)}
        imported = AuditFacts("residents", community_id, facts, community_id)
        work.record(actor, AuditAction.IMPORTED, after=imported)
        return done

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


def _seen_of(
    work: UnitOfWork,
    community: Community,
    sheet: ResidentSheet,
    registered: AbstractSet[Registered],
) -> object:
    named = sheet.named_houses
    living = {each for each in registered if each[0] in named}
    return community.name, work.houses.state(community.id, named), living
