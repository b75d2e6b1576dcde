"""The QR code of a community (收款码): shown, printed as a poster, saved (rule 5.10)."""

from typing import Final

from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup

from billing_domain.model.company.community import CommunityId
from billing_domain.use_cases.owners.show_collection_codes import CollectionCode
from billing_entrypoints.web.downloads import picture
from billing_entrypoints.web.pages import bare_page, dialog
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens


@get("/communities/{community_id:str}/collection-code", sync_to_thread=True)
def show_collection_code(
    request: StaffRequest, community_id: FromPath[CommunityId]
) -> Response[str]:
    """Show the code with what can be done with it."""
    code = _code(request, community_id)
    return dialog(request, "staff/company/collection_codes/detail.html", _context(code))


@get("/communities/{community_id:str}/collection-code/print", sync_to_thread=True)
def print_collection_code(
    request: StaffRequest, community_id: FromPath[CommunityId]
) -> Response[str]:
    """Show the poster alone; the browser prints it."""
    code = _code(request, community_id)
    company = request.application.view_company.company(request.actor)
    context = {**_context(code), "company": company}
    return bare_page(request, "staff/company/collection_codes/print.html", context)


@get("/communities/{community_id:str}/collection-code.png", sync_to_thread=True)
def save_collection_code(
    request: StaffRequest, community_id: FromPath[CommunityId]
) -> Response[bytes]:
    """Return the picture to be saved."""
    code = _code(request, community_id)
    return picture(code.png, file_name=screens.CODE_FILE.format(community=code.community.name))


def _code(request: StaffRequest, community_id: CommunityId) -> CollectionCode:
    codes = request.application.show_collection_codes
    return codes.code(request.actor, community_id=community_id)


def _context(code: CollectionCode) -> dict[str, object]:
    return {
        "community": code.community,
        "address": code.address,
        "svg": Markup(code.svg),  # noqa: S704 - drawn by ourselves out of digits
        "path": f"/staff/communities/{code.community.id}/collection-code",
    }


HANDLERS: Final = (show_collection_code, print_collection_code, save_collection_code)
