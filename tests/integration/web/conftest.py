"""A website of its own for every test, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_domain.model.staff import Role
from tests.website import Server, Visitor, Website, running_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The application, reached by plain http."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def https_server() -> Iterator[Server]:
    """The application, reached by https."""
    with running_server(https=True) as server:
        yield server


@pytest.fixture
def site(server: Server, tmp_path: Path) -> Website:
    """A world of this test's own behind the application."""
    return Website(server, tmp_path)


@pytest.fixture
def visitor(site: Website) -> Visitor:
    """A browser without a session."""
    return site.visitor()


@pytest.fixture
def boss(site: Website) -> Visitor:
    """A browser with an administrator signed in."""
    return site.staff(Role.ADMINISTRATOR)
