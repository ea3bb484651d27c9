"""A model and one platform's board archive in, the scores of its forecast out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, Floats, Ints
from warehouse.breakout.cases import HORIZON
from warehouse.breakout.columns import CaseTable, describe_cases
from warehouse.breakout.crowd import SHANGHAI_SECONDS
from warehouse.breakout.model import BreakoutModel
from warehouse.breakout.scores import score_forecast
from warehouse.breakout.threshold import follow_thresholds
from warehouse.breakout.wording import HashTitles
from warehouse.errors import WarehouseError

SHANGHAI = timezone(timedelta(seconds=SHANGHAI_SECONDS))


def choose_board(boards: Sequence[Board], platform: str, name: str | None = None) -> Board:
    """The platform's board of that name, or the one with most rows; WarehouseError when there is none."""
    own = [board for board in boards if board.platform == platform and name in (None, board.name)]
    if not own:
        found = sorted({f"{board.platform}/{board.name}" for board in boards})
        wanted = f"{platform}/{name}" if name else platform
        raise WarehouseError(f"the files hold no board of {wanted}; they hold {', '.join(found) or 'none'}")
    return max(own, key=lambda board: len(board.rank))


def evaluate_breakout(
    model: BreakoutModel,
    board: Board,
    hash_titles: HashTitles,
    *,
    others: Sequence[Board] = (),
    since: datetime | None = None,
) -> dict[str, object]:
    """Score the model on a board's cases with a known outcome.

    since: first moment of a case that is scored; earlier rows are history only. By default all cases that the
    model did not see: those after its training, or every case of a file that ends before that, which is then
    marked `is_seen_in_training`.
    """
    table = describe_cases(board, hash_titles, model.wording, others)
    boards = [f"{other.platform}/{other.name}" for other in others]
    return {**score_table(model, table, since=since), "other_boards": boards}


def score_table(
    model: BreakoutModel, table: CaseTable, *, since: datetime | None = None
) -> dict[str, object]:
    """Scores of a table of cases that is known, as `evaluate_breakout` gives them."""
    board = table.board
    moments = board.row_times[table.cases.row]
    trained_until = int(model.trained_until.timestamp())
    is_later = bool((table.cases.is_known & (moments >= trained_until)).any())
    start = int(since.timestamp()) if since else trained_until if is_later else int(board.times[0])
    scored = np.flatnonzero(table.cases.is_known & (moments >= start))
    if not len(scored):
        raise WarehouseError(
            f"{board.platform}/{board.name} has no case whose next 24 hours are over; "
            f"the file must cover more than {HORIZON // 3600} hours and ranks below 10"
        )
    probability = model.forecast_values(table.select(model.names)[scored])
    cases = table.cases
    try:
        scores = score_forecast(
            probability, cases.is_hit[scored], cases.lead_hours[scored], board.title[cases.row[scored]]
        )
    except ValueError as error:
        raise WarehouseError(f"{board.platform}/{board.name}: {error}") from error
    return {
        **scores.to_dict(),
        **score_thresholds(
            probability, cases.is_hit[scored], cases.is_watched[scored], moments[scored], model
        ),
        "platform": board.platform,
        "board": board.name,
        "from": datetime.fromtimestamp(int(moments[scored].min()), UTC).isoformat(),
        "until": datetime.fromtimestamp(int(moments[scored].max()), UTC).isoformat(),
        "is_seen_in_training": bool(moments[scored].min() < trained_until),
        "model_version": model.version,
        "model_trained_until": model.trained_until.isoformat(),
    }


def score_thresholds(
    probability: Floats,
    is_hit: NDArray[np.bool_],
    is_watched: NDArray[np.bool_],
    moments: Ints,
    model: BreakoutModel,
) -> dict[str, object]:
    """What the shipped threshold and the one that follows the board let pass, and which misses by month.

    probability, is_hit, is_watched, moments: of the scored cases; those that training saw, and those that
    were not watched to their end, choose no threshold.
    """
    is_unseen = moments >= model.trained_until.timestamp()
    followed = np.full(len(moments), model.threshold)
    followed[is_unseen] = follow_thresholds(
        probability[is_unseen], (is_watched & ~is_hit)[is_unseen], moments[is_unseen], model.threshold
    )
    flags = {"shipped": probability > model.threshold, "followed": probability > followed}
    month = np.array(
        [f"{datetime.fromtimestamp(moment, SHANGHAI):%Y-%m}" for moment in moments.tolist()], dtype=object
    )
    found: dict[str, object] = {
        f"at_{name}_threshold": {
            **({"threshold": round(model.threshold, 5)} if name == "shipped" else {}),
            "false_alarm_rate": round(float(flagged[~is_hit].mean()), 5),
            "recall": round(float(flagged[is_hit].mean()), 5),
        }
        for name, flagged in flags.items()
    }
    found["false_alarm_rate_by_month"] = {
        one: {
            name: round(float(flagged[~is_hit & (month == one)].mean()), 5) for name, flagged in flags.items()
        }
        for one in sorted(set(month[~is_hit]))
    }
    return found
