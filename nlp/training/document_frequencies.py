"""Texts, one a line of standard input, in; the file of how many of them hold each word out.

`python -m nlp.training.document_frequencies FILE < texts` makes lexicons/document_frequencies.txt.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from nlp.segment import Segmenter
from nlp.text import fold_case, is_word, normalise_text


def count_documents(
    texts: Iterable[str], segmenter: Segmenter, longest: int = 400
) -> tuple[int, Counter[str]]:
    """Number of texts, and word -> texts that hold it, for words of at least two characters with a letter.

    Of a text only the first `longest` characters are read.
    """
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        folded = fold_case(normalise_text(text).text[:longest])
        counts.update({word for word in segmenter.segment(folded) if len(word) > 1})
    for word in [word for word in counts if not is_word(word)]:
        del counts[word]
    return total, counts


def write_frequencies(path: Path, texts: int, counts: Counter[str], most: int = 60_000) -> None:
    """Write the most frequent words: one line for each frequency (two significant digits) with its words."""
    words_by_count: dict[int, list[str]] = defaultdict(list)
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    for word, count in ranked[:most]:
        words_by_count[_round(count)].append(word)
    lines = [f"# texts: {texts}"]
    lines += [
        f"{count} {' '.join(sorted(words_by_count[count]))}" for count in sorted(words_by_count, reverse=True)
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _round(count: int) -> int:
    step: int = 10 ** max(0, len(str(count)) - 2)
    return count // step * step


def main() -> None:
    """Count standard input into the file that is named."""
    write_frequencies(Path(sys.argv[1]), *count_documents(sys.stdin, Segmenter()))


if __name__ == "__main__":
    main()
