"""Secrets encrypted at rest with Fernet: AES-128-CBC and HMAC-SHA256."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken

from billing_domain.ports.company import SecretCipher


class FernetSecretCipher(SecretCipher):
    """Encrypts under one key, 32 bytes in URL-safe base64; raises ValueError for another."""

    def __init__(self, key: str) -> None:
        try:
            self._fernet = Fernet(key)
        except ValueError:
            # The message names no part of the key, and the cause could: it is left out.
            message = (
                "the secret key must be 32 bytes in URL-safe base64, as new_secret_key() makes"
            )
            raise ValueError(message) from None

    def seal(self, secret: str) -> str:
        """Return the secret encrypted; the same secret looks different every time."""
        return self._fernet.encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed).decode()
        except (InvalidToken, ValueError):
            raise ValueError("this secret was sealed under another key, or altered") from None


def new_secret_key() -> str:
    """Return a random key for FernetSecretCipher."""
    return Fernet.generate_key().decode()
