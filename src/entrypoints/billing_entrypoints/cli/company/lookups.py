"""From what people call a company, a community or a template to the thing itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community, Company
from billing_domain.model.imports.profile import ProfileKey
from billing_entrypoints.application import Application
from billing_entrypoints.cli.session import CommandRefusedError, Session
from billing_entrypoints.words import commands as words

NOT_FOUND = "not_found"
_NAMED_MAX = 10
_Thing = TypeVar("_Thing")


@attrs.frozen
class Place:
    """A community with its company, and who acts there for the command line."""

    company: Company
    community: Community
    actor: Actor

    @property
    def label(self) -> str:
        """Both names, for people."""
        return f"{self.community.name}（{self.company.name}）"


def operator(company: Company) -> Actor:
    """Return the actor that commands are for one company."""
    return Actor.system(company.id, name=words.BY_COMMAND)


def find_company(application: Application, wanted: str) -> Company:
    """Return the company with an id or name; raise CommandRefusedError."""
    companies = application.configure_companies.companies()
    found = [company for company in companies if wanted in {company.id, company.name}]
    known = [f"{company.name}（{company.id}）" for company in companies]
    return _only(
        wanted, words.COMPANY, found, known, lambda company: f"{company.name} {company.id}"
    )


def find_place(session: Session) -> Place:
    """Return the community that `--community` and `--company` mean; raise CommandRefusedError."""
    application, arguments = session.application, session.arguments
    if arguments.company is not None:
        companies: Sequence[Company] = [find_company(application, arguments.company)]
    else:
        companies = application.configure_companies.companies()
    return find_community(application, companies, arguments.community)


def find_community(application: Application, companies: Sequence[Company], wanted: str) -> Place:
    """Return the community with an id or name in some companies; raise CommandRefusedError."""
    places = all_places(application, companies)
    found = [place for place in places if wanted in {place.community.id, place.community.name}]
    known = [place.label for place in places]
    return _only(
        wanted, words.COMMUNITY, found, known, lambda place: f"{place.label} {place.community.id}"
    )


def all_places(application: Application, companies: Sequence[Company]) -> Sequence[Place]:
    """Return every community of some companies, oldest first."""
    return [
        Place(company, community, operator(company))
        for company in companies
        for community in application.view_company.communities(operator(company))
    ]


def find_profile(application: Application, actor: Actor, wanted: str) -> ProfileKey:
    """Return the key of the shipped or own template with a key or name, or refuse."""
    profiles = application.manage_import_profiles.all(actor)
    found = [profile for profile in profiles if wanted in {profile.key, profile.name}]
    known = [f"{profile.name}（{profile.key}）" for profile in profiles]
    return _only(wanted, words.TEMPLATE, found, known, lambda each: f"{each.name} {each.key}").key


def _only(
    wanted: str,
    kind: str,
    found: Sequence[_Thing],
    known: Sequence[str],
    label: Callable[[_Thing], str],
) -> _Thing:
    """Return the only thing found; otherwise refuse, naming what it could have been."""
    if len(found) == 1:
        return found[0]
    if found:
        lines = "\n".join(f"  {label(thing)}" for thing in found)
        raise CommandRefusedError(
            "ambiguous",
            words.AMBIGUOUS.format(count=len(found), kind=kind, wanted=wanted, lines=lines),
        )
    named = "、".join(known[:_NAMED_MAX]) + ("……" if len(known) > _NAMED_MAX else "")
    hint = words.KNOWN.format(names=named) if known else words.NONE_YET.format(kind=kind)
    raise CommandRefusedError(NOT_FOUND, words.UNKNOWN.format(wanted=wanted, kind=kind, hint=hint))
