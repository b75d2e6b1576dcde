"""业主信息登记: a visitor says who they are, staff check it (rule 5.10)."""

from typing import Final

from litestar.params import FromPath

from billing_domain.errors import FieldError, ThingNotFoundError
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.houses.resident import Relation
from billing_domain.model.owners.registration import (
    Registration,
    RegistrationForm,
    RegistrationState,
)
from billing_domain.use_cases.owners.view_owner_bills import Place
from billing_entrypoints.web.context import OwnerRequest
from billing_entrypoints.web.forms import Form, SentForm, chosen, required
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, bare_page, see_other

RELATIONS: Final = {relation.name.lower(): relation for relation in Relation}
_FORM_NAMES: Final = {"name": "resident_name"}


@form_at("/{community_id:str}/registration", "resident_name", "phone", "house", "relation")
def submit_registration(
    request: OwnerRequest, community_id: FromPath[str], form: SentForm
) -> Html:
    """Show where the registration stands, or the form; keep what was sent, for staff to decide."""
    community, owners = _community(request, community_id), request.application.register_owners
    if form.sent and (filled := _read(form)):
        owners.submit(request.owner, community_id=community.id, form=filled)
        return see_other(f"/owner/{community.id}/registration")
    latest = owners.latest(request.owner, community_id=community.id)
    waiting = latest is not None and latest.state is RegistrationState.WAITING
    show_form = form.sent or not waiting or request.query_params.get("change") == "1"
    if latest is not None:
        form.fill(
            resident_name=latest.name,
            phone=latest.phone,
            house=latest.house_text,
            relation=latest.relation.name.lower(),
        )
    return _page(request, community, latest, form, show_form=show_form)


def _read(form: Form) -> RegistrationForm | None:
    for name in ("resident_name", "phone", "house"):
        form.read(name, required(name))
    relation = form.read("relation", chosen("relation", RELATIONS))
    try:
        filled = RegistrationForm.of(
            name=form.text("resident_name"),
            phone=form.text("phone"),
            house_text=form.text("house"),
            relation=relation or Relation.OWNER,
        )
    except FieldError as error:
        form.refuse(error, field=_FORM_NAMES.get(error.field, error.field))
        return None
    return filled if form.valid else None


def _page(
    request: OwnerRequest,
    community: Community,
    latest: Registration | None,
    form: Form,
    *,
    show_form: bool,
) -> Html:
    """Return the page; somebody who lives here needs no form, whatever was decided before."""
    landing = request.application.view_owner_bills.landing(
        request.owner, community_id=community.id
    )
    bound = landing.place is not Place.REGISTRATION
    waiting_or_rejected = latest is not None and latest.state is not RegistrationState.APPROVED
    context = {
        "community": community,
        "state": "approved"
        if bound
        else latest.state.value
        if latest and waiting_or_rejected
        else "new",
        "latest": latest,
        "form": form,
        "show_form": show_form and not bound,
        "relations": [(key, relation.value) for key, relation in RELATIONS.items()],
    }
    status = 200 if form.valid else 422
    return bare_page(request, "owner/owners/registration.html", context, status=status)


def _community(request: OwnerRequest, community_id: str) -> Community:
    """Return a community of the owner's company; others look like none."""
    community = request.application.sign_in_owners.community(
        community_id=CommunityId(community_id)
    )
    if community.company_id != request.owner.company_id:
        raise ThingNotFoundError(kind="community", id=community_id)
    return community
