"""What tells that a source's content may have changed, without reading it."""

from connectors.settings.settings import Settings


def source_fingerprints(settings: Settings) -> dict[str, str | None]:
    """Per source a text that changes when its content may have; None where that is unknown."""
    found: dict[str, str | None] = {}
    for name, source in settings.sources.items():
        match source.kind:
            case "database":
                from connectors.sources.databases import (
                    database,  # a kind's libraries, where it is used
                )

                found[name] = database.fingerprint(name, source, settings.folder)
            case "files":
                from connectors.sources import files

                found[name] = files.fingerprint(source, settings.parts_of(name), settings.folder)
            case "google_sheets" | "demo":
                found[name] = None
    return found
