"""`doctor`: is everything in order, and if not, what to do."""

import typer


def register(app: typer.Typer) -> None:
    """Add this file's command."""
    app.command()(doctor)


def doctor() -> None:
    """Check settings, database, index, mail, storage and clock; exit code 1 when something needs doing."""
    from everfair.config.health import examine

    findings = examine()
    for finding in findings:
        mark = "ok  " if finding.is_fine else "TO DO"
        typer.echo(f"{mark:5} {finding.what}: {finding.detail}")
        if finding.to_do:
            typer.echo(f"      → {finding.to_do}")
    raise typer.Exit(0 if all(finding.is_fine for finding in findings) else 1)
