"""Owns how a process logs: one JSON line an event, to standard error; must not know what is logged.

Nobody passes message texts, secrets or whole numbers to a logger. As a second wall the
last processor drops fields that would hold them.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, Final

import structlog

_NEVER: Final = frozenset(
    {"text", "message", "password", "secret", "client_secret", "short_message", "body", "authorization"}
)


def set_up_logs(process: str, default: str = "info") -> None:
    """Log as this process; COMITY_LOG_LEVEL chooses how much."""
    level = getattr(logging, os.environ.get("COMITY_LOG_LEVEL", default).upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _drop_what_must_not_be_logged,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=_Unfailing()),  # type: ignore[arg-type]
    )
    structlog.contextvars.bind_contextvars(process=process)
    # It tells of lost connections in tracebacks; who holds them tells in a line.
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)


class _Unfailing:
    """Standard error as it is now; one that was closed must not stop what only wanted to be told of."""

    def write(self, text: str) -> None:
        """Write, if it can be."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush, if it can be."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()


def report_to(event: str) -> Callable[[BaseException], None]:
    """A function that logs an error under this event: its kind and place, never the words it carries."""
    log = structlog.get_logger()

    def report(error: BaseException) -> None:
        log.error(event, error=type(error).__name__, where=_where(error))

    return report


def _where(error: BaseException) -> list[str]:
    """The innermost frames, as module:line; values and messages stay out."""
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return frames[-5:]


def _drop_what_must_not_be_logged(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name in _NEVER & event.keys():
        event[name] = "(not logged)"
    return event
