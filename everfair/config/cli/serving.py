"""`demo`, `serve`, `worker`, `manage`: starting the process."""

import signal
import threading
import time
from typing import Annotated

import typer

from everfair.config import setup


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(demo)
    app.command()(serve)
    app.command()(worker)
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(manage)


def run(host: str, port: int) -> None:
    """Serve until a signal ends it; tables and files are there already."""
    import uvicorn  # slow import

    from everfair.realtime.handshake import PatientProtocol  # slow import: brings uvicorn

    uvicorn.run(
        "everfair.config.asgi:application",
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="on",
        http=PatientProtocol,
        ws="websockets-sansio",
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,  # a window of its own for each connection
        ws_ping_interval=20,
        ws_ping_timeout=20,
        timeout_graceful_shutdown=5,
    )


def demo(port: Annotated[int, typer.Option(envvar="PORT", help="Port on 127.0.0.1.")] = 8000) -> None:
    """Make everything that is missing, load the sample fair once, and serve it on this machine only."""
    started = time.monotonic()
    setup.require_demo_settings()
    setup.name_own_address(port)
    setup.warm_engines()  # first: the sample's matches need them, and the other core has nothing to do
    setup.make_database()
    setup.collect_static_files()
    setup.load_sample_apart()
    setup.make_index_if_missing(typer.echo)
    typer.echo(setup.demo_greeting(port, time.monotonic() - started))
    run("127.0.0.1", port)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 0,
    migrate: Annotated[bool, typer.Option(help="Bring the database up to date first.")] = True,
) -> None:
    """Serve the fair."""
    from django.conf import settings

    if migrate:
        setup.make_database()
    setup.compile_messages()
    setup.collect_static_files()
    setup.make_index_if_missing(typer.echo)
    setup.warm_engines()
    run(host or settings.HOST, port or settings.PORT)


def worker() -> None:
    """Run background tasks in a process of their own (set EVERFAIR_WORKER_IN_PROCESS=false for the web processes)."""
    from everfair.config.background import Background

    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    typer.echo("Working. Ctrl-C stops after the task in hand.")
    background = Background()
    background.start(serves=False, works=True)
    ending.wait()
    background.stop(patience=None)


def manage(context: typer.Context) -> None:
    """Run a command of Django's own, for developers: everfair manage migrate."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["everfair manage", *context.args])
