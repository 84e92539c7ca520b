"""The catalogue as a page to read: ``python -m kpis.catalogue_page > docs/kpis.md``."""

from collections.abc import Sequence

from kpis.catalogue import BESIDE, SEVEN, Kpi
from kpis.coverage import places_needed
from kpis.definitions import Definitions
from kpis.display import formula_of

COMMAND = "python -m kpis.catalogue_page > docs/kpis.md"
"""This command writes the page again."""

_UNITS = {
    "count": "a count; a part of one where credit is split",
    "share": "share, shown in per cent",
    "days": "days",
    "money": "company currency",
    "return": "gain per unit of cost, shown in per cent",
    "ratio": "ratio",
    "months": "months",
}
_BETTER = {"up": "more is better", "down": "less is better"}
_SWITCHES: tuple[tuple[str, str], ...] = (
    ("conversion", "period"),
    ("cycle_from", "first_touch"),
    ("cycle_from", "deal_created"),
    ("cycle_over", "deals"),
)
"""Choices of the definitions, other than the defaults, that change the text of a formula."""


def catalogue_page() -> str:
    """The page as Markdown: every KPI of the catalogue with all its entries."""
    parts = [
        "# The KPIs\n",
        f"Generated from `kpis/catalogue.py` by `{COMMAND}`; change the text there.\n",
        'Where there is no value, data holds null and a page shows "—" with the reason. Margin is '
        "`gross_margin` of the definitions, 1.0 unless set. “Needs” lists canonical tables and "
        "columns under the default definitions.\n",
        *_section("The seven", SEVEN),
        *_section("Beside the seven", BESIDE),
    ]
    return "\n".join(parts)


def _section(title: str, kpis: Sequence[Kpi]) -> list[str]:
    return [f"## {title}\n", *(_entry(kpi) for kpi in kpis)]


def _entry(kpi: Kpi) -> str:
    lines = [f"### {kpi.label}\n", f"- **Key**: `{kpi.key}`", f"- **Formula**: {kpi.formula}"]
    for switch, choice in _SWITCHES:
        words = formula_of(kpi, Definitions.model_validate({switch: choice}))
        if words != formula_of(kpi, Definitions()):
            lines.append(f'- **With `{switch} = "{choice}"`**: {words}')
    lines += [
        f"- **Unit**: {_UNITS[kpi.unit]}; {_BETTER[kpi.better]}",
        f"- **Needs**: {_needs(kpi)}",
        f"- **Undefined**: {kpi.undefined}",
        f"- **Source**: {kpi.source}",
        f"- **Example**: {kpi.example}\n",
    ]
    return "\n".join(lines)


def _needs(kpi: Kpi) -> str:
    match kpi.key:
        case "clv":
            return f"{_places(('payments',))}; or instead {_places(kpi.measures)}"
        case "clv_to_cac":
            return "what lifetime value and acquisition cost need"
        case _:
            return _places(kpi.measures)


def _places(measures: Sequence[str]) -> str:
    needed = places_needed(measures, Definitions())
    return ", ".join(" or ".join(f"`{p}`" for p in any_of.split(" or ")) for any_of in needed)


if __name__ == "__main__":
    print(catalogue_page(), end="")
