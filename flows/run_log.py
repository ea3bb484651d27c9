"""What Prefect logs of a run in; what the command itself does not tell in a sentence out."""

from __future__ import annotations

import logging

from flows.failures import explain_failure

RUN_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")
EVENTS_LOGGER = "EventsWorker"
"""Prefect's sender of events: it warns of each that is still to be sent at the end, which is waited for."""


def hide_explained() -> None:
    """Keep from the terminal what the command says better; call once Prefect has set its logging up.

    Prefect's server gets all the same.
    """
    for handler in logging.getLogger().handlers:
        handler.addFilter(tells_more)


def tells_more(record: logging.LogRecord) -> bool:
    """False for the traceback of a failure that has a sentence, and for the word that a run ends."""
    if record.name == EVENTS_LOGGER:
        return record.levelno >= logging.ERROR
    if record.name not in RUN_LOGGERS:
        return True
    failure = record.exc_info[1] if record.exc_info else None
    if isinstance(failure, Exception):
        return explain_failure(failure) is None
    return not record.getMessage().startswith(("Crash detected!", "Finished in state"))
