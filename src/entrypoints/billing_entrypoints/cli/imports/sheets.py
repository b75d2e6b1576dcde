"""`billing template`, `preview`, `import`, `residents import`: sheets of every kind (rule 3)."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Final, TypeVar

import attrs

from billing_domain.errors import (
    FileImportedBeforeError,
    ImportRefusedError,
    ImportUnconfirmedError,
)
from billing_domain.model.imports.profile import STANDARD
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.imports.upload import UploadKind
from billing_domain.services.imports.sheet_import import SheetImport
from billing_domain.use_cases.imports.stage_uploads import shown_file_name
from billing_domain.words.zh import sentence
from billing_entrypoints.application import Application
from billing_entrypoints.cli.arguments import FLAG, IN_COMMUNITY, PLAIN, REQUIRED, Command
from billing_entrypoints.cli.company.lookups import Place, find_place, find_profile
from billing_entrypoints.cli.console import facts
from billing_entrypoints.cli.files import read_upload, write_file
from billing_entrypoints.cli.imports.sheet_report import (
    NOTHING_READ,
    counts_text,
    preview_data,
    problems_data,
    problems_report,
    problems_text,
)
from billing_entrypoints.cli.session import DONE, REFUSED, CommandRefusedError, Session
from billing_entrypoints.words import commands as words

_NOTHING_ADDED: Final[dict[str, object]] = {"houses": 0, "residents": 0, "problems": []}
_NOTHING_IMPORTED: Final[dict[str, object]] = {
    "imported": 0,
    "total_fen": 0,
    "batch_id": None,
    "problems": [],
}
_CONFIRM_WARNINGS: Final = "--confirm-warnings"
_CONFIRM_SAME_FILE: Final = "--confirm-same-file"
_FLAGS: Final = {
    ImportUnconfirmedError: _CONFIRM_WARNINGS,
    FileImportedBeforeError: _CONFIRM_SAME_FILE,
}
_Done = TypeVar("_Done")


def write_template(session: Session) -> int:
    """Write a community's template to a file."""
    place, kind = find_place(session), UploadKind(session.arguments.kind)
    content = _use_case(session.application, kind).template(
        place.actor,
        community_id=place.community.id,
        next_period=session.arguments.next_period,
    )
    path = write_file(session.arguments.out, content)
    session.console.answer(
        {"file": str(path), "bytes": len(content)},
        words.TEMPLATE_WRITTEN.format(place=place.label, path=path),
    )
    return DONE


def preview(session: Session) -> int:
    """Show a sheet's sum and problems; refused when any row has an error."""
    place, use_case = find_place(session), session.application.import_bills
    request = _opened(session, place, use_case)
    preview = use_case.preview(place.actor, request=request)
    sheet = preview.sheet
    data = preview_data(preview, place.community.name)
    summary = facts(
        {
            words.COMMUNITY: place.label,
            words.FILE: session.arguments.file,
            words.CHECK: counts_text(preview.counts),
            words.TOTAL: words.ROWS_TOTAL.format(rows=len(sheet.drafts), total=sheet.total),
        }
    )
    found = f"{problems_text(preview.problems)}\n" if preview.problems else ""
    if not sheet.importable:
        # The answer to machines stays a preview: it was made, only its content is refused.
        session.console.refuse(data, f"{found}{summary}\n{words.HAS_ERRORS}")
        return REFUSED
    flags = "".join(
        f" {flag}"
        for flag, needed in (
            (_CONFIRM_WARNINGS, sheet.counts.warnings),
            (_CONFIRM_SAME_FILE, preview.imported_before),
        )
        if needed
    )
    end = words.HAS_WARNINGS.format(flags=flags.strip()) if flags else words.IMPORTABLE
    session.console.answer(data, f"{found}{summary}\n{end}")
    return DONE


def import_bills(session: Session) -> int:
    """Import a sheet in one transaction, or refuse with every problem listed.

    Each run is a request of its own, so that a repeated command is seen as the same file once
    more; with `--request-key` the same key and file are one request however often they come.
    """
    place, use_case = find_place(session), session.application.import_bills
    request = _opened(session, place, use_case)
    if session.arguments.request_key:
        named = f"{session.arguments.request_key}\n{request.file_hash}\n{request.profile_key}"
        key = hashlib.sha256(named.encode()).hexdigest()[:32]
        request = attrs.evolve(request, request_key=key)
    preview = use_case.preview(place.actor, request=request)
    again = any(batch.request_key == request.request_key for batch in preview.same_file)
    found = () if again else preview.problems
    batch = _imported(session, place, use_case, request)
    shown = {
        words.COMMUNITY: place.label,
        words.FILE: batch.file_name,
        words.TOTAL: words.ROWS_TOTAL.format(rows=batch.rows, total=batch.total),
        words.BATCH: batch.id,
    }
    session.console.answer(
        {
            "imported": batch.rows,
            "total_fen": batch.total.fen,
            "batch_id": batch.id,
            "problems": problems_data(found),
        },
        f"{words.IMPORTED}\n{facts(shown)}",
    )
    return DONE


def import_residents(session: Session) -> int:
    """Add the new houses and residents of a sheet, all or none; or only check the sheet."""
    place, use_case = find_place(session), session.application.import_residents
    request = _opened(session, place, use_case)
    if session.arguments.dry_run:
        return _check_residents(session, place, request)
    done = _imported(session, place, use_case, request)
    added = {"houses": done.houses, "residents": done.residents}
    text = words.RESIDENTS_ADDED if any(added.values()) else words.RESIDENTS_KNOWN
    found = f"{problems_text(done.problems)}\n" if done.problems else ""
    session.console.answer(
        {**added, "problems": problems_data(done.problems)},
        found + text.format(place=place.label, **added),
    )
    return DONE


def _check_residents(session: Session, place: Place, request: ImportRequest) -> int:
    """Show what a resident sheet would add; refused when any row has an error."""
    use_case = session.application.import_residents
    sheet = use_case.preview(place.actor, request=request).sheet
    added = {"houses": len(sheet.new_addresses), "residents": len(sheet.drafts)}
    found = f"{problems_text(sheet.problems)}\n" if sheet.problems else ""
    data = {**added, **problems_report(sheet)}
    if sheet.counts.errors:
        session.console.refuse(data, f"{found}{words.HAS_ERRORS}")
        return REFUSED
    text = words.RESIDENTS_CHECKED.format(place=place.label, **added)
    session.console.answer(data, found + text)
    return DONE


def _use_case(application: Application, kind: UploadKind) -> SheetImport[Any, Any]:
    if kind is UploadKind.BILLS:
        return application.import_bills
    return application.import_residents


def _opened(session: Session, place: Place, use_case: SheetImport[Any, Any]) -> ImportRequest:
    """Return the request to import the file that the command names (rule 3.4).

    Raises CommandRefusedError for an unreadable file or unknown template, SheetRefusedError.
    """
    arguments, profile_key = session.arguments, STANDARD.key
    if "template" in arguments:
        profile_key = find_profile(session.application, place.actor, arguments.template)
    return use_case.open_file(
        place.actor,
        community_id=place.community.id,
        file_name=shown_file_name(arguments.file),
        content=read_upload(arguments.file),
        request_key=uuid.uuid4().hex,
        profile_key=profile_key,
    )


def _imported(
    session: Session, place: Place, use_case: SheetImport[Any, _Done], request: ImportRequest
) -> _Done:
    """Import a sheet, or raise CommandRefusedError with every problem of it."""
    arguments = session.arguments
    try:
        return use_case.import_sheet(
            place.actor,
            request=request,
            confirm_warnings=arguments.confirm_warnings,
            confirm_same_file="confirm_same_file" in arguments and arguments.confirm_same_file,
        )
    except (ImportRefusedError, ImportUnconfirmedError, FileImportedBeforeError) as error:
        preview = use_case.preview(place.actor, request=request)
        flag = _FLAGS.get(type(error))
        raise CommandRefusedError(
            error.code,
            words.NOT_IMPORTED.format(
                why=sentence(error), advice=words.CONFIRM.format(flag=flag) if flag else ""
            ),
            data=problems_report(preview),
            details=problems_text(preview.problems),
        ) from error


_KIND: Final = {"choices": [kind.value for kind in UploadKind], "default": UploadKind.BILLS.value}
_SHEET: Final = {"file": PLAIN, **IN_COMMUNITY}
_BILLS: Final = {**_SHEET, "--template": {"default": STANDARD.key}}
_IMPORT: Final = {
    **_BILLS,
    _CONFIRM_WARNINGS: FLAG,
    _CONFIRM_SAME_FILE: FLAG,
    "--request-key": PLAIN,
}
_RESIDENTS: Final = {**_SHEET, _CONFIRM_WARNINGS: FLAG, "--dry-run": FLAG}
_TEMPLATE: Final = {**IN_COMMUNITY, "--out": REQUIRED, "--kind": _KIND, "--next-period": FLAG}
COMMANDS: Final = (
    Command("residents import", import_residents, _RESIDENTS, when_refused=_NOTHING_ADDED),
    Command("template", write_template, _TEMPLATE),
    Command("preview", preview, _BILLS, when_refused=NOTHING_READ),
    Command("import", import_bills, _IMPORT, when_refused=_NOTHING_IMPORTED),
)
