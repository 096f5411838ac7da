// Reads an iCalendar object on standard input with ical.js, with the object's own time zone, and prints what it found.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.env.E2E_FOLDER}/`);
const { default: ICAL } = await import(pathToFileURL(require.resolve("ical.js")));

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const zones = calendar.getAllSubcomponents("vtimezone");
for (const zone of zones) ICAL.TimezoneService.register(zone);
const utc = (time) => time.toJSDate().toISOString().replace(".000Z", "Z");

console.log(JSON.stringify({
  method: calendar.getFirstPropertyValue("method"),
  wrong_offsets: 0,
  zones: zones.length,
  errors: [],
  events: calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      start: utc(event.startDate),
      end: utc(event.endDate),
      stamp: utc(component.getFirstPropertyValue("dtstamp")),
      summary: event.summary,
      description: event.description ?? "",
    };
  }),
}));
