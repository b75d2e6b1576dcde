"""The payment providers that companies can choose from."""

from __future__ import annotations

from typing import Final

from billing_domain.model.payments.order import ProviderKey
from billing_entrypoints.providers.provider import Provider
from billing_entrypoints.providers.sandbox import SANDBOX
from billing_entrypoints.providers.wechat_v2 import WECHAT_V2
from billing_entrypoints.providers.wechat_v3 import WECHAT_V3

PROVIDERS: Final[tuple[Provider, ...]] = (SANDBOX, WECHAT_V3, WECHAT_V2)
"""All of them, in the order of the settings page."""

_PROVIDER_LABELS: Final = {provider.key: provider.label for provider in PROVIDERS}
_SETTING_LABELS: Final = {
    field.name: field.label for provider in PROVIDERS for field in provider.fields
}


def provider_label(key: str) -> str:
    """Return the word for a provider; one without words stays as it is."""
    return _PROVIDER_LABELS.get(ProviderKey(key), key)


def setting_label(name: str) -> str:
    """Return the word for a setting of some provider's accounts; an unknown one stays as it is."""
    return _SETTING_LABELS.get(name, name)
