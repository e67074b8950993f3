"""The nearest right word for a misspelt one, so that a mistake can be mended without a manual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.vietnamese import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Likeness in per cent below which a proposal would only mislead.
_ALIKE = 60
_MOST_LISTED = 12


def nearest_word(word: str, allowed: Iterable[str]) -> str:
    """Give the word of *allowed* that *word* was probably meant to be; empty when none is near."""
    # Only wrong configurations need it: 30 ms of import.
    from rapidfuzz import fuzz  # noqa: PLC0415 - heavy import
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - heavy import

    meant = fold(word)
    # Among words equally like it, the one that begins alike: V09 for V19, not C19.
    ranked = [
        ((fuzz.ratio(meant, fold(known)), JaroWinkler.similarity(meant, fold(known))), known)
        for known in allowed
    ]
    (likeness, _), best = max(ranked, key=lambda entry: entry[0], default=((0, 0), ""))
    return best if likeness >= _ALIKE else ""


def list_words(words: Iterable[str]) -> str:
    """Write words for a sentence: `a`, `b` or `c`; a long list is cut."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) > _MOST_LISTED:
        return ", ".join(quoted[:_MOST_LISTED]) + " …"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def propose_word(word: str, allowed: Iterable[str]) -> str:
    """Write the remedy for an unknown word: the nearest one, then what is allowed."""
    known = tuple(allowed)
    if not known:
        return "Nothing is allowed here; take it out."
    near = nearest_word(word, known)
    listed = f"Allowed: {list_words(known)}.".replace("….", "…")
    return f"Did you mean `{near}`? {listed}" if near else listed
