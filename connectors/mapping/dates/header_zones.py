"""The time zone that a column of times names: ``Create Date (UTC)`` in its header, or below it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from connectors.mapping.cells import Cells, Remark, matching
from connectors.mapping.dates.moments import Moments
from connectors.mapping.dates.whole_days import whole_days

_UTC = re.compile(
    r"(?<![^\W_])(?P<utc>UTC|GMT|zulu)(?![^\W\d_])(?P<offset>\s?[+\-−±]\s?\d[\d:.]*)?"
    r"|[(\[](?P<z>Z)[)\]]|[\s_]Z$",
    re.I,
)
_OTHERS = re.compile(
    r"(?<![^\W_])(?:[ECMP][SD]?T|AK[SD]T|HST|CES?T|MESZ|MEZ|WES?T|EES?T|MSK|BST|IST|JST|KST|SGT"
    r"|A[EWC][SD]T|NZ[SD]T)(?![^\W_])"
    r"|(?i:(?:eastern|central|mountain|pacific)(?: (?:standard|daylight))? time)"
    r"|(?<=_)(?:pst|pdt|edt|cet|cest|mez|mesz|jst)$"
    r"|\b(?:Europe|America|Asia|Africa|Australia|Pacific|Atlantic)/[A-Z][A-Za-z_]+"
)
_IMPORT = re.compile(r'\{"ImportId":.*"timeZone": ?"([\w/+-]+)".*\}')
"""The third header of Qualtrics: ``{"ImportId":"recordedDate","timeZone":"America/Denver"}``."""


@dataclass(frozen=True)
class ZoneOfTimes:
    """The zone of a column's times that name none, and what to say of them.

    header: what may name it. in_header: the zone that it names, None where that is nothing, or a
    zone is set for the source.
    """

    name: str
    header: str
    in_header: str | None

    def remarks(self, found: Moments, as_instants: bool) -> Iterator[Remark]:
        """Remark on the times that the header's zone decides, or would decide."""
        if self.in_header is None:
            return
        whole = ~np.isnat(whole_days(found, self.name, as_instants))
        open_ = tuple(np.flatnonzero(~np.isnat(found.wall) & ~found.in_utc & ~whole).tolist())
        if not open_:
            return
        if self.in_header == self.name:
            what = f"were taken in {self.name}, which the header '{self.header}' names"
            yield Remark(open_, what, "time_zone on the source decides otherwise.")
        else:
            yield Remark(
                open_,
                f"were taken in {self.name}, but the header '{self.header}' names {self.in_header}",
                f'Set time_zone on the source: time_zone = "{self.name}", or another, decides.',
                is_doubt=True,
            )


def zone_of_times(header: str, of_source: str | None, of_company: str, cells: Cells) -> ZoneOfTimes:
    """Return the source's zone where it is set, else UTC where the header says so, else ours.

    A name such as CET or PT in the header decides nothing: it may be summer time, or not. One of
    Qualtrics, in a row below the header, does.
    """
    if of_source is not None:
        return ZoneOfTimes(of_source, header, None)
    for at in matching(cells.texts, r'^\{"ImportId":'):
        match = _IMPORT.fullmatch(text := str(cells.values[at]))
        if match and (zone := _known(match[1])):
            return ZoneOfTimes(zone, text, zone)
    named = header_zone(header)
    return ZoneOfTimes("UTC" if named == "UTC" else of_company, header, named)


def _known(zone: str) -> str | None:
    try:
        return ZoneInfo("UTC" if zone == "Z" else zone).key
    except (ValueError, OSError, LookupError):
        return None


def header_zone(header: str) -> str | None:
    """Return what the header of a column of times names: "UTC", another zone or offset, or None."""
    words = re.sub(r"(?<=[a-z])(?=(?:UTC|Utc|GMT|Gmt)\b)", " ", header.strip())
    if match := _UTC.search(words):
        offset = re.sub(r"\s", "", match["offset"] or "")
        return f"{match['utc']}{offset}" if re.search("[1-9]", offset) else "UTC"
    for other in _OTHERS.finditer(words):
        is_set_off = words[: other.start()].endswith(("(", "[")) or other.end() == len(words)
        if is_set_off or not words.isupper():
            return other[0]
    return None
