"""Compares the calendars that ship with sources of their own. Usage: compare.py FOLDER OTHERS DIFFERENCES

Every day from Monday to Friday is off in both or in neither, and so is every weekend in China and Taiwan, where some are worked. What
differs stands in DIFFERENCES with its reason; a line there that explains nothing fails too.
"""

import csv
import json
import re
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import chinese_calendar

# Compared with the announced days of their own countries, for as long as these reach; what follows is not announced.
ANNOUNCED = {"cn": "chinesecalendar", "tw": "taiwan-holidays", "kr": "holidays-kr"}
# No other source knows enough of them.
ALONE = {"in"}


@dataclass
class Calendar:
    holidays: dict[str, str]
    working_days: set[str]

    @classmethod
    def read(cls, text: str) -> "Calendar":
        holidays = dict(re.findall(r"^  (\d{4}-\d\d-\d\d): (.*)$", text, re.MULTILINE))
        return cls(holidays, set(re.findall(r"^  - (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)))

    def off(self, day: date) -> bool:
        weekend = day.weekday() >= 5 and day.isoformat() not in self.working_days
        return weekend or day.isoformat() in self.holidays


def china() -> dict[date, tuple[bool, str]]:
    span = chinese_calendar.get_dates(date(2020, 1, 1), date(max(day.year for day in chinese_calendar.holidays), 12, 31))
    return {day: (chinese_calendar.is_holiday(day), chinese_calendar.holidays.get(day, "")) for day in span}


def taiwan() -> dict[date, tuple[bool, str]]:
    found = {}
    for path in files("taiwan_holidays").joinpath("data").iterdir():
        for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()):
            day = date.fromisoformat(row["西元日期"].replace("/", "-"))
            found[day] = (row["是否放假"] == "2", row["備註"])
    return found


def weekdays(days: dict[str, str], last: int) -> dict[date, tuple[bool, str]]:
    day, found = date(2020, 1, 1), {}
    while day.year <= last:
        if day.weekday() < 5:
            found[day] = (day.isoformat() in days, days.get(day.isoformat(), ""))
        day += timedelta(days=1)
    return found


def other(place: str, others: dict) -> dict[date, tuple[bool, str]]:
    match ANNOUNCED.get(place, "date-holidays"):
        case "chinesecalendar":
            return china()
        case "taiwan-holidays":
            return taiwan()
        case "holidays-kr":
            days = others["holidays-kr"]["kr"]
            return weekdays(days, max(int(day[:4]) for day in days))
        case source:
            return weekdays(others[source][place], 2030)


def main(folder: Path, others: dict, reasons: list[list[str]]) -> int:
    unused = {(place, what) for place, what, _ in reasons}
    known = set(unused)
    compared, wrong = 0, 0
    for path in sorted(folder.glob("*.yaml")):
        place, ours = path.stem, Calendar.read(path.read_text(encoding="utf-8"))
        if place in ALONE:
            continue
        for day, (off, name) in other(place, others).items():
            if day.year < 2020:
                continue
            compared += 1
            if ours.off(day) == off:
                continue
            called = ours.holidays.get(day.isoformat(), name).strip("'")
            reason = {(place, day.isoformat()), (place, called)} & known
            unused -= reason
            if not reason:
                wrong += 1
                print(f"{place}: {day} ({called}) is {'worked' if off else 'off'} here only")
    for place, what in sorted(unused):
        print(f"{place}: nothing differs at {what}: take the line away")
    print(f"{compared} days were compared: {wrong} differ without a reason")
    return 1 if wrong or unused else 0


if __name__ == "__main__":
    lines = [line for line in Path(sys.argv[3]).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    sys.exit(main(Path(sys.argv[1]), json.load(open(sys.argv[2], encoding="utf-8")), [line.split(" | ") for line in lines]))
