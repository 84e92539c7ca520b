"""The sentence on rejected rows that every channel shows, so that none is left out in silence."""

from collections.abc import Mapping

from kpis.display import counted, listed


def rejected_text(rows: Mapping[str, tuple[int, int]], see: str) -> str:
    """Return such as "deals: 87 of 1,000 rows rejected; see check"; empty where none was.

    rows: per table how many were rejected and read. see: where each of them is listed.
    """
    counts = [
        f"{name}: {rejected:,} of {read:,} rows rejected"
        for name, (rejected, read) in rows.items()
        if rejected
    ]
    return "; ".join([*counts, f"see {see}"]) if counts else ""


def no_findings_text(rows: Mapping[str, tuple[int, int]], doubts: int, failures: int = 0) -> str:
    """What to say where no check found anything; beside what is rejected or warned of, that it is.

    failures: tables or sources that could not be read, whose rows no check has seen.
    """
    rejected = sum(one for one, _ in rows.values())
    if not rejected and not doubts and not failures:
        return "Every loaded row passed every check."
    loaded = sum(read for _, read in rows.values()) - rejected
    beside = [counted(rejected, "rejected row")] if rejected else []
    beside += [counted(doubts, "warning")] if doubts else []
    beside += [f"{counted(failures, 'failure')} to read a table"] if failures else []
    return f"No check found anything in the {loaded:,} loaded rows; look at {listed(beside)}."
