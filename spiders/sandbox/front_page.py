"""A request for the root in, a page out that says what is served, what is planted and what can break."""

from __future__ import annotations

from spiders.sandbox.faults.table import FAULTS
from spiders.sandbox.pages import render_page
from spiders.sandbox.wire import Answer, SiteRequest, answer_html, discover_routes


def write_front_page(request: SiteRequest) -> Answer:
    """An index for people."""
    faults = sorted(FAULTS.items())
    return answer_html(
        render_page("front", world=request.world, platforms=sorted(discover_routes()), faults=faults)
    )
