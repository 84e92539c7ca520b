"""Which settings hold: a file that was given, settings.toml, or the demo when there is none."""

from pathlib import Path

from connectors.demo import demo_settings
from connectors.settings import Settings
from connectors.settings_file import load_settings, settings_path


def active_settings(given: str | None = None) -> Settings:
    """The settings of ``given``, $ALLIANCE_SETTINGS or settings.toml; the demo's without any.

    Raises SettingsError when a file was named but cannot be used.
    """
    path = settings_path(given)
    if path is None:
        return demo_settings(Path.cwd())
    return load_settings(path)
