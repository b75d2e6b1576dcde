"""Passwords hashed with Argon2id."""

import pytest

from billing_adapters.system.passwords import Argon2PasswordHasher


@pytest.fixture(scope="module")
def hasher() -> Argon2PasswordHasher:
    return Argon2PasswordHasher()


@pytest.fixture(scope="module")
def hashed(hasher: Argon2PasswordHasher) -> str:
    return hasher.hash("物业前台 Xiaoli 2026")


class TestHash:
    def test_is_argon2id_with_its_parameters(self, hashed: str) -> None:
        assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")

    def test_is_salted(self, hasher: Argon2PasswordHasher, hashed: str) -> None:
        assert hasher.hash("物业前台 Xiaoli 2026") != hashed


class TestVerify:
    @pytest.mark.parametrize("text", ["", "plain", "$argon2id$v=19$m=65536,t=3,p=4$broken"])
    def test_refuses_everything_for_a_text_that_is_no_hash(
        self, hasher: Argon2PasswordHasher, text: str
    ) -> None:
        assert not hasher.verify(text, text)


class TestDecoy:
    def test_costs_the_same_as_a_real_hash(self, hasher: Argon2PasswordHasher) -> None:
        """An unknown login name must not answer faster than a known one (promise P39)."""
        assert hasher.decoy.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
