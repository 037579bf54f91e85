"""`sample`, `backup`, `restore`: filling and keeping an installation."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(sample)
    app.command()(backup)
    app.command()(restore)


def sample(
    scale: Annotated[
        str,
        typer.Option(
            help="small, ciftis (18,000 firms, 300,000 offers), canton (26,000, 2.4 million) or meetings "
            "(2,000 buyers, 3,000 firms, 60,000 wishes)."
        ),
    ] = "",
    slug: Annotated[str, typer.Option(help="Slug of the edition that is made.")] = "",
    seed: Annotated[int, typer.Option(help="The same seed gives the same catalogue.")] = 1,
) -> None:
    """Load the sample fair, or a catalogue of measuring size."""
    import time

    from everfair.config import setup
    from everfair.sample.scale import SCALES, make_scale  # slow import

    if scale and scale not in SCALES:
        raise SystemExit(f"There is no scale “{scale}”. Choose one of: {', '.join(SCALES)}.")
    setup.make_database()
    if not scale:
        setup.load_sample_once(typer.echo)
        setup.make_index_if_missing(typer.echo)
        return
    started = time.monotonic()
    with typer.progressbar(length=SCALES[scale].offers, label="Offers") as bar:
        shown = 0

        def advance(done: int, total: int) -> None:
            nonlocal shown
            bar.update(done - shown)
            shown = done

        edition = make_scale(scale, slug=slug, seed=seed, progress=advance)
    seconds = time.monotonic() - started
    typer.echo(
        f"{edition.slug}: {SCALES[scale].offers} offers in {seconds:.1f} s, {SCALES[scale].offers / seconds:.0f} a second."
    )


def backup(
    target: Annotated[
        Path | None, typer.Argument(help="The file to write; default: DATA_DIR/backups/<time>.tar.gz")
    ] = None,
) -> None:
    """Write database, media and settings into one file. The server may go on running."""
    from django.conf import settings

    from everfair.config.backup import BackupError, write_backup

    path = target or settings.DATA_DIR / "backups" / f"everfair-{datetime.now():%Y%m%d-%H%M%S}.tar.gz"
    try:
        write_backup(path, typer.echo)
    except BackupError as error:
        raise SystemExit(str(error)) from error
    typer.echo(
        f"Written: {path} ({path.stat().st_size / 1e6:.1f} MB). It holds secrets: keep it as you keep the server."
    )


def restore(
    source: Annotated[Path, typer.Argument(help="A file that `everfair backup` wrote.", exists=True)],
    replace: Annotated[bool, typer.Option(help="Replace what this installation holds.")] = False,
) -> None:
    """Put a backup into this installation. Stop the server first."""
    from everfair.config import setup
    from everfair.config.backup import BackupError, restore_backup

    setup.make_database()
    try:
        manifest = restore_backup(source, replace=replace, say=typer.echo)
    except BackupError as error:
        raise SystemExit(str(error)) from error
    kept = ", ".join(sorted(manifest["settings"]))
    typer.echo(f"Restored the backup of {manifest['made_at']}. Settings it was made with: {kept}.")
    typer.echo("Everybody must sign in again. Tasks and letters that were waiting here before were cleared.")
