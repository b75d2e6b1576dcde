"""A database that is locked too long: 503, when to ask again, and nothing stored (P18)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from billing_domain.errors import StorageBusyError
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.words.zh import sentence
from billing_entrypoints.application import wire
from tests.html_page import read_html
from tests.online_payments import OnlinePayments
from tests.real_documents import real_documents
from tests.website import PASSWORD, Visitor, Website, htmx
from tests.world import CHOICES

SAID = sentence(StorageBusyError())


@attrs.frozen
class LockedOut(UnitOfWorkFactory):
    """Units of work of which those that write get no lock; with `reads` no other does either."""

    inner: UnitOfWorkFactory
    reads: bool = False

    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        if self.reads or not read_only:
            raise StorageBusyError
        return self.inner(read_only=True)


def lock(site: Website, folder: Path, *, reads: bool = False) -> None:
    """Let nobody write any more."""
    ports = site.ports()
    begin = LockedOut(ports.begin, reads=reads)
    changed: dict[str, Any] = {"begin": begin, **real_documents(folder)}
    site.server.serve(wire(attrs.evolve(ports, **changed), CHOICES))


def assert_busy(answer: httpx.Response) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


class TestStaff:
    @pytest.mark.parametrize("headers", [{}, htmx("div#houses"), htmx("dialog#dialog")])
    def test_are_told_on_a_page_and_in_a_part(
        self, site: Website, boss: Visitor, tmp_path: Path, headers: dict[str, str]
    ) -> None:
        form = {"community": site.community.id, "address": "9号楼/901"}
        boss.token()
        lock(site, tmp_path)

        answer = boss.post("/staff/houses", form, headers=headers)

        assert_busy(answer)
        assert SAID in read_html(answer.text).text

    @pytest.mark.parametrize("path", ["/staff/bills", "/staff/houses", "/staff/imports"])
    def test_are_told_when_not_even_the_session_is_read(
        self, site: Website, boss: Visitor, tmp_path: Path, path: str
    ) -> None:
        lock(site, tmp_path, reads=True)

        assert_busy(boss.get(path))

    def test_are_told_at_the_sign_in(
        self, site: Website, visitor: Visitor, tmp_path: Path
    ) -> None:
        account = site.account()
        visitor.token()
        lock(site, tmp_path)

        assert_busy(visitor.sign_in(account.login_name, PASSWORD))


class TestOthers:
    def test_are_owners(self, site: Website, visitor: Visitor, tmp_path: Path) -> None:
        lock(site, tmp_path, reads=True)

        answer = visitor.get(f"/owner/{site.community.id}")

        assert_busy(answer)
        assert SAID in read_html(answer.text).text

    def test_are_providers(self, site: Website, visitor: Visitor, tmp_path: Path) -> None:
        account = OnlinePayments.at(site).account
        lock(site, tmp_path, reads=True)

        assert_busy(visitor.client.post(f"/callbacks/payments/{account.id}", content=b"{}"))

    def test_are_those_who_watch(self, site: Website, visitor: Visitor, tmp_path: Path) -> None:
        lock(site, tmp_path, reads=True)

        assert_busy(visitor.get("/healthz"))
