"""Secrets encrypted at rest with Fernet: AES-128-CBC and HMAC-SHA256."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken

from billing_domain.ports.company import SecretCipher


class FernetSecretCipher(SecretCipher):
    """Encrypts with one key of 32 bytes in URL-safe base64; raises ValueError for a bad key."""

    def __init__(self, key: str) -> None:
        try:
            self._fernet = Fernet(key)
        except ValueError:
            # The cause may quote the key, so it is not chained.
            message = (
                "the secret key must be 32 bytes in URL-safe base64, as new_secret_key() makes"
            )
            raise ValueError(message) from None

    def seal(self, secret: str) -> str:
        """Encrypt a secret; the same secret encrypts differently each time."""
        return self._fernet.encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed).decode()
        except (InvalidToken, ValueError):
            raise ValueError("this secret was sealed under another key, or altered") from None


def new_secret_key() -> str:
    """Return a random key for FernetSecretCipher."""
    return Fernet.generate_key().decode()
