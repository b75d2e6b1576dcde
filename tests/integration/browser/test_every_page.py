"""Pages of staff that no other test here opens for everyone's sake (WCAG 2.2 AA)."""

from collections.abc import Callable

from playwright.sync_api import Page

from billing_domain.model.company.staff import Role
from tests.integration.browser.conftest import Axed, Site

PAGES = (
    "bills?q=没有这个人",
    "bills?amount_min=abc&paid_by=pos",
    "password",
    "nowhere",
    "import-profiles",
    "import-profiles/newsee",
    "import-profiles/newsee/copy",
    "resident-imports",
    "company",
    "audit",
    "reminder-settings",
    "official-menu",
    "official-menu/removal",
)


def test_every_page_is_for_everyone(
    site: Site, as_role: Callable[[Role], Page], axe: Axed
) -> None:
    page = as_role(Role.ADMINISTRATOR)
    for path in PAGES:
        page.goto(f"{site.url}/staff/{path}")
        axe(page)
