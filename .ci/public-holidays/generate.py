"""Writes workflows/public-holidays from the Python package `holidays`. Usage: generate.py FOLDER

What ships is the text that this leaves: whoever raises the package's version reads what changes in the files.
"""

import re
import sys
from importlib.metadata import version
from pathlib import Path

import holidays
from places import PLACES, Place

YEARS = range(2020, 2031)


def days(place: Place, categories: tuple[str, ...]):
    """The package's days of a place, and the days off that are made up for."""
    found = holidays.country_holidays(place.country, subdiv=place.part, years=YEARS, categories=categories)
    language = place.language or found.default_language
    if language:
        found = holidays.country_holidays(
            place.country, subdiv=place.part, years=YEARS, categories=categories, language=language
        )
    named = {day.isoformat(): name for day, name in sorted(found.items()) if day.year in YEARS}
    for day in place.drop:
        named.pop(day, None)
    return named, sorted(day.isoformat() for day in getattr(found, "weekend_workdays", ()) if day.year in YEARS)


def scalar(name: str) -> str:
    """A name as YAML writes it."""
    if re.search(r"[:#]|^[^\w]|^[-?]|['\"]$", name):
        return "'" + name.replace("'", "''") + "'"
    return name


def text(place: Place) -> str:
    named, worked = days(place, place.categories)
    also = {day: name for day, name in days(place, (place.also,))[0].items() if day not in named} if place.also else {}
    lines = [
        f"# Public holidays of {place.en}, {YEARS[0]} to {YEARS[-1]}: a calendar to begin with. Make a copy of it under a name of your own:",
        f"# countersign workflow new NAME --from {place.code}",
        *(f"# {note}" for note in place.notes),
        "# Add a line for a day that is announced later, such as an election or a jubilee. The days are those of the Python package",
        f"# `holidays` {version('holidays')} (MIT licence: LICENSE beside this file), which .ci/public-holidays compares with other sources.",
        f"calendar: {place.code}",
        f'title: {{"en": "{place.en}", "zh-CN": "{place.zh}"}}',
        f"zone: {place.zone}",
        f'working: {{monday to friday: "{place.hours}"}}',
        "# With such a line it is the calendar of these people alone, without it the company's:",
        f"# for: {{country: {place.country}}}",
        "holidays:",
    ]
    for day in sorted(named | also):
        lines.append(f"  {day}: {scalar(named[day])}" if day in named else f"  # {day}: {scalar(also[day])}")
    if worked:
        lines += ["working_days:", *(f"  - {day}" for day in worked)]
    return "\n".join(lines) + "\n"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.yaml"):
        old.unlink()
    for place in PLACES:
        (folder / f"{place.code}.yaml").write_text(text(place), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
