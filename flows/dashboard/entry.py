"""The token of a visitor in, a session for their browser out."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from flows.dashboard.forms import read_form
from flows.dashboard.guard import SESSION_COOKIE
from flows.dashboard.site import Site


@dataclass(frozen=True)
class EntryDesk:
    """The page that asks for the token."""

    site: Site

    def list_routes(self) -> list[BaseRoute]:
        """Routes of the page and of its form."""
        return [Route("/enter", self.show), Route("/enter", self.enter, methods=["POST"])]

    def show(self, request: Request) -> Response:
        """The form."""
        return self.site.render(request, "enter", "", wrong=False)

    async def enter(self, request: Request) -> Response:
        """Let in who knows the token."""
        form = await read_form(request)
        if not self.site.gate.knows(form.get("token", "")):
            return self.site.render(request, "enter", "", 401, wrong=True)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(SESSION_COOKIE, self.site.gate.session, httponly=True, samesite="strict")
        return answer
