"""Logs: one line a happening, the same shape from our code and from every library.

Invariants: every line says when, how bad, who (service, role, logger) and, while a message or a request is
being handled, which one; no line holds personal data; a log that cannot be written never fails the work.
"""

import logging
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Protocol, TextIO, cast

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

from shared.redact import redacted
from shared.settings import Settings


class CurrentMessage(Protocol):
    """What a log line tells of the message being handled."""

    @property
    def id(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def correlation_id(self) -> str: ...

    @property
    def traceparent(self) -> str | None: ...


current_message: ContextVar[CurrentMessage | None] = ContextVar("current_message", default=None)
"""Set by the loop, once a message. Read only when a line is written, so that it costs nothing otherwise."""

_QUIET = {
    "uvicorn.access": logging.CRITICAL,  # prints raw paths, and a ticket's path is a secret link
    "aiokafka": logging.WARNING,
    "faststream": logging.WARNING,
    "pymongo": logging.WARNING,
}


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger for a module, usable before `configure`: `log.info("line closed", waiting=3)`."""
    return cast(FilteringBoundLogger, structlog.get_logger(name))


def configure(settings: Settings, *, service: str, role: str, stream: TextIO | None = None) -> None:
    """Set up the process's logs, its libraries' and uncaught errors included. To be called once, at the start.

    Start uvicorn with `log_config=None`, or it installs handlers of its own.
    """
    output = stream or sys.stderr
    readable = settings.log == "console" or (settings.log == "auto" and output.isatty())
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,  # a request binds its identifiers there
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        *_exceptions(readable),
        _About(service, role),
        _redact,
        _renderer(readable, colours=output.isatty()),
    ]
    structlog.configure(
        processors=[_own_name, *processors],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda name="": _Lines(output, name),
        cache_logger_on_first_use=False,
    )
    _adopt_libraries(output, level, processors)
    sys.excepthook = _log_crash


def _exceptions(readable: bool) -> list[Processor]:
    """An exception as a readable text, or as data. Never with local variables: they hold people's data."""
    if readable:
        return [structlog.processors.format_exc_info]
    transform = structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
    return [structlog.processors.ExceptionRenderer(transform)]


def _renderer(readable: bool, *, colours: bool) -> Processor:
    if readable:
        return structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


class _About:
    """Adds who speaks and about what. What the caller has stated itself stays."""

    def __init__(self, service: str, role: str) -> None:
        self._who = {"service": service, "role": role}

    def __call__(self, _logger: Any, _method: str, line: EventDict) -> EventDict:
        told: dict[str, str] = dict(self._who)
        if (message := current_message.get()) is not None:
            told |= {
                "message_id": message.id,
                "message_type": message.type,
                "correlation_id": message.correlation_id,
            }
            if message.traceparent:
                told["trace_id"] = message.traceparent[3:35]
        for name, value in told.items():
            line.setdefault(name, value)
        return line


def _redact(_logger: Any, _method: str, line: EventDict) -> EventDict:
    return cast(EventDict, redacted(line))


class _Lines:
    """Where structlog's lines go. Losing one is better than failing the work it tells of."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self.name = name

    def msg(self, line: str) -> None:
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError):  # a closed pipe, a closed stream
            return

    debug = info = warning = error = critical = exception = fatal = msg


class _Handler(logging.StreamHandler[TextIO]):
    """Where libraries' lines go, on the same terms."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the standard library's name
        return


def _adopt_libraries(output: TextIO, level: int, processors: Sequence[Processor]) -> None:
    """Send what libraries log through the same processors."""
    formatter = structlog.stdlib.ProcessorFormatter
    handler = _Handler(output)
    handler.setFormatter(formatter(processors=[_library_name, formatter.remove_processors_meta, *processors]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "faststream"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, level))
    logging.captureWarnings(True)


def _own_name(logger: _Lines, _method: str, line: EventDict) -> EventDict:
    line["logger"] = logger.name
    return line


def _library_name(_logger: Any, _method: str, line: EventDict) -> EventDict:
    line["logger"] = line["_record"].name
    return line


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    get_logger(__name__).critical("crashed", exc_info=(kind, error, trace))
