"""A wording file in, the places where a word is missing in one language, or is no text, out."""

from __future__ import annotations


def find_odd_pairs(found: object, place: str = "") -> list[str]:
    """Places of pairs that are not zh and en, both text: YAML reads a bare `no` as false."""
    if isinstance(found, list):
        return [odd for number, one in enumerate(found) for odd in find_odd_pairs(one, f"{place}[{number}]")]
    if not isinstance(found, dict):
        return []
    is_pair = bool({"zh", "en"} & set(found))
    is_whole = set(found) - {"query"} == {"zh", "en"} and all(
        isinstance(text, str) for text in found.values()
    )
    odd = [place] if is_pair and not is_whole else []
    return odd + [one for key, entry in found.items() for one in find_odd_pairs(entry, f"{place}.{key}")]
