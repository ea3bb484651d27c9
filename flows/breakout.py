"""The breakout forecast as commands run it: verified models and board archives in, scores or a model out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.exit_codes import CommandError
from nlp.model_files import MANIFEST, read_model_files, write_manifest
from nlp.ngrams import hash_ngrams
from nlp.text import fold_case, normalise_text
from warehouse.breakout.boards import Board, Ints, read_boards
from warehouse.breakout.evaluate import choose_board, evaluate_breakout
from warehouse.breakout.mart import BreakoutForecaster
from warehouse.breakout.model import SUFFIX, BreakoutModel, open_models, pick_model
from warehouse.breakout.wording import BITS

SHIPPED_MODEL = Path(__file__).resolve().parent.parent / "warehouse" / "breakout" / "model"
USER_MODELS = "breakout"
"""Folder under the home that holds models of the user's own boards."""
NGRAM_ORDERS = (1, 2, 3)
Progress = Callable[[int, int], None]


def hash_titles(titles: Sequence[str]) -> tuple[Ints, Ints]:
    """Character n-grams of the normalised titles as pairs of title and column."""
    found = hash_ngrams([fold_case(normalise_text(title).text) for title in titles], NGRAM_ORDERS, BITS)
    return found.rows, found.columns


def load_breakout_models(folder: Path | None = None) -> dict[str, BreakoutModel]:
    """The shipped models, or a folder's, by platform; ModelError when a file is missing or altered."""
    return open_models(read_model_files(folder or SHIPPED_MODEL).content)


def load_forecaster(home: Path) -> BreakoutForecaster:
    """The forecaster of a home: its own models where it has some, else the shipped ones."""
    own = home / USER_MODELS
    models = load_breakout_models()
    if (own / MANIFEST).is_file():
        models |= load_breakout_models(own)
    return BreakoutForecaster(models, hash_titles)


def measure_breakout(
    files: Sequence[Path], platform: str, *, board: str | None, since: datetime | None, model: Path | None
) -> dict[str, object]:
    """Scores of a platform's forecast. The first file that holds the platform is scored; every other board of
    other platforms, in it or in further files, is read beside it only when more than one file is given."""
    chosen = pick_model(load_breakout_models(model), platform)
    target, others = read_target(files, platform, board)
    return evaluate_breakout(chosen, target, hash_titles, others=others, since=since)


def train_breakout_models(
    files: Sequence[Path],
    platforms: Sequence[str],
    output: Path,
    *,
    until: datetime | None,
    trees: int,
    track: Callable[[str], Any],
) -> list[str]:
    """Train a model for each platform into the folder, keeping those of others; the files written."""
    from warehouse.breakout.train import TrainingSettings, train_breakout

    names = list(platforms) or list(dict.fromkeys(board.platform for board in read_all(files)))
    output.mkdir(parents=True, exist_ok=True)
    kept = read_model_files(output).content if (output / MANIFEST).is_file() else {}
    written = []
    for platform in names:
        target, others = read_target(files, platform, None)
        with track(f"train {platform}") as advance:
            model = train_breakout(
                target,
                hash_titles,
                others=others,
                until=until,
                settings=TrainingSettings(trees=trees),
                on_progress=advance,
            )
        name = f"{platform}{SUFFIX}"
        (output / name).write_bytes(model.to_bytes())
        written.append(name)
    write_manifest(output, "headwater-breakout", sorted({*kept, *written}))
    return written


def read_target(files: Sequence[Path], platform: str, board: str | None) -> tuple[Board, list[Board]]:
    """The platform's board, and those of other platforms when several files are given."""
    for file in files:
        if not file.is_file():
            raise CommandError(f"{file} does not exist")
    own = read_boards(files, platform)
    if not own:
        choose_board(read_boards(files), platform, board)
    target = choose_board(own, platform, board)
    if len(files) == 1:
        return target, []
    return target, [other for other in read_boards(files) if other.platform != platform]


def read_all(files: Sequence[Path]) -> list[Board]:
    """Every board of the files; CommandError names a file that is not there."""
    for file in files:
        if not file.is_file():
            raise CommandError(f"{file} does not exist")
    return read_boards(files)


def read_moment(text: str) -> datetime | None:
    """An ISO date or time as UTC; None for an empty text; CommandError for anything else."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is no date; write it as 2025-03-28 or 2025-03-28T06:00+08:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
