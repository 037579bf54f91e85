"""`receive-mail`: one letter from the mail server, as an answer in a conversation. Ends as mail servers expect (sysexits)."""

import sys
from typing import Annotated

import typer

MOST_BYTES = 60 * 1024 * 1024  # five files, packed for mail
KEPT, BAD_LETTER, NO_SUCH_USER, TRY_AGAIN, NOT_SET_UP = 0, 65, 67, 75, 78


def register(app: typer.Typer) -> None:
    """Add this file's command."""
    app.command("receive-mail")(receive_mail)


def receive_mail(
    recipient: Annotated[
        list[str] | None,
        typer.Argument(help="Addresses it was sent to, where the letter itself does not name them."),
    ] = None,
) -> None:
    """Read one letter from standard input and put it into the conversation it answers."""
    code, sentence = receive(sys.stdin.buffer.read(MOST_BYTES + 1), recipient or [])
    if sentence:
        typer.echo(sentence, err=True)
    if code:
        raise SystemExit(code)


def receive(raw: bytes, recipients: list[str]) -> tuple[int, str]:
    """(exit code, sentence for the mail server). Whatever goes wrong here and not in the letter is tried again."""
    from django.conf import settings

    from everfair.conversations.actions.by_mail import NoSuchAddress, take_letter  # app ready
    from everfair.gateways.mail.incoming import NoLetter  # app ready

    if not settings.INBOUND_ADDRESS:
        return NOT_SET_UP, "EVERFAIR_INBOUND_ADDRESS is not set: this installation takes no letters."
    if len(raw) > MOST_BYTES:
        return BAD_LETTER, f"This letter is larger than {MOST_BYTES // 1_048_576} MB."
    try:
        taken = take_letter(raw, recipients=recipients)
    except NoLetter as error:
        return BAD_LETTER, f"This cannot be read as a letter: {error}."
    except NoSuchAddress:
        return NO_SUCH_USER, "No conversation takes letters at this address. Answer on the page of the fair."
    except (
        Exception
    ) as error:  # database away, disk full, a fault of ours: the letter waits with the mail server
        return TRY_AGAIN, f"Not now: {type(error).__name__}. Try again later."
    return KEPT, "" if taken.what == "kept" else f"The letter was {taken.what}."
