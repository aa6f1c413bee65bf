"""`kentongan dead`: what a service could not handle, and sending it again once the cause is mended."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated

import typer

app = typer.Typer(help="Messages that a service could not handle.", no_args_is_help=True)

Service = Annotated[str, typer.Argument(help="The service that could not handle it, such as `queue`.")]
Reason = Annotated[str | None, typer.Option(help="Only this kind of reason, such as `invalid-data`.")]


@app.callback()
def _dead() -> None:
    """Messages that a service could not handle: list them, look at one, send them again."""


@app.command("list")
def list_letters(
    service: Service,
    reason: Reason = None,
    replayed: Annotated[bool, typer.Option("--replayed", help="Also those that were sent again.")] = False,
) -> None:
    """One line a message: its id, when it died, and why."""
    _run(_list(service, reason, replayed))


@app.command()
def show(service: Service, id: Annotated[str, typer.Argument(help="As `list` prints it.")]) -> None:
    """One message whole: reason, headers and data."""
    _run(_show(service, id))


@app.command()
def replay(
    service: Service,
    ids: Annotated[list[str] | None, typer.Argument(help="As `list` prints them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every message that was not sent again yet.")] = False,
    reason: Reason = None,
) -> None:
    """Send messages to where they came from, byte for byte. Their effect still happens once."""
    if bool(ids) == everything:
        raise typer.BadParameter("name the messages, or say --all")
    _run(_replay(service, ids or [], everything, reason))


def _run(work: Coroutine[None, None, None]) -> None:
    import logging

    from shared import log
    from shared.messaging.errors import Transient
    from shared.settings import Settings

    log.configure(Settings(log_level="error"), service="kentongan", role="cli")
    for library in ("aiokafka", "asyncio"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # what matters arrives as the command's one line
    try:
        asyncio.run(work)
    except (Transient, LookupError) as error:
        typer.echo(f"kentongan: {error}", err=True)
        raise typer.Exit(1) from None


async def _list(service: str, reason: str | None, replayed: bool) -> None:
    from shared.clock import system_clock
    from shared.messaging.dead_box import opened
    from shared.settings import Settings

    async with opened(Settings(), service, clock=system_clock) as box:
        letters = await box.letters()
    for kept in letters:
        if reason in (None, kept.reason_kind) and (replayed or kept.replayed_at is None):
            again = f"  (sent again {kept.replayed_at:%Y-%m-%d %H:%M:%S})" if kept.replayed_at else ""
            typer.echo(f"{kept.letter.id}  {kept.letter.at:%Y-%m-%d %H:%M:%S}  {_plain(kept.letter.reason)}{again}")


async def _show(service: str, id: str) -> None:
    from shared.clock import system_clock
    from shared.messaging.dead_box import chosen, opened
    from shared.settings import Settings

    async with opened(Settings(), service, clock=system_clock) as box:
        try:
            (letter,) = chosen(await box.letters(), [id], everything=False, reason=None)
        except KeyError:
            raise LookupError(f"{service} has no dead letter {id}") from None
    typer.echo(f"reason   {_plain(letter.reason)}\nat       {letter.at.isoformat()}\ntopic    {letter.topic}")
    typer.echo(f"key      {_readable(letter.key)}")
    for name, value in letter.headers:
        typer.echo(f"header   {_plain(name)}: {_readable(value)}")
    typer.echo(f"\n{_readable(letter.value)}")


async def _replay(service: str, ids: list[str], everything: bool, reason: str | None) -> None:
    from shared.clock import system_clock
    from shared.messaging.dead_box import chosen, opened
    from shared.settings import Settings

    async with opened(Settings(), service, clock=system_clock) as box:
        try:
            letters = chosen(await box.letters(), ids, everything=everything, reason=reason)
        except KeyError as error:
            raise LookupError(f"{service} has no dead letter {error.args[0]}") from None
        await box.replay(letters)
    for letter in letters:
        typer.echo(f"{letter.id}  sent to {letter.topic}")


def _readable(data: bytes | None) -> str:
    """Text as text; what is no text in the notation of Python's bytes."""
    if data is None:
        return "(none)"
    try:
        return _plain(data.decode())
    except UnicodeDecodeError:
        return repr(data)


def _plain(text: str) -> str:
    """A sender's words, which must not steer the reader's terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
