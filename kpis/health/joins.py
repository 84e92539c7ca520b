"""Whether the rows of one table find those of another: the first thing a wrong mapping breaks."""

from pydantic import BaseModel, ConfigDict

from kpis.coverage import Mapped
from kpis.display import share_text
from kpis.health.references import REFERENCES, called, one_of

LOW = 0.5
"""A join that finds rows for a smaller share is a finding."""


OF_ALL_ROWS = ("deals.lead_id", "leads.campaign_id")
"""The joins of which the share is of all rows, and that must find some.

A cost without a campaign is shared, and a contact may be of somebody who is no lead: checks count
what others name that is not there.
"""


def breaks_by_blanks(table: str, column: str, mapped: Mapped) -> bool:
    """Whether rows whose cell is blank should find a row, too.

    A deal should have a lead, and a lead a campaign unless touches give it one.
    """
    is_lead = (table, column) == ("leads", "campaign_id") and "touches" not in mapped
    return is_lead or (table, column) == ("deals", "lead_id")


class Join(BaseModel):
    """How many rows of a table name a row of another that exists.

    rows: loaded. named: those whose cell is not blank. expected: those that should find a row, see
    breaks_by_blanks. found: those whose other row is loaded. examples, known: ids that name no row,
    and ids that there are; at most three, of a join that finds nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    column: str
    to: str
    rows: int
    named: int
    expected: int
    found: int
    examples: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def of(self) -> int:
        """The rows that the share is of: all, or those that name a row (OF_ALL_ROWS)."""
        return self.rows if self.is_of_all_rows else self.named

    @property
    def is_of_all_rows(self) -> bool:
        """Whether it is one of those that must find some."""
        return f"{self.table}.{self.column}" in OF_ALL_ROWS

    @property
    def share(self) -> float | None:
        """The share of rows that find one; None where there are none."""
        return self.found / self.of if self.of else None

    @property
    def finds_nothing(self) -> bool:
        """Whether rows must find one, and none does."""
        return self.is_of_all_rows and self.expected > 0 and self.found == 0

    @property
    def is_low(self) -> bool:
        """Whether it finds rows, but for fewer than half of those that should."""
        return self.is_of_all_rows and 0 < self.found < LOW * self.expected

    @property
    def text(self) -> str:
        """The join in a few words: ``deals with a known lead``."""
        return f"{called(self.table)} with a known {one_of(self.to)}"


def nothing_found_text(join: Join) -> str:
    """What to say of a join that finds nothing: the ids on both sides, its cost and the remedy."""
    one, rows = one_of(join.to), called(join.table)
    column, key = f"{join.table}.{join.column}", f"{join.to}.{one}_id"
    whole, no = (f"None of the {join.rows:,} {rows}", "a")
    if join.rows == 1:
        whole, no = (f"The one row of {join.table}", "no")
    if join.named:
        named = "It has" if join.rows == 1 else f"{join.named:,} {_have(join.named)}"
        what = f"{whole} has {no} known {one}. {named} a {one} id"
        what += f", such as {_quoted(join.examples)}" if join.examples else ""
        what += f"; ids of {join.to} look like {_quoted(join.known)}" if join.known else ""
        remedy = f"Map {column} and {key} to columns that hold the same ids"
    else:
        what = f"{whole} has {no} {one} id: {column} is mapped, but blank in every row"
        remedy = f"Map {column} to the column that holds the id of the {one}"
    return f"{what}. {effect_of(join)} {remedy}."


def low_share_text(join: Join) -> str:
    """What a join finds that finds rows for few: how many have no id, and how many a lost one."""
    one, blank, lost = one_of(join.to), join.rows - join.named, join.named - join.found
    rest = []
    if blank and join.expected == join.rows:
        rest = [f"{blank:,} {_have(blank)} no {one} id"]
    if lost:
        rest += [f"{lost:,} {_have(lost)} an unknown {'one' if rest else f'{one} id'}"]
    share = share_text(join.found / join.expected)
    of = f"{join.found:,} of {join.expected:,} {called(join.table)} ({share})"
    return f"Only {of} {_have(join.found)} a known {one}; {', '.join(rest)}"


def _have(rows: int) -> str:
    return "has" if rows == 1 else "have"


def effect_of(join: Join) -> str:
    """What rows that find none do to which KPI."""
    if join.table == "leads" and not join.named:
        return "No lead belongs to a campaign."
    return next(r.effect for r in REFERENCES if (r.table, r.column) == (join.table, join.column))


def _quoted(ids: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in ids)
