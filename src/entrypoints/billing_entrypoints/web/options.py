"""What a deployment decides about the web application."""

from __future__ import annotations

from typing import Final

import attrs

from billing_entrypoints.worker import Pace

BODY_BYTES_MAX: Final = 1024 * 1024
"""The largest request body of an ordinary form."""

UPLOAD_BYTES_MAX: Final = 6 * 1024 * 1024
"""The largest request body with a file in it: 5 MB (rule 3.4) and what surrounds it."""


@attrs.frozen(kw_only=True)
class WebOptions:
    """How the application is served.

    `secret` signs form tokens and notices and is the same in every process of a deployment.
    `https` says that browsers reach it by https, which makes cookies `Secure` and `__Host-`.
    `threads` is how many requests may use the database at once: the size of its pool. A
    worker works beside the requests at its `pace`, None where others do that.
    """

    secret: str = attrs.field(repr=False)
    https: bool = True
    threads: int = 8
    pace: Pace | None = None

    @secret.validator
    def _long_enough(self, _attribute: object, value: str) -> None:
        if len(value) < 32:  # noqa: PLR2004 - 32 characters of a random text are 128 bits or more
            raise ValueError("the secret of the web application needs at least 32 characters")
