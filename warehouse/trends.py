"""Core tables and annotations in; every mart and view of METRICS §5, with their comments, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from warehouse.aipl_marts import write_topic_aipl
from warehouse.breakout.mart import BreakoutForecaster, write_breakout_marts
from warehouse.burst_marts import find_span, write_burst_marts
from warehouse.clock import find_today
from warehouse.columns import quote_identifier
from warehouse.cross_correlation import write_topic_ccf
from warehouse.day_spans import run_by_spans
from warehouse.fading_events import merge_fading
from warehouse.mart_sql import read_descriptions, read_sql
from warehouse.onset_marts import write_topic_leadlag
from warehouse.panels import find_pair_strays, find_stage_strays, find_strays
from warehouse.past_events import write_past_events
from warehouse.price_marts import write_price_marts
from warehouse.restate import list_restating_steps, remember_build
from warehouse.schema import write_comment
from warehouse.store import Warehouse
from warehouse.story_marts import StoryMatching
from warehouse.watch.marts import write_watch_marts
from warehouse.watch.syntax import WatchList

TAXONOMY_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("zh", pa.string()),
        ("en", pa.string()),
        ("level", pa.int64()),
        ("parent_code", pa.string()),
    ]
)
SYNONYM_SCHEMA = pa.schema([("term", pa.string()), ("synonym", pa.string())])
CALIBRATION_SCHEMA = pa.schema(
    [("l1", pa.string()), ("sens", pa.float64()), ("spec", pa.float64()), ("n_labelled", pa.int64())]
)
BRAND_SCHEMA = pa.schema([("brand_id", pa.string()), ("category_id", pa.string()), ("set_ver", pa.string())])

BEFORE_HEAT = ("festival", "promotion", "interest", "topic", "engagement_weight", "heat_day")
BEFORE_BURSTS = ("heat_replace", "topic_query_coverage", "speaker_day")
AFTER_BURSTS = (
    "topic_velocity", "topic_accel", "stage_query", "topic_stage", "topic_voice", "brand_voice",
    "speech_window", "topic_sentiment", "aspect_sentiment", "topic_demand", "topic_offer",
    "topic_opportunity", "opportunity_call", "brand_sov_weekly", "topic_snapshot",
)  # fmt: skip
AFTER_LEADS = (
    "usual_level", "call_fading", "call", "call_check", "uncalled", "call_level", "call_search", "scorecard",
    "base_rate", "weekly_trend",
)  # fmt: skip

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TrendSettings:
    """How far the marts look back. The whole history is tested by larger numbers of days and weeks."""

    tested_days: int = 35
    weeks: int = 8
    heat_days: int = 120
    least_docs: int = 3
    most_topics: int = 20_000
    span_rows: int = 3_000_000
    """Labels of documents that are counted at once, a whole day at least. Fifty million at once spill every
    text to disk and run out of the two gigabytes all the same."""


@dataclass(frozen=True, slots=True)
class MartResult:
    """What a build made: its day, and rows by mart."""

    as_of: date | None
    rows_by_table: dict[str, int]


def build_marts(
    warehouse: Warehouse,
    run_id: str,
    as_of: date | None = None,
    on_progress: Progress | None = None,
    taxonomy: pa.Table | None = None,
    *,
    calibration: pa.Table | None = None,
    settings: TrendSettings | None = None,
    watch_list: WatchList | None = None,
    brands: pa.Table | None = None,
    forecaster: BreakoutForecaster | None = None,
    synonyms: pa.Table | None = None,
    today: date | None = None,
) -> MartResult:
    """Build every mart in one transaction; readers of the published file see all of them or none.

    The history is not read again: documents that changed since the last build restate their days, and the
    windowed marts are made anew from the days of their windows.

    as_of: last day (Asia/Shanghai) to count, by default the day of the newest observation up to
    `today` (by default the machine's clock's): one of a clock that was ahead leaves the marts at their day;
    on_progress(done, steps); taxonomy: code, zh, en, level, parent_code; calibration: l1, sens, spec,
    n_labelled of the sentiment model; watch_list: the user's own words; brands:
    brand_id, category_id, set_ver of the declared competitor sets; forecaster: of titles on hot boards,
    none by default; synonyms: term, synonym: what content and listings call the same thing.
    The same core tables give the same marts, whatever order they were loaded in.
    """
    chosen = settings or TrendSettings()
    with (
        warehouse.transaction() as connection,
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="marts") as beside,
    ):
        newest = find_last_day(connection, max(today or find_today(), as_of or date.min))
        day = as_of or newest
        last, words = day or date(1970, 1, 1), watch_list or WatchList()
        steps = [*list_steps(connection, last, chosen, words, forecaster, beside)]
        set_variables(connection, last, newest or date(1970, 1, 1), run_id, chosen)
        connection.register("taxonomy", conform(taxonomy, TAXONOMY_SCHEMA))
        connection.register("sentiment_calibration", conform(calibration, CALIBRATION_SCHEMA))
        connection.register("brand_set", conform(brands, BRAND_SCHEMA))
        connection.register("synonyms", conform(synonyms, SYNONYM_SCHEMA))
        for done, step in enumerate(steps, start=1):
            step()
            if on_progress is not None:
                on_progress(done, len(steps))
        remember_build(connection)
        comment_marts(connection)
        result = count_marts(connection, day)
        drop_temporary_tables(connection)
    warehouse.checkpoint()
    return result


def list_steps(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    settings: TrendSettings,
    watch_list: WatchList,
    forecaster: BreakoutForecaster | None,
    beside: Executor,
) -> Iterator[Callable[[], object]]:
    """The steps of a build, in order. beside: a thread for arithmetic while the connection is busy."""

    def run(name: str) -> Callable[[], object]:
        return lambda: connection.execute(read_sql(name))

    matching = StoryMatching(connection, beside)
    yield from list_restating_steps(connection)
    yield matching.begin
    yield from map(run, BEFORE_HEAT)
    heated = {"work_heat_cell": "heat_span"}, {"heat_now": "heat_span"}
    yield lambda: run_by_spans(connection, "heat_cell_rows", "heat_cell", *heated)
    yield run("heat_index")
    written = {"heat_written": "heat_written_span"}
    yield lambda: run_by_spans(connection, "topic_heat_daily_rows", "topic_heat_daily", collected=written)
    yield from map(run, BEFORE_BURSTS)
    spoken = {"work_topic_speaker": "speaker_span"}
    yield lambda: run_by_spans(connection, "topic_speaker_rows", "topic_speaker", spoken)
    yield lambda: find_strays(connection, *find_span(as_of, settings.tested_days, settings.weeks))
    yield run("topic_week")
    yield lambda: write_burst_marts(connection, as_of, settings.tested_days, settings.weeks, beside)
    yield lambda: write_past_events(connection)
    yield lambda: find_pair_strays(connection)
    yield lambda: find_stage_strays(connection)
    yield from map(run, AFTER_BURSTS)
    yield lambda: merge_fading(connection)
    yield lambda: write_topic_aipl(connection)
    yield lambda: write_price_marts(connection)
    yield matching.write
    yield lambda: write_topic_leadlag(connection)
    yield lambda: write_topic_ccf(connection, watch_list)
    yield from map(run, AFTER_LEADS)
    yield lambda: write_watch_marts(connection, watch_list)
    yield lambda: write_breakout_marts(connection, forecaster)
    yield run("graded")


def find_last_day(connection: duckdb.DuckDBPyConnection, today: date) -> date | None:
    """Shanghai day of the newest observation up to `today`; None when nothing was observed."""
    found: date | None = connection.execute(read_sql("last_day"), {"today": today}).fetchall()[0][0]
    return found


def find_first_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """First Shanghai day of which anything is known; None when nothing was observed."""
    found: date | None = connection.execute(read_sql("first_day")).fetchall()[0][0]
    return found


def set_variables(
    connection: duckdb.DuckDBPyConnection, as_of: date, newest: date, run_id: str, settings: TrendSettings
) -> None:
    """Set what the SQL files read by getvariable; `newest` is the last day of which anything is known."""
    connection.execute("set variable as_of = ?", [as_of])
    connection.execute("set variable newest_day = ?", [newest])
    connection.execute("set variable run_id = ?", [run_id])
    connection.execute("set variable weeks = cast(? as integer)", [settings.weeks])
    connection.execute("set variable heat_days = cast(? as integer)", [settings.heat_days])
    connection.execute("set variable least_docs = cast(? as integer)", [settings.least_docs])
    connection.execute("set variable most_topics = cast(? as integer)", [settings.most_topics])
    connection.execute("set variable span_rows = cast(? as bigint)", [settings.span_rows])
    connection.execute(read_sql("variables"))
    for name in ("wilson", "event_name", "macros", "product", "listing_reading"):
        connection.execute(read_sql(name))


def conform(table: pa.Table | None, schema: pa.Schema) -> pa.Table:
    """The table with the schema's columns, empty when there is none."""
    return schema.empty_table() if table is None else table.select(schema.names).cast(schema)


def comment_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Set the comments of marts and columns from columns.yaml, where they are not what they should be."""
    described = read_descriptions()
    known: dict[tuple[str, str | None], str | None] = {
        (name, column): comment
        for name, column, comment in connection.execute(read_sql("comments")).fetchall()
    }
    statements = []
    for name, mart in described.marts.items():
        kind = "view" if name.startswith("v_") else "table"
        if known.get((name, None)) != mart.row:
            statements.append(write_comment(f"{kind} {name}", mart.row))
        for column in [column for table, column in known if table == name and column is not None]:
            wanted = mart.columns.get(column, described.columns.get(column, ""))
            if known[name, column] != wanted:
                statements.append(write_comment(f"column {name}.{column}", wanted))
    connection.execute(";".join(statements))


def count_marts(connection: duckdb.DuckDBPyConnection, as_of: date | None) -> MartResult:
    """Rows of every mart."""
    described = read_descriptions()
    names = [name for name in described.marts if name.startswith("mart_")]
    counts = [
        f"select {number}, count(*) from {quote_identifier(name)}"  # noqa: S608
        for number, name in enumerate(names)
    ]
    found: dict[int, int] = dict(connection.execute(" union all ".join(counts)).fetchall())
    return MartResult(as_of, {name: found[number] for number, name in enumerate(names)})


def drop_temporary_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Free what the build held beside the marts."""
    for name in ("taxonomy", "sentiment_calibration", "brand_set", "synonyms", "topic_dispersion"):
        connection.unregister(name)
    left = connection.execute(
        "select 'view', view_name from duckdb_views() where temporary and not internal "
        "union all select 'table', table_name from duckdb_tables() where temporary"
    )
    for kind, name in left.fetchall():
        connection.execute(f"drop {kind} if exists temp.{quote_identifier(name)}")
