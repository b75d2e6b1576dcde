"""What somebody wants to import, and what is asked before it happens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import attrs

from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import AddressBook, House
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.bill_sheet import BillSheet, read_bill_sheet
from billing_domain.model.imports.profile import STANDARD, ImportProfile, ProfileKey
from billing_domain.model.sheet import Cell, SheetTable, cell_text


@attrs.frozen
class _Reading:
    """What a table said, and about which houses it was asked."""

    asked: tuple[ImportProfile, str, tuple[House, ...]]
    sheet: BillSheet


@attrs.frozen
class ImportRequest:
    """A table to import into a community.

    `file_hash` is the SHA-256 of the content in hex; `request_key` names this request, so that
    a double click or a retry with the same key imports once (rule 3.12).
    """

    community_id: CommunityId
    file_name: str
    table: SheetTable
    file_hash: str
    request_key: str
    profile_key: ProfileKey = STANDARD.key
    _readings: list[_Reading] = attrs.field(factory=list, init=False, eq=False, repr=False)

    def read(
        self, profile: ImportProfile, community_name: str, houses: Sequence[House]
    ) -> BillSheet:
        """Return what the table says, with every problem that the sheet alone shows.

        Asked again for the same houses, as an import asks after its preview, it remembers.
        """
        asked = (profile, community_name, tuple(houses))
        for reading in self._readings:
            if reading.asked == asked:
                return reading.sheet
        sheet = read_bill_sheet(self.table, profile, AddressBook(community_name, houses))
        self._readings[:] = [_Reading(asked, sheet)]
        return sheet

    @classmethod
    def of_rows(
        cls,
        community_id: CommunityId,
        rows: Sequence[Sequence[Cell]],
        *,
        file_name: str = "",
        profile_key: ProfileKey = STANDARD.key,
    ) -> ImportRequest:
        """Return the request to import rows that a program made, header row included.

        The same rows give the same hash and key, so importing them twice imports once.
        """
        texts = [[cell_text(cell) for cell in row] for row in rows]
        digest = hashlib.sha256(json.dumps(texts).encode()).hexdigest()
        return cls(community_id, file_name, SheetTable(rows), digest, digest[:32], profile_key)


@attrs.frozen
class ImportPreview:
    """What an import would do: the sheet with all problems, and earlier imports of the file."""

    sheet: BillSheet
    same_file: tuple[ImportBatch, ...]
