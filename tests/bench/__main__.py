"""`python -m tests.bench [BAR…] [--short] [--json FILE]`."""

import os
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Protocol

import typer
import uvloop

from tests.bench import cpu, desk, figures, growth, latency, live, memory, morning, sharing, throughput, upload
from tests.bench.report import Report, as_json
from tests.bench.stage import NoServers, fresh_settings


class Bar(Protocol):
    """Measures one thing."""

    def __call__(self, *, short: bool) -> Coroutine[None, None, Report]: ...


BARS: dict[str, Bar] = {
    "throughput": throughput.run,
    "cpu": cpu.run,
    "latency": latency.run,
    "live": live.run,
    "growth": growth.run,
    "memory": memory.run,
    "morning": morning.run,
    "figures": figures.run,
    "upload": upload.run,
    "sharing": sharing.run,
    "reports": throughput.run_reports,
    "reports-cpu": cpu.run_reports,
    "screen": desk.screen,
    "board": desk.board,
    "export": desk.export,
}


def main(
    bars: Annotated[
        list[str] | None, typer.Argument(help=f"Any of {', '.join(BARS)}. All where none is named.")
    ] = None,
    short: Annotated[bool, typer.Option(help="A quick look: fewer rounds, less in each.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the figures to this file, too.")] = None,
) -> None:
    """Measure the bars of docs/benchmarks.md on the servers of KENTONGAN_KAFKA and KENTONGAN_MONGO."""
    chosen = bars or list(BARS)
    unknown = [name for name in chosen if name not in BARS]
    if unknown:
        raise typer.BadParameter(f"no such bar: {', '.join(unknown)}")
    try:
        fresh_settings()
    except NoServers as missing:
        typer.echo(f"bench: {missing}", err=True)
        raise typer.Exit(1) from None
    reports = []
    machine = {
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "short": short,
    }
    for name in chosen:
        report = uvloop.run(BARS[name](short=short))
        reports.append(report)
        typer.echo("\n".join((*report.lines(), "")))
    if json is not None:
        json.write_text(as_json(machine, reports), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
