"""A statement of a visitor in; the SQL page with its rows, or with a sentence on why there are none, out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import quote_plus

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from flows.dashboard.downloads import write_csv
from flows.dashboard.forms import read_form
from flows.dashboard.site import Shown, Site
from warehouse.dashboard.published import Reading
from warehouse.errors import QueryFailed, QueryRefused
from warehouse.examples import read_examples
from warehouse.publish import published_path
from warehouse.query import QueryResult, run_query
from warehouse.reports.wording import Wording

WORKERS, MOST_WAITING = 2, 8
"""Statements that run at once, and those that may wait; the next one is told to come back (THREATS Q11)."""
SECONDS, MOST_ROWS, ROWS_SHOWN = 5.0, 10_000, 500
LONGEST_KEPT = 24_000
"""Characters of a statement, as an address writes them, that a change of the language keeps."""


@dataclass(frozen=True)
class Asked:
    """A statement and what came of it."""

    statement: str
    result: QueryResult | None = None
    problem: str = ""
    seconds: float = 0.0
    status: int = 200


@dataclass
class StatementDesk:
    """The SQL page of a site; `asking` are the statements that run or wait."""

    site: Site
    seconds: float = SECONDS
    workers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(WORKERS))
    asking: int = 0

    def list_routes(self) -> list[BaseRoute]:
        """Routes of the page and of its form."""
        return [Route("/sql", self.show), Route("/sql", self.ask, methods=["POST"])]

    def show(self, request: Request) -> Response:
        """The page with the statement of the address in its box, not run."""
        return self.answer(request, Asked(request.query_params.get("q", "")))

    async def ask(self, request: Request) -> Response:
        """Run the form's statement when one of the workers is free."""
        form = await read_form(request)
        statement = form.get("q", "").strip()
        if self.asking >= WORKERS + MOST_WAITING:
            asked = Asked(statement, problem="busy", status=429)
        else:
            self.asking += 1
            try:
                asked = await run_sync(
                    run_statement, self.site, statement, self.seconds, limiter=self.workers
                )
            finally:
                self.asking -= 1
        if form.get("format") == "csv" and asked.result is not None:
            return Response(
                write_csv(asked.result.columns, asked.result.rows),
                media_type="text/csv; charset=utf-8",
                headers={"content-disposition": 'attachment; filename="headwater.csv"'},
            )
        return await run_in_threadpool(self.answer, request, asked)

    def answer(self, request: Request, asked: Asked) -> Response:
        """The page with what was asked, what came of it, and the tables there are."""

        def lay(reading: Reading, _: Wording) -> Shown:
            rows = reading.ask("list_columns").rows
            by_name = groupby(rows, key=lambda row: str(row["relation"]))
            relations = [(name, list(columns)) for name, columns in by_name]
            relations.sort(key=lambda pair: (rank_relation(pair[0]), pair[0]))
            shown = {"asked": asked, "relations": relations, "examples": read_examples(), "most": ROWS_SHOWN}
            # the language is changed by an address, and the gate lets none through that is too long
            fits = 0 < len(quote_plus(asked.statement)) <= LONGEST_KEPT
            return {**shown, "kept": {"q": asked.statement} if fits else {}}

        answer = self.site.show(request, "sql", lay)
        answer.status_code = asked.status
        if asked.status == 429:
            answer.headers["retry-after"] = "5"
        return answer


def run_statement(site: Site, statement: str, seconds: float) -> Asked:
    """Run a statement of a stranger; every failure is a sentence without a path."""
    begun = time.perf_counter()
    try:
        result = run_query(published_path(site.home), statement, MOST_ROWS, seconds)
    except (QueryRefused, QueryFailed) as problem:
        return Asked(statement, problem=str(problem), status=400)
    return Asked(statement, result, seconds=time.perf_counter() - begun)


def rank_relation(name: str) -> int:
    """Views for readers first, then marts, then core tables, then the rest."""
    prefixes = ("v_", "mart_", "core_")
    return next((place for place, prefix in enumerate(prefixes) if name.startswith(prefix)), len(prefixes))
