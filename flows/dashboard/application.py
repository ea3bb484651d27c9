"""A site and the names it answers to in; the dashboard as a web application out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response

from flows.dashboard.entry import EntryDesk
from flows.dashboard.guard import Guard
from flows.dashboard.pages import Pages
from flows.dashboard.review import ReviewDesk
from flows.dashboard.site import Site
from flows.dashboard.statements import StatementDesk
from warehouse.dashboard.published import NothingPublished, PublishedDamaged
from warehouse.dashboard.queries import MartMissing


def build_application(site: Site, hosts: list[str]) -> Starlette:
    """All pages behind the guard; a request for a name that is not in `hosts` is refused."""

    @asynccontextmanager
    async def keep_reader(_: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(site.warm)
        yield
        site.reader.close()

    def explain_empty(request: Request, _: Exception) -> Response:
        return site.explain(request, "nothing_published", 503)

    def explain_damage(request: Request, _: Exception) -> Response:
        return site.explain(request, "damaged", 503)

    def explain_refusal(request: Request, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, HTTPException) else 500
        return site.explain(request, "not_found" if status == 404 else "bad", status)

    desks = (Pages(site), StatementDesk(site), ReviewDesk(site), EntryDesk(site))
    return Starlette(
        routes=[route for desk in desks for route in desk.list_routes()],
        middleware=[
            Middleware(Guard, gate=site.gate),
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
        ],
        exception_handlers={
            NothingPublished: explain_empty,
            PublishedDamaged: explain_damage,
            MartMissing: explain_empty,
            HTTPException: explain_refusal,
        },
        lifespan=keep_reader,
    )
