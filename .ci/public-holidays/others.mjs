// The public holidays of places by other sources, as {SOURCE: {PLACE: {DATE: NAME}}}. Usage: others.mjs PLACE…
import Holidays from "date-holidays";
import * as korea from "@hyunbinseo/holidays-kr/all";

const DAY_MS = 86_400_000;
// Federal holidays of the United States that are worked in many companies, and Finland's eves, are of the kind `bank`.
const BANK = ["us", "fi"];

function dateHolidays(place) {
  const found = {};
  const [country, part] = place.toUpperCase().split("-");
  const source = part ? new Holidays(country, part) : new Holidays(country);
  for (let year = 2020; year <= 2030; year += 1) {
    for (const day of source.getHolidays(year)) {
      if (day.type !== "public" && !(day.type === "bank" && BANK.includes(place))) continue;
      const first = Date.parse(`${day.date.slice(0, 10)}T00:00:00Z`);
      const days = Math.max(1, Math.round((day.end - day.start) / DAY_MS));
      for (let at = 0; at < days; at += 1) found[new Date(first + at * DAY_MS).toISOString().slice(0, 10)] = day.name;
    }
  }
  return found;
}

const gazette = {};
for (const [day, names] of Object.entries(korea).filter(([name]) => /^y\d{4}$/.test(name)).flatMap(([, days]) => Object.entries(days))) {
  gazette[day] = names.join(", ");
}
const places = Object.fromEntries(process.argv.slice(2).map((place) => [place, dateHolidays(place)]));
console.log(JSON.stringify({ "date-holidays": places, "holidays-kr": { kr: gazette } }));
