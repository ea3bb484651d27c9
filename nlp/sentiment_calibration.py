"""calibration.csv of the home in; how often sentiment is right in an interest, one row an interest, out."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from pathlib import Path

import pyarrow as pa

from nlp.lexicon import LexiconError, read_lexicon

CALIBRATION_SCHEMA = pa.schema(
    [("l1", pa.string()), ("sens", pa.float64()), ("spec", pa.float64()), ("n_labelled", pa.int64())]
)
LEAST_LABELLED = 400
"""200 texts of each polarity: with fewer the error of the error is larger than what is corrected."""


def read_calibration_table(path: Path | None, interests: Collection[str]) -> pa.Table:
    """One row for each first-level interest with its sens, spec and n_labelled; none without a file.

    `interests` are the codes that there are. LexiconError names the line that cannot be used, and why.
    """
    if path is None:
        return CALIBRATION_SCHEMA.empty_table()
    text, _ = read_lexicon(path)
    reader = csv.DictReader(text.splitlines())
    columns = {name.strip(): name for name in reader.fieldnames or []}
    if not columns.keys() >= set(CALIBRATION_SCHEMA.names):
        raise LexiconError(f"{path} line 1: write the headings l1,sens,spec,n_labelled.")
    rows: dict[str, dict[str, object]] = {}
    for line in reader:
        number = reader.line_num
        if None in line:
            raise LexiconError(
                f"{path} line {number}: it has more cells than headings; write 1400, without a comma."
            )
        cells = {name: (line[columns[name]] or "").strip() for name in CALIBRATION_SCHEMA.names}
        row = _read_row(cells, interests, path, number)
        if row["l1"] in rows:
            raise LexiconError(f"{path} line {number}: {row['l1']} stands above already; keep one.")
        rows[str(row["l1"])] = row
    return pa.Table.from_pylist(list(rows.values()), CALIBRATION_SCHEMA)


def _read_row(
    cells: Mapping[str, str], interests: Collection[str], path: Path, number: int
) -> dict[str, object]:
    # A spreadsheet saves 05 as 5.
    code = cells["l1"].zfill(2)
    if code not in interests:
        raise LexiconError(
            f"{path} line {number}: {cells['l1']!r} is no first-level interest; write its code, as 05."
        )
    try:
        sens, spec, n_labelled = float(cells["sens"]), float(cells["spec"]), int(cells["n_labelled"])
    except ValueError:
        sens = spec = float("nan")
        n_labelled = 0
    if not (0 <= sens <= 1 and 0 <= spec <= 1):
        raise LexiconError(
            f"{path} line {number}: sens and spec are shares from 0 to 1, as 0.93; n_labelled is a number."
        )
    both = sens + spec
    if both <= 1:
        raise LexiconError(
            f"{path} line {number}: sens and spec add up to {both:g}, no better than a coin; leave it out."
        )
    if n_labelled < LEAST_LABELLED:
        raise LexiconError(
            f"{path} line {number}: n_labelled is {n_labelled}; label 200 texts of each polarity at least."
        )
    return {"l1": code, "sens": sens, "spec": spec, "n_labelled": n_labelled}
