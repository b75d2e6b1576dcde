"""The upload step that importing bills and importing residents share."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.errors import (
    CommunityClosedError,
    FieldError,
    SheetRefusedError,
    ThingNotFoundError,
    TooManyRowsError,
)
from billing_domain.model.company.community import Community, CommunityId, CommunityStatus
from billing_domain.model.imports.upload import Upload
from billing_domain.model.sheet import SheetRefusal
from billing_domain.ports.documents import FILE_BYTES_MAX
from billing_domain.use_cases.imports.stage_uploads import UploadKind
from billing_domain.words.zh import sentence
from billing_entrypoints.web.forms import Form, SentFile
from billing_entrypoints.web.shell import COMMUNITY_FIELD, chosen_community
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words.labels import label

FILE_FIELD: Final = "file"
PROFILE_FIELD: Final = "profile"
UPLOAD_FIELDS: Final = (COMMUNITY_FIELD, PROFILE_FIELD, FILE_FIELD)
WHOLE_REFUSALS: Final = (SheetRefusedError, TooManyRowsError)
"""What makes a file unusable as a whole, so that there is nothing to preview."""

TOO_LARGE: Final = sentence(
    SheetRefusedError(reason=SheetRefusal.TOO_LARGE.value, detail=str(FILE_BYTES_MAX))
)


@attrs.frozen
class CommunityChoice:
    """A community as the upload step offers it; only an open one takes bills."""

    id: CommunityId
    label: str
    open: bool


@attrs.frozen
class SentSheet:
    """What the upload step sent: where to and what."""

    community_id: CommunityId
    file: SentFile


def community_choices(request: StaffRequest) -> list[CommunityChoice]:
    """Return the communities in the actor's reach with a word about those not open."""
    return [
        CommunityChoice(each.id, _label(each), each.status is CommunityStatus.OPEN)
        for each in request.application.view_company.communities(request.actor)
    ]


def first_form(request: StaffRequest, **more: str) -> Form:
    """Return the upload step as first seen: the community chosen last, or the only one."""
    communities = request.application.view_company.communities(request.actor)
    community = chosen_community(request, communities)
    if community is None and len(communities) == 1:
        community = communities[0]
    return Form.of(**{COMMUNITY_FIELD: community.id if community else "", **more})


def read_community(form: Form) -> CommunityId | None:
    """Return the chosen community, noting when none was chosen."""
    if form.has(COMMUNITY_FIELD):
        return CommunityId(form.text(COMMUNITY_FIELD))
    form.refuse(FieldError(field="community_id", reason="required"), field=COMMUNITY_FIELD)
    return None


def read_sheet(form: Form) -> SentSheet | None:
    """Read the upload step; None when something is missing, which is noted beside it."""
    community_id = read_community(form)
    file = form.file(FILE_FIELD)
    if file is None:
        form.refuse(FieldError(field=FILE_FIELD, reason="required"))
    return SentSheet(community_id, file) if community_id and file else None


def kept_upload(request: StaffRequest, *, kind: UploadKind, upload_id: str) -> Upload:
    """Return a file that waits for its confirmation; raise ThingNotFoundError.

    A sheet of residents is no sheet of bills, even for whoever may import both.
    """
    upload = request.application.stage_uploads.get(request.actor, kind=kind, upload_id=upload_id)
    if upload.kind != kind.value:
        raise ThingNotFoundError(kind="upload", id=upload_id)
    return upload


def community_of(request: StaffRequest, upload: Upload) -> Community:
    """Return the community that a file was uploaded for."""
    view = request.application.view_company
    return view.community(request.actor, community_id=upload.community_id)


def closed_text(community: Community) -> str:
    """Return why nothing can be imported into a community, empty when it can."""
    try:
        community.check_open()
    except CommunityClosedError as error:
        return sentence(error)
    return ""


def _label(community: Community) -> str:
    if community.status is CommunityStatus.OPEN:
        return community.name
    return f"{community.name}（{label(community.status)}）"
