"""Names of downloads: the real one for every browser, a plain one for old clients."""

import pytest

from billing_entrypoints.web.downloads import content_disposition


class TestContentDisposition:
    @pytest.mark.parametrize(
        ("name", "plain", "encoded"),
        [
            ("bills.xlsx", "bills.xlsx", "bills.xlsx"),
            (
                "缴费单 十月.xlsx",
                "download.xlsx",
                "%E7%BC%B4%E8%B4%B9%E5%8D%95%20%E5%8D%81%E6%9C%88.xlsx",
            ),
            ('a"; filename="evil.exe', "a_filename_evil.exe", "a%22%3B%20filename%3D%22evil.exe"),
            ("a\r\nSet-Cookie: x", "a_Set-Cookie_x", "a%0D%0ASet-Cookie%3A%20x"),
            ("缴费单", "download", "%E7%BC%B4%E8%B4%B9%E5%8D%95"),
        ],
    )
    def test_keeps_the_name_and_nothing_else(self, name: str, plain: str, encoded: str) -> None:
        header = content_disposition(name)

        assert header == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
