"""The command `everfair`. Each command is wiring: it reads arguments, calls one action or query, prints the answer."""

import os

import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everfair.config.settings")

app = typer.Typer(
    help="everfair: the trade fair that never closes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
import_app = typer.Typer(help="Bring lists in.", no_args_is_help=True)
export_app = typer.Typer(help="Take lists out.", no_args_is_help=True)
app.add_typer(import_app, name="import")
app.add_typer(export_app, name="export")
meetings_app = typer.Typer(help="Timetables of meetings.", no_args_is_help=True)
app.add_typer(meetings_app, name="meetings")

needs_app = typer.Typer(help="What buyers look for.", no_args_is_help=True)
app.add_typer(needs_app, name="needs")
agreements_app = typer.Typer(help="Agreements and the chain of records.", no_args_is_help=True)
app.add_typer(agreements_app, name="agreements")
outcomes_app = typer.Typer(help="The registry of outcomes.", no_args_is_help=True)
app.add_typer(outcomes_app, name="outcomes")


def main() -> None:
    """Set Django up, register the commands, run one."""
    import django

    django.setup()
    from everfair.config.cli import (  # app ready
        agreements,
        checking,
        exporting,
        importing,
        keeping,
        mailing,
        meetings,
        needs,
        outcomes,
        schedules,
        searching,
        serving,
        timetable,
    )

    serving.register(app)
    searching.register(app)
    keeping.register(app)
    mailing.register(app)
    checking.register(app)
    timetable.register(app)
    import_app.command("exhibitors")(importing.import_exhibitors)
    export_app.command("exhibitors")(exporting.export_exhibitors)
    import_app.command("programme")(schedules.import_programme)
    export_app.command("programme")(schedules.export_programme)
    meetings_app.callback()(lambda: None)  # keeps "run" a word of its own while it is the only one
    meetings_app.command("run")(meetings.run)
    needs_app.callback()(lambda: None)
    needs_app.command("import")(needs.import_list)
    agreements_app.callback()(lambda: None)
    agreements_app.command("verify")(agreements.verify)
    outcomes_app.command("recompute")(outcomes.recompute)
    outcomes_app.command("verify")(agreements.verify)
    app()
