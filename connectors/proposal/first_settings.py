"""From what a person names on the command line to a settings file: look, propose, ask, write."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from connectors.proposal.answers import Person, answered
from connectors.proposal.company import currency_found, newest_day
from connectors.proposal.proposal import Proposal, proposed
from connectors.proposal.settings_text import CompanyFacts, Fact, settings_text
from connectors.settings.presets import leaves_out_deleted
from connectors.settings.settings import FIRST_DAY, LAST_DAY
from connectors.survey.found import Found
from connectors.survey.given import given_sources
from connectors.survey.looked import looked_into
from kpis.definitions import Company
from kpis.errors import UsageError

_OLD_DAYS = 60
"""Data whose newest day is older than that may have ended."""
NEWEST = "newest"
"""What stands for the newest day of the data."""


@dataclass(frozen=True)
class Wishes:
    """What a person says beside the sources; None is found out, asked, or a default.

    presets: each ``source=preset`` or ``source=schema.preset``, or a preset for the only source.
    as_of: a day, or NEWEST. with_deleted: rows that a tool marks as deleted count, too. day_first:
    of dates that read both ways.
    """

    presets: tuple[str, ...] = ()
    credentials: str = "secrets:google_service_account"
    name: str | None = None
    currency: str | None = None
    time_zone: str | None = None
    as_of: str | None = None
    with_deleted: bool = False
    day_first: bool | None = None


def looked_into_all(
    arguments: Sequence[str], wishes: Wishes, folder: Path, here: Path
) -> tuple[Found, ...]:
    """Return what each named source holds; folder: that of the settings, here: the working one.

    Raises UsageError, SourceError and SettingsError for sources that cannot be meant or reached.
    """
    _checked_company(wishes)
    _check_day(wishes.as_of)
    given = given_sources(arguments, wishes.credentials, folder, here)
    return tuple(looked_into(one, folder) for one in given)


def proposal_of(sources: Sequence[Found], wishes: Wishes, person: Person) -> Proposal:
    """Return the proposal for the sources, with what the person decides about it."""
    presets = _presets(wishes.presets, sources)
    company = _checked_company(wishes)
    found = proposed(sources, presets, company, lambda part: answered(part, person))
    kept = tuple(
        replace(one, with_deleted=leaves_out_deleted(one.preset, one.layout))
        if wishes.with_deleted
        else one
        for one in found.presets
    )
    return replace(found, presets=kept)


def text_of(proposal: Proposal, wishes: Wishes, person: Person, today: date) -> str:
    """Return the settings file; what nobody said about the company is asked, or a default."""
    return settings_text(proposal, _facts(proposal, wishes, person, today), today)


def _facts(proposal: Proposal, wishes: Wishes, person: Person, today: date) -> CompanyFacts:
    currency, place = currency_found(proposal.parts, proposal.presets)
    usual = Company()
    newest = newest_day(proposal.parts, proposal.presets, today)
    is_old = newest is not None and (today - newest).days > _OLD_DAYS
    facts = CompanyFacts(
        name=_fact(wishes.name, "", usual.name, "The company's name", "--company", person),
        currency=_fact(
            wishes.currency, place, currency or usual.currency, "Its currency", "--currency", person
        ),
        time_zone=_fact(
            wishes.time_zone, "", usual.time_zone, "Its time zone", "--time-zone", person
        ),
        as_of=_as_of(wishes, newest, is_old, person),
        newest=newest if is_old else None,
    )
    said = {key: getattr(facts, key).value for key in ("name", "currency", "time_zone")}
    _checked_company(replace(wishes, **said))
    return facts


def _fact(
    given: str | None, place: str, default: str, question: str, option: str, person: Person
) -> Fact:
    if given is not None:
        return Fact(given, f"as given with {option}")
    said = person.text(f"{question} ({place})" if place else question, default)
    if said != default:
        return Fact(said, "as answered")
    return Fact(default, place or f"not found in the data: the default; {option} says another")


def _as_of(wishes: Wishes, newest: date | None, is_old: bool, person: Person) -> Fact | None:
    if wishes.as_of == NEWEST:
        if newest is None:
            raise UsageError("--as-of newest: no table has dates up to today. Give a day.")
        return Fact(str(newest), "the newest day in the data, as asked for with --as-of")
    if wishes.as_of is not None:
        return Fact(wishes.as_of, "as given with --as-of")
    question = f"The newest day in the data is {newest}. Has the data ended, so report as of then?"
    if is_old and person.yes(question):
        return Fact(str(newest), "the newest day in the data, which has ended, as answered")
    return None


def _checked_company(wishes: Wishes) -> Company:
    """The company that a person names; UsageError for a currency or zone that is none."""
    given = {"currency": wishes.currency, "time_zone": wishes.time_zone, "name": wishes.name}
    try:
        return Company.model_validate({key: one for key, one in given.items() if one is not None})
    except ValueError:
        raise UsageError(
            "--currency is a code of three capitals such as EUR, and --time-zone a name such as "
            "Europe/Berlin. Correct them."
        ) from None


def _check_day(as_of: str | None) -> None:
    try:
        day = FIRST_DAY if as_of in (None, NEWEST) else date.fromisoformat(str(as_of))
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise UsageError(f"--as-of is a day such as 2026-10-31, or '{NEWEST}', the data's newest.")


def _presets(wanted: Sequence[str], sources: Sequence[Found]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in wanted:
        source, mark, preset = one.partition("=")
        if not mark:
            databases = [s.name for s in sources if s.source.kind == "database"] or [
                sources[0].name
            ]
            if len(databases) > 1:
                raise UsageError(
                    f"--preset {one}: say for which source, such as {databases[0]}={one}."
                )
            source, preset = databases[0], one
        found.setdefault(source, []).append(preset)
    return found


def refuse_overwriting(file: Path, overwrite: bool, person: Person) -> None:
    """Raise UsageError where the file is there, and nobody says that it may be replaced."""
    if file.exists() and not overwrite and not person.yes(f"{file} is there. Replace it?"):
        raise UsageError(
            f"{file} is there already, and is not replaced. Name another file with --output, or "
            "replace it with --overwrite."
        )


def write_settings(file: Path, text: str) -> None:
    """Write the settings file; a file that is there is replaced as a whole."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)
