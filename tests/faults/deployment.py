"""A deployment that worked until a fault struck, and what must hold then: the same for each fault.

While the fault lasts, the last good snapshot serves the report and the page, and one paragraph
names the remedy; once it is gone, the next refresh succeeds, and every row that the source holds
is loaded or rejected, once. No secret is written, printed or served, before, during or after.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from streamlit.testing.v1 import AppTest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.failures import forget_failure, last_failure
from connectors.snapshots.newest_sound import current_snapshot, is_sound
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot, read_table
from kpis.errors import AllianceError
from tests.faults.canaries import SECRETS_TOML, SETTINGS, canaries, files_written, found_in
from tests.maven import alliance
from tests.sheets_server import SheetsServer

Row = tuple[str, str]


class Printed(Protocol):
    """What a process and its children have printed since it was asked last: pytest's capfd."""

    def readouterr(self) -> tuple[str, str]: ...


FIRST_ROWS: tuple[Row, ...] = (("a", "2026-01-02"), ("b", "2026-01-03"), ("x", ""))
"""Two leads, and a row that is rejected for lack of a day."""

_MAPPED = """
as_of = 2026-01-31
{source}
[tables.leads]
source = "crm"
{origin}
columns = {{ lead_id = "id", created_at = "created" }}
"""
JANUARY = ("--from", "2026-01-01", "--to", "2026-01-31", "--json")
PAGE = """
from kpis.calendar import Period
from kpis.scorecard.scorecard import scorecard
from pages.parts.frame import freshness
from pages.parts.frame.data import asked_facts, settings, shown_snapshot
import datetime
import streamlit as st

snapshot = shown_snapshot()
freshness.draw_banner(settings(), snapshot)
with asked_facts(snapshot.folder) as facts:
    january = Period(datetime.date(2026, 1, 1), datetime.date(2026, 1, 31))
    st.metric("Leads", int(scorecard(facts, [january])["leads"].item()))
"""
"""What every page does: the snapshot to show, the banner, and a question."""


@dataclass
class Deployment:
    """A company whose leads come from one source.

    hold: lets the source hold these rows, and nothing else; what it broke, it mends. printed: all
    that was printed so far. pages: all that was served.
    """

    settings_file: Path
    hold: Callable[[Sequence[Row]], object]
    secrets: tuple[str, ...]
    rows: tuple[Row, ...] = FIRST_ROWS
    printed: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return load_settings(self.settings_file)

    @property
    def folder(self) -> Path:
        return self.settings.snapshot_folder

    def in_order(self) -> Snapshot:
        """The snapshot of what the source holds, and no failure kept."""
        forget_failure(self.settings, datetime.now(UTC))
        found = current_snapshot(self.settings)
        if found is None:
            self.hold(self.rows)
            found = self.refreshed()
        return found

    def grow(self) -> None:
        """One more lead, so that new figures differ from old ones."""
        self.rows += ((f"lead-{len(self.rows)}", "2026-01-04"),)
        self.hold(self.rows)

    def refreshed(self) -> Snapshot:
        """Refresh here, which must succeed; in a process of its own it takes seconds."""
        made = refresh(self.settings, datetime.now(UTC))
        self.holds_the_truth(made)
        return made

    def refused(self, capfd: Printed, apart: bool) -> str:
        """The one paragraph of a refresh that fails, with all that its processes print.

        apart: by the command line, which reads in a process of its own.
        """
        if apart:
            result = alliance("refresh", "--settings", self.settings_file)
            assert result.exit_code == 1, result.stdout
            self.printed += [result.stdout, result.stderr]
            paragraph = result.stderr.strip()
        else:
            with pytest.raises(AllianceError) as refused:
                refresh(self.settings, datetime.now(UTC))
            paragraph = str(refused.value)
        out, err = capfd.readouterr()
        self.printed += [paragraph, out, err]
        assert "Traceback" not in err, err
        assert paragraph and "\n" not in paragraph
        return paragraph

    def holds_the_truth(self, made: Snapshot) -> None:
        """Rows read = loaded + rejected, and each is one that the source holds, once."""
        good = [row for row in self.rows if row[1]]
        report = made.manifest.tables["leads"]
        read = (report.read, report.loaded, report.rejected)
        assert read == (len(self.rows), len(good), len(self.rows) - len(good))
        leads = read_table(made.folder, "leads")
        days = leads["created_at"].dt.tz_convert("UTC").dt.strftime("%Y-%m-%d")
        assert sorted(zip(leads["lead_id"], days, strict=True)) == sorted(good)
        assert len(read_table(made.folder, "rejects")) == report.rejected
        assert is_sound(made)

    def serves(self, leads: int, banner: str = "") -> None:
        """The report and the page show so many leads; the page says why they are not newer."""
        result = alliance("report", "--settings", self.settings_file, *JANUARY)
        self.printed += [result.stdout, result.stderr]
        assert json.loads(result.stdout)["rows"][0]["measures"]["leads"] == leads, result.stderr
        page = self.page()
        assert [metric.value for metric in page.metric] == [str(leads)]
        shown = " ".join(error.value.replace("\\", "") for error in page.error)
        assert banner.replace("\\", "") in shown if banner else not shown

    def page(self, script: str = PAGE) -> AppTest:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("ALLIANCE_SETTINGS", os.fspath(self.settings_file))
            # It leaves its script in this place, which a process of a refresh would run again.
            environment.setitem(sys.modules, "__main__", sys.modules["__main__"])
            page = AppTest.from_string(script, default_timeout=120).run()
        self.pages.append("\n".join(texts_of(page.main)))
        assert not page.exception, page.exception[0].message
        return page

    def leaks_nothing(self) -> None:
        everything = [*self.printed, *self.pages, *files_written(self.settings_file.parent)]
        assert found_in(everything, self.secrets) == set()


def texts_of(block: Any) -> Iterator[str]:
    """All that a page sends of its elements."""
    for child in block.children.values():
        yield str(child.proto)
        if hasattr(child, "children"):
            yield from texts_of(child)


Inject = Callable[[Any], AbstractContextManager[object] | object]
"""Strikes; where it returns a context manager, the fault is gone at its end."""


@dataclass(frozen=True)
class Fault:
    """What breaks, and parts of the paragraph that says so.

    apart: the refresh is one by the command line, in a process of its own; else it is one here,
    which takes a second less.
    """

    inject: Inject
    says: tuple[str, ...]
    apart: bool = False


def is_survived(
    deployment: Deployment,
    broken: Any,
    fault: Fault,
    capfd: Printed,
    is_kept: bool = True,
) -> str:
    """All claims on a fault that makes a refresh fail; returns the paragraph.

    broken: what the fault is injected into.
    is_kept: the disk takes the record of the failure, so that the page can say it.
    """
    good = deployment.in_order()
    leads = good.manifest.tables["leads"].loaded
    injected = fault.inject(broken)
    lasts = hasattr(injected, "__exit__") and not isinstance(injected, Path)
    with injected if lasts else nullcontext():
        paragraph = deployment.refused(capfd, fault.apart)
        for part in fault.says:
            assert part in paragraph
        assert current_snapshot(deployment.settings) == good
        kept = last_failure(deployment.settings)
        if kept is not None:
            assert kept.why == paragraph and good.manifest.created_at < kept.since == kept.at
        assert (kept is not None) == is_kept
        deployment.serves(leads, banner=paragraph if is_kept else "")
    deployment.grow()
    made = deployment.refreshed()
    assert made.name > good.name and last_failure(deployment.settings) is None
    deployment.serves(leads + 1)
    deployment.leaks_nothing()
    return paragraph


def deployed(
    folder: Path,
    source: str,
    origin: str,
    hold: Callable[[Sequence[Row]], object],
    sheets: SheetsServer | None = None,
    port: int = 1,
    more: str = "",
) -> Deployment:
    """Write the settings of a deployment, and canaries wherever a secret may stand."""
    settings = folder / "settings.toml"
    text = _MAPPED.format(source=source, origin=origin) + more + SETTINGS
    settings.write_text(text, encoding="utf-8")
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(SECRETS_TOML.format(port=port), encoding="utf-8")
    return Deployment(settings, hold, canaries(sheets))


@contextmanager
def environment_of(variables: Mapping[str, str]) -> Iterator[pytest.MonkeyPatch]:
    """These environment variables, until the end of the block."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in variables.items():
            environment.setenv(name, value)
        yield environment
