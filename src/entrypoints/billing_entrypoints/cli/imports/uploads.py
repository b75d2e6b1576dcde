"""A bill sheet that a command was given, ready to preview or import."""

from __future__ import annotations

from billing_domain.model.imports.request import ImportRequest
from billing_domain.use_cases.imports.stage_uploads import shown_file_name
from billing_entrypoints.cli.company.lookups import Place, find_profile
from billing_entrypoints.cli.files import read_upload
from billing_entrypoints.cli.session import Session


def open_upload(session: Session, place: Place, *, request_key: str) -> ImportRequest:
    """Return the request to import the file that the command names (rule 3.4).

    Raises CommandRefusedError for an unreadable file or unknown template, SheetRefusedError.
    """
    application, arguments = session.application, session.arguments
    profile_key = find_profile(application, place.actor, arguments.template)
    return application.import_bills.open_file(
        place.actor,
        community_id=place.community.id,
        file_name=shown_file_name(arguments.file),
        content=read_upload(arguments.file),
        request_key=request_key,
        profile_key=profile_key,
    )
