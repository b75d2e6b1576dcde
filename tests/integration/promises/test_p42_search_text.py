"""P42: search text is matched as it is written, whatever it holds, and costs no more."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest

from billing_domain.model.houses.search_text import SEARCH_LENGTH_MAX
from tests.website import Visitor, Website

HOSTILE = {
    "any text": "%",
    "any character": "_",
    "an escape": "\\",
    "a quote": "'",
    "an injection": "' OR '1'='1",
    "a costly pattern": "%_" * 500,
    "a NUL": "a\0b",
    "a NUL alone": "\0",
    "a lone surrogate's bytes": "\udcff",
    "one megabyte": "字" * 349_525,
}
PATHS = ["/staff/bills?q=", "/staff/houses?{community}&q=", "/staff/exports/new?q="]
EVERYWHERE = [
    "/staff/bills/{}",
    "/staff/houses/{}",
    "/staff/bills?community={}",
    "/staff/bills?batch={}",
    "/staff/bills?building={}",
    "/staff/bills?after={}",
    "/staff/bills?house={}",
    "/staff/audit?after={}",
    "/staff/imports/uploads/{}",
    "/staff/exports/{}",
    "/staff/import-profiles/{}",
    "/staff/imports?profile={}",
    "/sign-in?next={}",
    "/static/{}",
]
SECONDS_MAX = 5.0


def written(text: str) -> str:
    """Return a text as part of an address."""
    return quote(text.encode("utf-8", "surrogateescape"))


class TestP42SearchText:
    @pytest.mark.parametrize("kind", HOSTILE)
    def test_p42_finds_nothing_and_breaks_nothing(
        self, site: Website, boss: Visitor, kind: str
    ) -> None:
        site.add_resident("陈思好", "13812344613")
        (number,) = site.water_bills(1)
        for path in PATHS:
            address = path.format(community=f"community={site.community.id}")
            began = time.perf_counter()
            # httpx takes no address that long; what a server reads is cut by itself.
            answer = boss.get(f"{address}{written(HOSTILE[kind])}"[:60_000])

            assert answer.status_code < 500, path
            assert time.perf_counter() - began < SECONDS_MAX, path
            if HOSTILE[kind].strip("\0"):
                assert number not in answer.text, path

    def test_p42_would_find_everything_as_a_pattern(self, site: Website, boss: Visitor) -> None:
        """The control: one `%` in an address is found, as a character."""
        (house,) = site.add_houses(site.community, "100%号楼/_1/\\101")
        (number,) = site.add_bills((house.address.text, "水费", "1", "2026年1月", "2026年1月", ""))
        others = site.water_bills(2, yuan=3)

        for text in ("100%", "_1"):
            page = boss.get(f"/staff/bills?q={written(text)}").text
            assert number in page, text
            assert not [each for each in others if each in page], text

    def test_p42_only_the_beginning_counts(self, site: Website, boss: Visitor) -> None:
        """Cut to 64 characters, a text that began with a number still finds its bill."""
        (number,) = site.water_bills(1)
        padded = number + " " * SEARCH_LENGTH_MAX + "x" * 1_000

        assert number in boss.get(f"/staff/bills?q={written(padded)}").text

    @pytest.mark.parametrize("where", ["%00", "a%00b", "%FF%FE", "%ED%A0%80"])
    def test_p42_characters_that_are_none_are_no_accident(self, boss: Visitor, where: str) -> None:
        for path in EVERYWHERE:
            assert boss.get(path.format(where)).status_code < 500, path
