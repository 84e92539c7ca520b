"""Presets: the tables that a tool such as Fivetran writes from a CRM or ad platform, as settings.

``preset = "salesforce"`` at a source adds the tables of one layout of connectors/presets/ to the
settings. What the settings say of these tables replaces the preset's keys one by one, before
anything is checked.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kpis.errors import SettingsError, nearest

FOLDER = Path(__file__).parents[1] / "presets"

_NOT_DELETED = re.compile(
    r'(\w+\.("?)(?:is_deleted|_fivetran_deleted|IsDeleted|deleted)\2) IS NULL OR \1 = FALSE'
)
"""How queries of presets leave out the rows that the tool marks as deleted."""

_Part = dict[str, Any]
_Tables = dict[str, list[_Part]]


def preset_names() -> list[str]:
    """The presets that there are."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def layouts_of(preset: str) -> dict[str, _Tables]:
    """The layouts of a preset, the usual one first: of each table its parts."""
    content = tomllib.loads((FOLDER / f"{preset}.toml").read_text(encoding="utf-8"))
    return {layout: body["tables"] for layout, body in content.items()}


def leaves_out_deleted(preset: str, layout: str) -> bool:
    """Whether queries of a layout leave out rows that the tool marks as deleted."""
    parts = (part for of_table in layouts_of(preset)[layout].values() for part in of_table)
    return any(_NOT_DELETED.search(part.get("query", "")) for part in parts)


def with_presets(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a settings file with the tables that presets of its sources add.

    A section that names a source with a preset changes what that preset says of the table; it may
    leave out ``source`` where one preset fills the table. All other sections are as written.

    Raises SettingsError (no such preset, layout or table; a section that changes no one part).
    """
    sources, own = content.get("sources", {}), content.get("tables", {})
    if not isinstance(sources, dict) or not isinstance(own, dict):
        return dict(content)
    added = {
        name: _tables_of(name, source)
        for name, source in sources.items()
        if isinstance(source, dict) and source.get("kind") == "database" and "preset" in source
    }
    tables = dict(own)
    for table in dict.fromkeys(table for found in added.values() for table in found):
        of_source = {name: found[table] for name, found in added.items() if table in found}
        tables[table] = _put_together(table, of_source, own.get(table, []))
    return {**content, "tables": tables}


def _tables_of(name: str, source: Mapping[str, Any]) -> _Tables:
    """The tables of the preset that a source names; no value is repeated, it may be a secret."""
    where, preset = f"'sources.{name}.", source["preset"]
    if preset not in preset_names():
        hint = nearest(str(preset), preset_names())
        raise SettingsError(f"{where}preset' names none of the presets. {hint}")
    layouts = layouts_of(preset)
    layout = source.get("layout", next(iter(layouts)))
    if layout not in list(layouts):
        hint = nearest(str(layout), layouts)
        raise SettingsError(f"{where}layout' names none of the layouts of '{preset}'. {hint}")
    tables, without = layouts[layout], source.get("without")
    if source.get("with_deleted") is True:
        tables = {table: [_with_deleted(part) for part in parts] for table, parts in tables.items()}
    left_out = without if isinstance(without, list) else []  # the check refuses another kind
    for table in left_out:
        if table not in list(tables):
            hint = nearest(str(table), tables)
            raise SettingsError(f"{where}without' names no table of '{preset}'. {hint}")
    return {
        table: [_optional(name, part) for part in parts]
        for table, parts in tables.items()
        if table not in left_out
    }


def _with_deleted(part: _Part) -> _Part:
    """A part of a preset whose query keeps the rows that are marked as deleted."""
    return {**part, "query": _NOT_DELETED.sub("TRUE", part["query"])} if "query" in part else part


def _optional(source: str, part: _Part) -> _Part:
    """A part of a preset: tables, rows and columns may be missing, as no two companies' agree."""
    columns = list(part.get("columns", {}))
    return {**part, "source": source, "optional": True, "optional_columns": columns}


def _put_together(table: str, of_source: Mapping[str, list[_Part]], own: Any) -> Any:
    """The parts of presets by their source, as the settings' ``own`` sections change them."""
    sections = [own] if isinstance(own, dict) else own
    if not isinstance(sections, list) or not all(isinstance(one, dict) for one in sections):
        return own  # which the check of the settings refuses
    changes: dict[str, list[_Part]] = {source: [] for source in of_source}
    others: list[_Part] = []
    for section in sections:
        if "source" not in section and len(of_source) > 1:
            raise SettingsError(
                f"'tables.{table}' is filled by the presets of {' and '.join(of_source)}. Say with "
                "'source' which of them this section changes."
            )
        source = section.get("source", next(iter(of_source)))
        (changes[source] if source in list(of_source) else others).append(section)
    parts = [
        part
        for source, preset in of_source.items()
        for part in _changed(table, source, preset, changes[source])
    ]
    parts += others
    return parts[0] if len(parts) == 1 else parts


def _changed(table: str, source: str, preset: list[_Part], sections: list[_Part]) -> list[_Part]:
    if not sections:
        return preset
    if len(sections) != len(preset):
        raise SettingsError(
            f"'tables.{table}': the preset of source '{source}' has {len(preset)} parts, and the "
            f"settings change {len(sections)}. Write [[tables.{table}]] {len(preset)} times, in "
            "the order of the preset, where an empty one changes nothing; or leave the preset's "
            f'out: without = ["{table}"] under [sources.{source}].'
        )
    return [_replaced(part, by) for part, by in zip(preset, sections, strict=True)]


def _replaced(part: _Part, by: _Part) -> _Part:
    """A preset's part with the keys of a section; what the section names may not be missing."""
    merged = {**part, **by}
    for key, value in by.items():
        if isinstance(value, dict) and isinstance(part.get(key), dict):
            merged[key] = {**part[key], **value}
    columns, constants = (_names(by.get(key)) for key in ("columns", "constants"))
    for key, elsewhere in (("columns", constants - columns), ("constants", columns - constants)):
        if isinstance(merged.get(key), dict):
            merged[key] = {n: value for n, value in merged[key].items() if n not in elsewhere}
    if "from" in by or "query" in by:
        merged["optional"] = by.get("optional", False)
        merged = {k: v for k, v in merged.items() if k in by or k not in ("from", "query")}
    left = [name for name in part["optional_columns"] if name not in columns]
    return {**merged, "optional_columns": by.get("optional_columns", left)}


def _names(section: Any) -> set[str]:
    return set(section) if isinstance(section, dict) else set()
