"""Where messages go: a Slack channel, e-mail; their secrets are references."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

REFERENCE = r"^(env|secrets):.+$"


class Slack(BaseModel):
    """An incoming webhook of Slack; its address is a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook: str = Field(pattern=REFERENCE)


class Email(BaseModel):
    """A mail server (SMTP), and who gets the messages.

    security: ``starttls`` (usually port 587), ``tls`` from the first byte (465), or ``none`` for a
    server on the same machine. user and password are references, both or neither.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = Field(default=None, pattern=REFERENCE)
    password: str | None = Field(default=None, pattern=REFERENCE)
    sender: str
    recipients: tuple[str, ...] = Field(min_length=1)

    @field_validator("sender", "recipients")
    @classmethod
    def _one_line(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for address in (value,) if isinstance(value, str) else value:
            if "@" not in address or any(c in address for c in "\r\n"):
                raise ValueError(f"'{address!r}' is no e-mail address")
        return value


class Outbox(BaseModel):
    """Where digests and alerts are sent; ``dashboard`` is the address that they link to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dashboard: str | None = Field(default=None, pattern=r"^https?://\S+$")
    slack: Slack | None = None
    email: Email | None = None
