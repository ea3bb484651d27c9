"""Trends: core tables and annotations in, marts and the published file out."""

from __future__ import annotations

from pathlib import Path

from flows.breakout import load_forecaster
from flows.exit_codes import CommandError
from flows.load import open_warehouse
from flows.plan import RunPlan, refuse_future
from flows.progress import track_step
from flows.stopping import StopRequest
from flows.user_files import ENTITIES_FILE, find_user_file
from flows.watch import read_watch_list
from nlp.gazetteer import read_brand_table
from nlp.sentiment_calibration import read_calibration_table
from nlp.synonyms import read_synonyms_table
from nlp.taxonomy import read_taxonomy_table
from warehouse.publish import publish
from warehouse.trends import build_marts, find_first_day


def check_day(plan: RunPlan, stop: StopRequest | None = None) -> None:
    """CommandError when the plan's day is still to come or before everything that was read.

    What readers see would be empty.
    """
    refuse_future(plan.as_of)
    if plan.as_of is None:
        return
    with open_warehouse(plan, stop) as warehouse:
        first = find_first_day(warehouse.connection)
    if first is not None and plan.as_of < first:
        raise CommandError(f"nothing was read up to {plan.as_of}; the first day with data is {first}")


def build_trends(plan: RunPlan, stop: StopRequest | None = None) -> Path:
    """Build the marts and publish the read-only file; its stable path. Stopped, it has published nothing."""
    taxonomy = read_taxonomy_table(find_user_file(plan.home, "taxonomy.yaml"))
    interests = {row["code"] for row in taxonomy.to_pylist() if row["level"] == 1}
    calibration = read_calibration_table(find_user_file(plan.home, "calibration.csv"), interests)
    with open_warehouse(plan, stop) as warehouse:
        with track_step("trends", stop) as advance:
            build_marts(
                warehouse,
                plan.run_id,
                as_of=plan.as_of,
                on_progress=advance,
                forecaster=load_forecaster(plan.home),
                taxonomy=taxonomy,
                calibration=calibration,
                synonyms=read_synonyms_table(find_user_file(plan.home, "synonyms.yaml")),
                watch_list=read_watch_list(plan.home),
                brands=read_brand_table(find_user_file(plan.home, ENTITIES_FILE)),
            )
        with track_step("publish", stop):
            return publish(warehouse)
