"""Which parts of an xlsx file hold its first sheet, its texts and its formats."""

from __future__ import annotations

import posixpath
from typing import Final

import attrs

from billing_adapters.documents.reading.file_kinds import kind_of_archive
from billing_adapters.documents.reading.limits import refused
from billing_adapters.documents.reading.xml_events import XmlEvents
from billing_adapters.documents.reading.zip_parts import ZipParts
from billing_domain.model.sheet import SheetRefusal

_TAGS_MAX: Final = 100_000
_ROOT_RELATIONS: Final = "_rels/.rels"
_RELATION_IDS: Final = frozenset(
    {
        "id",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
        "http://purl.oclc.org/ooxml/officeDocument/relationships id",
    }
)
_USUAL_WORKBOOK: Final = "xl/workbook.xml"


@attrs.frozen
class WorkbookParts:
    """Part names of the first sheet that a user sees, of shared strings and of styles.

    `from_1904` says that dates count from 1904 instead of 1900.
    """

    sheet: str
    sheet_name: str
    strings: str | None
    styles: str | None
    from_1904: bool


@attrs.frozen
class _Relation:
    id: str
    kind: str
    part: str


@attrs.define
class _Workbook:
    is_one: bool = False
    from_1904: bool = False
    shown: list[tuple[str, str]] = attrs.field(factory=list)
    hidden: list[tuple[str, str]] = attrs.field(factory=list)


def find_parts(archive: ZipParts) -> WorkbookParts:
    """Return the parts to read; raise SheetRefusedError when the archive is no workbook.

    Relations that point outside of the archive are never followed.
    """
    name = _workbook_name(archive)
    workbook = _read_workbook(archive, name)
    relations = _read_relations(archive, name)
    sheet, sheet_name = _first_sheet(workbook, relations)
    return WorkbookParts(
        sheet=sheet,
        sheet_name=sheet_name,
        strings=_of_kind(relations, "sharedStrings"),
        styles=_of_kind(relations, "styles"),
        from_1904=workbook.from_1904,
    )


def _workbook_name(archive: ZipParts) -> str:
    found = _of_kind(_read_relations(archive, ""), "officeDocument")
    name = found or _USUAL_WORKBOOK
    if name not in archive or not name.endswith(".xml"):
        raise refused(SheetRefusal.NOT_A_SPREADSHEET, kind_of_archive(archive.names))
    return name


def _read_workbook(archive: ZipParts, name: str) -> _Workbook:
    workbook = _Workbook()

    def root(_: dict[str, str]) -> None:
        workbook.is_one = True

    def properties(attributes: dict[str, str]) -> None:
        workbook.from_1904 = attributes.get("date1904") in {"1", "true", "on"}

    def sheet(attributes: dict[str, str]) -> None:
        ids = [value for key, value in attributes.items() if key in _RELATION_IDS]
        shown = attributes.get("state", "visible") == "visible"
        named = [(each, attributes.get("name", "")) for each in ids]
        (workbook.shown if shown else workbook.hidden).extend(named)

    starts = {"workbook": root, "workbookPr": properties, "sheet": sheet}
    XmlEvents(starts, {}, tags_max=_TAGS_MAX).read(archive.pieces(name), part=name)
    if not workbook.is_one:
        raise refused(SheetRefusal.NOT_A_SPREADSHEET, kind_of_archive(archive.names))
    return workbook


def _read_relations(archive: ZipParts, source: str) -> list[_Relation]:
    folder, _, file = source.rpartition("/")
    name = f"{folder}/_rels/{file}.rels" if source else _ROOT_RELATIONS
    relations: list[_Relation] = []

    def relation(attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode", "Internal") == "Internal":
            target = attributes.get("Target", "").replace("\\", "/")
            part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations.append(_Relation(attributes.get("Id", ""), kind, part))

    if name in archive:
        starts = {"Relationship": relation}
        XmlEvents(starts, {}, tags_max=_TAGS_MAX).read(archive.pieces(name), part=name)
    return relations


def _first_sheet(workbook: _Workbook, relations: list[_Relation]) -> tuple[str, str]:
    parts = {relation.id: relation.part for relation in relations if relation.kind == "worksheet"}
    for sheet_id, name in [*workbook.shown, *workbook.hidden]:
        if sheet_id in parts:
            return parts[sheet_id], name
    raise refused(SheetRefusal.DAMAGED, _USUAL_WORKBOOK)


def _of_kind(relations: list[_Relation], kind: str) -> str | None:
    return next((relation.part for relation in relations if relation.kind == kind), None)
