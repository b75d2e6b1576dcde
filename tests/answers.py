"""What a command of the command line said."""

from __future__ import annotations

import json
from typing import Any

import attrs


@attrs.frozen
class Answer:
    """Exit status and both outputs of one run."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON that is all of stdout."""
        return json.loads(self.out)
