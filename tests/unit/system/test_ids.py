"""Identifiers drawn from the machine."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from billing_adapters.system.ids import SystemIds


class TestNewId:
    def test_is_a_version_7_uuid_in_hex(self) -> None:
        assert re.fullmatch(r"[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}", SystemIds().new_id())

    def test_ascends_with_every_call(self) -> None:
        ids = SystemIds()
        drawn = [ids.new_id() for _ in range(5_000)]

        assert drawn == sorted(set(drawn))

    def test_differs_between_threads(self) -> None:
        ids = SystemIds()
        with ThreadPoolExecutor(4) as pool:
            batches = pool.map(lambda _: [ids.new_id() for _ in range(500)], range(8))
            drawn = [each for batch in batches for each in batch]

        assert len(set(drawn)) == 4_000

    def test_differs_between_processes(self) -> None:
        """Two generators never saw each other, and draw in the same millisecond."""
        drawn = {SystemIds().new_id() for _ in range(2_000)}

        assert len(drawn) == 2_000


class TestBillSerials:
    def test_are_different_numbers_of_seven_digits(self) -> None:
        """600 bills of one second must not collide."""
        serials = SystemIds().bill_serials(600)

        assert len(set(serials)) == 600
        assert all(0 <= serial <= 9_999_999 for serial in serials)

    def test_begin_anywhere(self) -> None:
        """Else every two imports of one second would collide."""
        ids = SystemIds()

        assert ids.bill_serials(50) != ids.bill_serials(50)

    def test_may_be_all_there_are(self) -> None:
        assert len(SystemIds().bill_serials(10_000_000)) == 10_000_000

    def test_are_refused_when_there_are_not_enough(self) -> None:
        with pytest.raises(ValueError, match="bound"):
            SystemIds().bill_serials(10_000_001)


class TestSecretsAndTokens:
    def test_secret_has_the_form_of_a_community_secret(self) -> None:
        ids = SystemIds()
        secrets = [ids.new_secret() for _ in range(50)]

        assert all(re.fullmatch("[0-9A-Za-z]{16}", each) for each in secrets)
        assert len(set(secrets)) == 50

    def test_token_has_256_bits_and_fits_a_cookie(self) -> None:
        ids = SystemIds()
        tokens = {ids.new_token() for _ in range(50)}

        assert len(tokens) == 50
        assert all(re.fullmatch(r"[0-9A-Za-z_-]{43}", token) for token in tokens)
