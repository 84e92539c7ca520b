"""The outbox: sends a document to the channels that the settings name."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from connectors.settings.settings import Settings
from kpis.document import Document
from kpis.errors import AllianceError, OutboxError, SettingsError

CHANNELS = ("slack", "email")
"""All channels that there are, in the order in which they are served."""

_EXAMPLE = {
    "slack": "[outbox.slack] with webhook = 'env:SLACK_WEBHOOK'",
    "email": "[outbox.email] with host, sender and recipients",
}


def channels(
    settings: Settings, asked: Collection[str] = (), or_none: bool = False
) -> tuple[str, ...]:
    """The channels to send to: those asked for, by default all that the settings name.

    Raises SettingsError when there is none, or one asked for is not in the settings; with
    ``or_none`` these are left out.
    """
    configured = [name for name in CHANNELS if getattr(settings.outbox, name) is not None]
    missing = [name for name in CHANNELS if name in asked and name not in configured]
    if (missing or not configured) and not or_none:
        wanted = missing or CHANNELS
        raise SettingsError(
            f"The settings name no {' nor '.join(wanted)} to send to. Add "
            f"{' or '.join(_EXAMPLE[name] for name in wanted)}, or see with --dry-run what would "
            "be sent."
        )
    return tuple(name for name in configured if not asked or name in asked)


def send(channel: str, document: Document, settings: Settings, now: datetime) -> str | None:
    """Send a document to one channel; return a warning where it was accepted all but whole, if any.

    Raises OutboxError when the channel did not accept it, SettingsError without its secrets.
    """
    outbox = settings.outbox
    if channel == "slack" and outbox.slack:
        from connectors.outbox import slack  # a channel's libraries, where it is used

        slack.send(document, outbox.slack, settings.folder)
        return None
    if channel == "email" and outbox.email:
        from connectors.outbox import email

        return email.send(document, outbox.email, settings.folder, now)
    raise SettingsError(f"The settings name no {channel} to send to.")


def each(served: Iterable[str], serve: Callable[[str], str | None]) -> list[AllianceError]:
    """Serve every channel, whatever becomes of the others; return what went wrong.

    serve: serves one, and returns a warning where it was accepted all but whole.
    """
    failures: list[AllianceError] = []
    for channel in served:
        try:
            text = serve(channel)
        except AllianceError as error:
            failures.append(error)
        else:
            failures += [OutboxError(text)] if text else []
    return failures
