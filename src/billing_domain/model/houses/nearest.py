"""The houses whose addresses are most like one that means no house (rule 3.9)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from billing_domain.model.houses.house_folding import number_of

_POSTINGS_MAX: Final = 400
_COMPARED_MAX: Final = 20


class NearestAddresses:
    """An index of folded addresses by what they share: leading parts, numbers, pairs of signs.

    A question reads the rarest of these first and at most 400 entries, however many addresses
    there are.
    """

    def __init__(self, folded: Iterable[str]) -> None:
        """Index folded addresses."""
        self._addresses = sorted(set(folded))
        self._postings: dict[str, list[int]] = defaultdict(list)
        for place, address in enumerate(self._addresses):
            for feature in _features(address):
                self._postings[feature].append(place)

    def of(self, folded: str, *, count: int) -> Sequence[str]:
        """Return the nearest addresses, the most similar first; `count` or all there are."""
        wanted = _features(folded)
        likely = self.shared_with(folded).most_common(_COMPARED_MAX)
        near = [self._addresses[place] for place, _ in likely]
        near.sort(key=lambda address: (-_likeness(wanted, _features(address)), address))
        near += (each for each in self._addresses[: 2 * count] if each not in near)
        return near[:count]

    def shared_with(self, folded: str) -> Counter[int]:
        """Count what addresses share with another one, by place, within the limit of entries."""
        found: Counter[int] = Counter()
        left = _POSTINGS_MAX
        wanted = sorted(_features(folded) & self._postings.keys())
        lists = [self._postings[feature] for feature in wanted]
        for postings in sorted(lists, key=len):
            if len(postings) > left and found:
                break
            found.update(postings[:left])
            left -= len(postings)
        return found


def _features(folded: str) -> set[str]:
    parts = folded.split("/")
    text = f"/{folded}/"
    return {
        *(text[at : at + 2] for at in range(len(text) - 1)),
        *("/".join(parts[:end]) + "//" for end in range(1, len(parts) + 1)),
        *(f"#{number_of(part)}" for part in parts),
    }


def _likeness(one: set[str], other: set[str]) -> float:
    """Return the share of common features, from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other))
