"""Keys, certificates and signatures are read as platforms hand them out, and as nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from billing_adapters.payment_kit.account_checks import check_pair
from billing_adapters.payment_kit.keys import (
    from_base64,
    private_key,
    public_key,
    same_text,
    sign,
    signed,
)
from billing_domain.errors import FieldError
from tests.simulators.key_material import Certified, certified, private_pem, public_pem

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def merchant() -> Certified:
    return certified("merchant", now=NOW)


@pytest.fixture(scope="module")
def other() -> Certified:
    return certified("other", now=NOW)


def without_lines(pem: str) -> str:
    return "\n".join(line for line in pem.splitlines() if not line.startswith("-----"))


class TestRsaKeys:
    @pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
    def test_private_ones_are_read_with_or_without_pem_lines(
        self, merchant: Certified, form: PrivateFormat
    ) -> None:
        pem = merchant.key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()

        for text in (pem, without_lines(pem)):
            assert private_key(text).private_numbers() == merchant.key.private_numbers()

    @pytest.mark.parametrize("form", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
    def test_public_ones_are_read_with_or_without_pem_lines(
        self, merchant: Certified, form: PublicFormat
    ) -> None:
        pem = merchant.key.public_key().public_bytes(Encoding.PEM, form).decode()

        for text in (pem, without_lines(pem)):
            assert public_key(text) == merchant.key.public_key()

    def test_short_or_other_ones_are_refused(self) -> None:
        short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
        curve = ec.generate_private_key(ec.SECP256R1())

        with pytest.raises(ValueError, match="2048"):
            public_key(public_pem(short.public_key()))
        with pytest.raises(TypeError):
            private_key(private_pem(curve))  # type: ignore[arg-type]

    def test_sign_for_their_own_half_alone(self, merchant: Certified, other: Certified) -> None:
        signature = sign(merchant.key, b"100 fen")

        assert signed(merchant.key.public_key(), b"100 fen", signature)
        assert not signed(merchant.key.public_key(), b"900 fen", signature)
        assert not signed(other.key.public_key(), b"100 fen", signature)
        assert not signed(merchant.key.public_key(), b"100 fen", f"{signature}\n")


class TestPair:
    def test_is_refused_when_it_does_not_fit(self, merchant: Certified, other: Certified) -> None:
        check_pair(merchant.key, merchant.certificate, field="certificate")

        with pytest.raises(FieldError) as refused:
            check_pair(merchant.key, other.certificate, field="certificate")

        assert (refused.value.field, refused.value.reason) == ("certificate", "wrong")


class TestBase64:
    def test_is_the_one_way_of_writing(self) -> None:
        assert from_base64("QQ==") == b"A"
        for text in ("QR==", "QQ", "QQ==\n", "Q Q==", "密"):
            with pytest.raises(ValueError):  # noqa: PT011 - its words are the library's
                from_base64(text)


class TestConstantTime:
    @pytest.mark.parametrize(
        ("given", "same"), [("abc", True), ("abd", False), ("", False), ("密\ud800", False)]
    )
    def test_compares_any_text(self, given: str, same: bool) -> None:  # noqa: FBT001
        assert same_text(given, "abc") is same
