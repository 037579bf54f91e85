"""Letters to people: `send` writes one in the reader's language and queues it. No rights here."""

from everfair.gateways.mail.letter import Letter, render
from everfair.gateways.mail.outbox import post, send_unsent, unsent_count

__all__ = ["Letter", "post", "render", "send", "send_unsent", "unsent_count"]


def send(
    to: str,
    template: str,
    context: dict[str, object],
    language: str,
    *,
    reply_to: str | None = None,
    unsubscribe: str | None = None,
) -> None:
    """Write `mail/<template>` to one person in `language` ("en", "zh") and queue it.

    The letter leaves only when the caller's transaction commits; a mail server that is away never breaks the
    request: the letter waits, is tried again for three days, then lies as a file in DATA_DIR/mail/unsent.
    `unsubscribe`: an address that ends such letters by one POST (RFC 8058).
    """
    post(render(to, template, context, language, reply_to=reply_to, unsubscribe=unsubscribe))
