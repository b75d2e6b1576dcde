"""The contracts of Clock, IdGenerator, PasswordHasher and SecretCipher."""

import re
from datetime import timedelta

import pytest

from billing_domain.ports.company import PasswordHasher, SecretCipher
from billing_domain.ports.system import Clock, IdGenerator


class ClockContract:
    """Gives the time; a subclass supplies the fixture `clock`."""

    def test_tells_an_aware_moment_in_utc(self, clock: Clock) -> None:
        assert clock.now().utcoffset() == timedelta(0)

    def test_never_goes_back(self, clock: Clock) -> None:
        moments = [clock.now() for _ in range(3)]
        assert moments == sorted(moments)


class IdGeneratorContract:
    """Generates identifiers; a subclass supplies the fixture `ids`."""

    def test_ids_are_32_hex_digits(self, ids: IdGenerator) -> None:
        assert re.fullmatch(r"[0-9a-f]{32}", ids.new_id())

    def test_ids_ascend(self, ids: IdGenerator) -> None:
        drawn = [ids.new_id() for _ in range(1_000)]
        assert drawn == sorted(set(drawn))

    def test_serials_of_one_moment_descend(self, ids: IdGenerator) -> None:
        """The first row of a sheet gets the highest, so lists keep its order (rule 2.8)."""
        serials = ids.bill_serials(600)
        assert list(serials) == sorted(set(serials), reverse=True)
        assert len(serials) == 600
        assert all(0 <= serial <= 9_999_999 for serial in serials)

    def test_no_serials_are_none(self, ids: IdGenerator) -> None:
        assert list(ids.bill_serials(0)) == []

    def test_serials_of_orders_differ(self, ids: IdGenerator) -> None:
        serials = {ids.order_serial() for _ in range(100)}
        assert len(serials) == 100
        assert all(0 <= serial <= 999_999_999_999 for serial in serials)

    def test_secrets_are_16_letters_and_digits(self, ids: IdGenerator) -> None:
        first, second = ids.new_secret(), ids.new_secret()
        assert re.fullmatch(r"[0-9A-Za-z]{16}", first)
        assert first != second

    def test_tokens_fit_a_cookie_and_differ(self, ids: IdGenerator) -> None:
        first, second = ids.new_token(), ids.new_token()
        assert re.fullmatch(r"[0-9A-Za-z_-]+", first)
        assert first != second


class PasswordHasherContract:
    """Hashes passwords; a subclass supplies the fixture `hasher`."""

    def test_takes_the_password_that_was_hashed(self, hasher: PasswordHasher) -> None:
        assert hasher.verify(hasher.hash("物业前台 Xiaoli"), "物业前台 Xiaoli")

    @pytest.mark.parametrize("password", ["", "物业前台 xiaoli", "物业前台 Xiaoli "])
    def test_refuses_any_other(self, hasher: PasswordHasher, password: str) -> None:
        assert not hasher.verify(hasher.hash("物业前台 Xiaoli"), password)

    @pytest.mark.parametrize("password", ["", "decoy"])
    def test_refuses_everything_for_the_decoy(self, hasher: PasswordHasher, password: str) -> None:
        assert not hasher.verify(hasher.decoy, password)

    def test_takes_a_password_of_the_longest_length(self, hasher: PasswordHasher) -> None:
        longest = "密" * 128
        assert hasher.verify(hasher.hash(longest), longest)
        assert not hasher.verify(hasher.hash(longest), longest[:-1])


class SecretCipherContract:
    """Encrypts secrets; a subclass supplies the fixture `cipher`."""

    @pytest.mark.parametrize("secret", ["", "wePTBL6ekAFi0ETE", "密钥:😀\n"])
    def test_returns_what_was_sealed(self, cipher: SecretCipher, secret: str) -> None:
        assert cipher.unseal(cipher.seal(secret)) == secret

    @pytest.mark.parametrize("text", ["", "wePTBL6ekAFi0ETE", "密钥"])
    def test_refuses_what_was_never_sealed(self, cipher: SecretCipher, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - the words are the adapter's
            cipher.unseal(text)
