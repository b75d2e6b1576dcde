"""The machine's own means keep the contracts of the system ports."""

import pytest

from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_adapters.system.passwords import Argon2PasswordHasher
from billing_adapters.system.secret_cipher import FernetSecretCipher, new_secret_key
from billing_domain.testing import contracts


class TestSystemClock(contracts.ClockContract):
    @pytest.fixture
    def clock(self) -> SystemClock:
        return SystemClock()


class TestSystemIds(contracts.IdGeneratorContract):
    @pytest.fixture
    def ids(self) -> SystemIds:
        return SystemIds()


class TestArgon2PasswordHasher(contracts.PasswordHasherContract):
    @pytest.fixture(scope="class")
    @staticmethod
    def hasher() -> Argon2PasswordHasher:
        return Argon2PasswordHasher()


class TestFernetSecretCipher(contracts.SecretCipherContract):
    @pytest.fixture
    def cipher(self) -> FernetSecretCipher:
        return FernetSecretCipher(new_secret_key())
