"""Where messages go: a Slack channel, e-mail; their secrets are references."""

import re
from email.utils import getaddresses
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

REFERENCE = r"^(env|secrets):.+$"
_ADDRESS = r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+"
"""Plain letters only: few servers take others before the @; a domain has its xn-- form."""
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Slack(BaseModel):
    """An incoming webhook of Slack; its address is a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook: str = Field(pattern=REFERENCE)


class Email(BaseModel):
    """A mail server (SMTP), and who gets the messages.

    security: ``starttls`` (usually port 587), ``tls`` from the first byte (465), or ``none``,
    without a login unless the server is on the same machine. user and password are references,
    both or neither.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(pattern=r"^[^\s@/]+$")
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = Field(default=None, pattern=REFERENCE)
    password: str | None = Field(default=None, pattern=REFERENCE)
    sender: str
    recipients: tuple[str, ...] = Field(min_length=1)

    @field_validator("sender", "recipients")
    @classmethod
    def _addresses(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for address in (value,) if isinstance(value, str) else value:
            if not _is_address(address):
                raise ValueError(
                    f"names {address!r}, which is no e-mail address such as 'anna@example.com' or "
                    "'Anna Keller <anna@example.com>'"
                )
        return value

    @model_validator(mode="after")
    def _login(self) -> "Email":
        if (self.user is None) != (self.password is None):
            raise ValueError("needs both 'user' and 'password', or neither")
        if self.user and self.security == "none" and self.host not in THIS_MACHINE:
            raise ValueError(
                "would send its password unencrypted to another machine. Use security = "
                "'starttls' or 'tls'"
            )
        return self


class Outbox(BaseModel):
    """Where digests and alerts are sent; ``dashboard`` is the address that they link to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dashboard: str | None = Field(default=None, pattern=r"^https?://[!-?A-~]+$")
    slack: Slack | None = None
    email: Email | None = None


def _is_address(text: str) -> bool:
    """Whether a text is exactly one e-mail address, with or without a name before it."""
    if any(character in text for character in "\r\n\0"):
        return False
    found = getaddresses([text])
    return len(found) == 1 and re.fullmatch(_ADDRESS, found[0][1], re.ASCII) is not None
