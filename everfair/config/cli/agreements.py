"""`agreements verify`: the chain, the agreements and their files computed anew; what differs is named."""

import typer


def verify() -> None:
    """Compute every digest, statement, document and record anew. Exit code 1 when anything differs; nothing is changed."""
    from everfair.agreements.queries.chain import verify as judge  # app ready

    verdict = judge()
    typer.echo(
        f"{verdict.entries} entries, {verdict.heads} heads, {verdict.agreements} agreements, "
        f"{verdict.files} files, {verdict.quotations} versions of accepted quotations, {verdict.others} others."
    )
    for difference in verdict.differences:
        typer.echo(f"  {difference.where}: {difference.what}", err=True)
    if not verdict.is_whole:
        typer.echo(f"{len(verdict.differences)} things differ.", err=True)
        raise SystemExit(1)
    typer.echo("Nothing differs.")
