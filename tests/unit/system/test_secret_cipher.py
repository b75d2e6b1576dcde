"""Secrets encrypted at rest."""

import pytest

from billing_adapters.system.secret_cipher import FernetSecretCipher, new_secret_key


class TestSeal:
    def test_hides_the_secret(self) -> None:
        sealed = FernetSecretCipher(new_secret_key()).seal("wePTBL6ekAFi0ETE")

        assert "wePTBL6ekAFi0ETE" not in sealed
        assert sealed.isascii()

    def test_never_looks_the_same_twice(self) -> None:
        cipher = FernetSecretCipher(new_secret_key())

        assert cipher.seal("支付密钥") != cipher.seal("支付密钥")


class TestUnseal:
    def test_returns_the_secret_to_another_process_with_the_key(self) -> None:
        key = new_secret_key()
        sealed = FernetSecretCipher(key).seal("支付密钥")

        assert FernetSecretCipher(key).unseal(sealed) == "支付密钥"

    def test_refuses_another_key(self) -> None:
        sealed = FernetSecretCipher(new_secret_key()).seal("支付密钥")

        with pytest.raises(ValueError, match="another key, or altered"):
            FernetSecretCipher(new_secret_key()).unseal(sealed)

    @pytest.mark.parametrize("text", ["", "支付密钥", "AAAA"])
    def test_refuses_what_was_never_sealed(self, text: str) -> None:
        with pytest.raises(ValueError, match="another key, or altered"):
            FernetSecretCipher(new_secret_key()).unseal(text)

    def test_refuses_what_was_altered(self) -> None:
        cipher = FernetSecretCipher(new_secret_key())
        sealed = cipher.seal("支付密钥")

        with pytest.raises(ValueError, match="another key, or altered"):
            cipher.unseal(sealed[:-4] + ("A" if sealed[-4] != "A" else "B") + sealed[-3:])


class TestKey:
    @pytest.mark.parametrize("key", ["", "too short", "密钥", "A" * 43, "!" * 44])
    def test_of_another_form_is_refused_and_not_repeated(self, key: str) -> None:
        with pytest.raises(ValueError, match="32 bytes in URL-safe base64") as refusal:
            FernetSecretCipher(key)

        assert not key or key not in str(refusal.value)
