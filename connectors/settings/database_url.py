"""The address of a database as settings may hold it: without a password, which is a secret."""

from typing import Annotated

from pydantic import AfterValidator

from connectors.settings.secrets import REFERENCES, secrets_in


def _url_without_password(url: str) -> str:
    """Return a database URL or a reference to one; raise ValueError for anything else."""
    if url.startswith(REFERENCES):
        return url
    from sqlalchemy.engine import make_url  # only where an address is written out
    from sqlalchemy.exc import ArgumentError

    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number, quoted in it
        raise ValueError(
            "is not a database URL such as 'postgresql+psycopg://user@host/name', "
            "nor a reference such as 'env:CRM_URL'"
        ) from None
    if any(secrets_in(parts)):
        raise ValueError(
            "holds a password. Move the whole URL into an environment variable or "
            'secrets.toml and refer to it: url = "env:CRM_URL"'
        )
    return url


DatabaseUrl = Annotated[str, AfterValidator(_url_without_password)]
"""The URL of a database without a password, or a reference to a whole one."""
