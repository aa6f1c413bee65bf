"""`kentongan queue evaluate | simulate | retain`: how good the waiting times are, on recorded or made-up days; and
what the queue forgets."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import numpy as np
import typer

from services.queue.evaluation import speed
from services.queue.evaluation.chart import chart
from services.queue.evaluation.replay import Replay
from services.queue.evaluation.report import Results, lines
from services.queue.evaluation.scores import Estimated
from services.queue.retain_cli import retain
from services.queue.simulation.days import TIME_ZONE, RecordedDay, simulated
from services.queue.simulation.oracle import Oracle
from services.queue.simulation.record import Unreadable, read_days, write_day

WARM_UP = 10
HELP = "Waiting times: how good they are, and days to try them on. What is forgotten after a while."

app = typer.Typer(help=HELP, no_args_is_help=True)

Seed = Annotated[int, typer.Option(help="Chance: the same seed gives the same days and the same estimates.")]


@app.callback()
def _queue() -> None:
    """Waiting times: how good they are, and days to try them on."""


@app.command()
def evaluate(
    days: Annotated[list[Path] | None, typer.Argument(help="Records of days, as JSON lines.")] = None,
    simulate: Annotated[int, typer.Option(min=0, help="Instead of records, so many made-up days.")] = 0,
    seed: Seed = 1,
    warm_up: Annotated[
        int | None,
        typer.Option(min=0, help=f"Days that only teach. {WARM_UP} before made-up ones, none of records."),
    ] = None,
    oracle: Annotated[bool, typer.Option(help="Ask an oracle too that knows the made-up office.")] = True,
    svg: Annotated[Path | None, typer.Option(help="Draw the results into this file.")] = None,
    time_zone: Annotated[str, typer.Option(help="Of an office whose plan the record does not tell.")] = TIME_ZONE,
) -> None:
    """Replay days and compare the forecast with the simple rules, on every ticket that was called."""
    if bool(days) == bool(simulate):
        raise typer.BadParameter("give records of days, or --simulate and a number")
    if simulate:
        learned = WARM_UP if warm_up is None else warm_up
        series = simulated(learned + simulate, seed)
        truth = Oracle(series.office, np.random.default_rng(seed)).beliefs if oracle else None
        replayed, replay = series.days, Replay(seed, truth=truth)
    else:
        learned = warm_up or 0
        replayed, replay = tuple(_recorded(days or [], ZoneInfo(time_zone))), Replay(seed)
    if learned >= len(replayed):
        raise typer.BadParameter(f"{len(replayed)} days, and {learned} of them only teach: none is left")
    typer.echo(f"{len(replayed) - learned} days, after {learned} that taught the forecast and the simple rules alike.")
    estimates = list(_estimates(replay, replayed, learned))
    if not any(estimate.moment == "joining" for estimate in estimates):
        typer.echo("kentongan: nobody was called to whom anything could be told", err=True)
        raise typer.Exit(1)
    results = Results.of(estimates)
    for line in lines(results):
        typer.echo(line)
    if replay.unanswered:
        typer.echo(f"Nothing could be told to {replay.unanswered}: no counter would have called them.")
    for line in speed.lines():
        typer.echo(line)
    if svg is not None:
        svg.write_text(chart(results, f"Waiting times on {len(replayed) - learned} days"), encoding="utf-8")


@app.command("simulate")
def make_days(
    folder: Annotated[Path, typer.Argument(help="Where the records go, a file a day.")],
    days: Annotated[int, typer.Option(min=1, help="How many; the five kinds come by turns.")] = 5,
    seed: Seed = 1,
) -> None:
    """Make up days of an office and write their records."""
    folder.mkdir(parents=True, exist_ok=True)
    for day in simulated(days, seed).days:
        file = folder / f"{day.name}-{day.kind}.jsonl"
        write_day(day, file, office="made-up", time_zone=TIME_ZONE)
        typer.echo(str(file))


app.command()(retain)


def _recorded(files: list[Path], zone: ZoneInfo) -> list[RecordedDay]:
    try:
        return read_days((line for file in files for line in _lines(file)), zone)
    except (OSError, Unreadable) as error:
        typer.echo(f"kentongan: {error}", err=True)
        raise typer.Exit(1) from None


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as opened:
        yield from opened


def _estimates(replay: Replay, days: tuple[RecordedDay, ...], learned: int) -> Iterator[Estimated]:
    for day in days[:learned]:
        replay.learn(day)
    for day in days[learned:]:
        yield from replay.estimates(day)
