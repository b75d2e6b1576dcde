"""新增一笔: a bill without a sheet, by the very rules of a sheet's row (rule 3.17)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from billing_domain.errors import (
    CommunityClosedError,
    ImportRefusedError,
    ImportUnconfirmedError,
    SheetRefusedError,
)
from billing_domain.model.bills.bill import REMARK_LENGTH_MAX
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.profile import STANDARD, Column
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.sheet import RowProblem, Severity
from billing_domain.words.zh import problem_sentence
from billing_entrypoints.web.forms import Form, SentForm, required
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.shell import COMMUNITY_FIELD, chosen_or_only
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

ROW_FIELDS: Final[Mapping[str, Column]] = {column.value: column for column in STANDARD.columns}
FIELDS: Final = (COMMUNITY_FIELD, *ROW_FIELDS, "request_key", "confirm_warnings")
_COLUMNS: Final = {STANDARD.header(column): name for name, column in ROW_FIELDS.items()}


@form_at("/bills/new", *FIELDS, sent_to="/bills")
def add_bill(request: StaffRequest, form: SentForm) -> Html:
    """Show the empty form, and add its bill, or say beside each field what is wrong with it."""
    if not form.sent:
        communities = request.application.view_company.communities(request.actor)
        community = chosen_or_only(request, communities)
        form.fill(community=community.id if community else "", request_key=uuid.uuid4().hex)
        return _dialog(request, form)
    for name in (COMMUNITY_FIELD, *ROW_FIELDS):
        if name != Column.REMARK.value:
            form.read(name, required(name))
    if not form.valid:
        return _dialog(request, form)
    opened = ImportRequest.of_bill(
        CommunityId(form.text(COMMUNITY_FIELD)),
        {column: form.text(name) for name, column in ROW_FIELDS.items()},
        file_name=screens.SINGLE_BILL,
        request_key=form.text("request_key"),
    )
    use_case = request.application.import_bills
    try:
        batch = use_case.import_sheet(
            request.actor, request=opened, confirm_warnings=form.has("confirm_warnings")
        )
    except (CommunityClosedError, SheetRefusedError) as error:
        form.refuse(error, field=COMMUNITY_FIELD)
        return _dialog(request, form)
    except (ImportRefusedError, ImportUnconfirmedError):
        problems = use_case.preview(request.actor, request=opened).problems
        return _refused(request, form, problems)
    return done(request, screens.BILL_ADDED.format(total=batch.total), form=form)


def _refused(request: StaffRequest, form: Form, problems: Sequence[RowProblem]) -> Html:
    """Show the form with its errors, or with the warnings that must be confirmed."""
    candidates: tuple[str, ...] = ()
    for problem in problems:
        if problem.severity is Severity.ERROR:
            name = _COLUMNS.get(problem.column, "house")
            form.errors.setdefault(name, screens.problem_line(problem))
            found = problem.facts.get("candidates")
            candidates = found if isinstance(found, tuple) else candidates
    if not form.valid:
        return _dialog(request, form, candidates=candidates)
    warnings = [problem_sentence(each) for each in problems if each.severity is Severity.WARNING]
    return _dialog(request, form, warnings=warnings)


def _dialog(
    request: StaffRequest,
    form: Form,
    *,
    candidates: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> Html:
    request.actor.require(Permission.IMPORT_BILLS)
    communities = request.application.view_company.communities(request.actor)
    context = {
        "form": form,
        "communities": [(each.id, each.name) for each in communities],
        "fee_types": [(each.label, each.label) for each in FeeType],
        "remark_max": REMARK_LENGTH_MAX,
        "candidates": candidates,
        "warnings": warnings,
    }
    status = 422 if warnings else None
    return dialog(request, "staff/imports/single/new.html", context, status=status)
