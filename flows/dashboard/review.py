"""Decisions on new words in; the user's review file and dictionary, and the page of both, out."""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from flows.dashboard.forms import read_form
from flows.dashboard.site import Shown, Site
from nlp.lexicon import LexiconError
from nlp.segment import is_user_word
from nlp.word_review import REVIEW_FILE, ReviewedWord, read_review
from warehouse.reports.wording import Wording

WORDS_SHOWN = 200
DECISIONS = ("accept", "reject")


@dataclass(frozen=True)
class ReviewDesk:
    """The page of new words; nothing published changes by it."""

    site: Site
    writing: threading.Lock = field(default_factory=threading.Lock)

    def list_routes(self) -> list[BaseRoute]:
        """Routes of the page and of its forms."""
        return [Route("/words", self.show), Route("/words", self.decide, methods=["POST"])]

    def show(self, request: Request) -> Response:
        """Words that wait for a decision, and the newest decisions."""
        return self.site.show(request, "words", lambda _, wording: self.lay(request, wording))

    async def decide(self, request: Request) -> Response:
        """Note one decision; 403 for who may not, or whose form is not of this site."""
        form = await read_form(request)
        key, word, decision = (form.get(name, "") for name in ("key", "word", "decision"))
        gate = self.site.gate
        if not gate.may_write(request) or not hmac.compare_digest(key.encode(), gate.form_key.encode()):
            raise HTTPException(403)
        if not is_user_word(word) or decision not in DECISIONS:
            raise HTTPException(400)
        await run_in_threadpool(self.write, word, decision)
        return RedirectResponse("/words?" + urlencode({"decided": word}), 303)

    def write(self, word: str, decision: str) -> None:
        """Bring the review file and the dictionary up to date."""
        # It brings the whole language room along, which the pages have no use for.
        from flows.words import review_words

        accepted, rejected = ([word], []) if decision == "accept" else ([], [word])
        with self.writing:
            review_words(self.site.home, accepted, rejected)

    def lay(self, request: Request, wording: Wording) -> Shown:
        """What the page shows; a review file that is broken is named instead."""
        try:
            lines, problem = read_review(self.site.home / REVIEW_FILE), ""
        except LexiconError as broken:
            lines, problem = [], str(broken).replace(f"{self.site.home}/", "")
        waiting = sorted((line for line in lines if not line.decision), key=lambda line: -line.surprise)
        decided = [line for line in lines if line.decision]
        may_write = self.site.gate.may_write(request)
        return {
            "lines": [*waiting[:WORDS_SHOWN], *decided[-WORDS_SHOWN:]],
            "problem": problem,
            "done": say_decided(decided, request.query_params.get("decided", ""), wording),
            "may_write": may_write,
            "key": self.site.gate.form_key if may_write else "",
        }


def say_decided(decided: list[ReviewedWord], word: str, wording: Wording) -> str:
    """The sentence on a word that was just decided; empty for one that was not."""
    done = next((line for line in decided if line.word == word), None)
    if done is None:
        return ""
    return wording.tell(
        "words_page",
        "done",
        word=done.word,
        decision=wording.say("words_page", f"{done.decision}ed"),
        count=sum(line.decision == "accept" for line in decided),
    )
