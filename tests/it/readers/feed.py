"""Reads an iCalendar object on standard input with the icalendar package and prints what it found as JSON."""

import json
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from icalendar import Calendar

calendar = Calendar.from_ical(sys.stdin.buffer.read())


def wrong_offsets(zone):
    """Half hours of the events' years at which the object's own zone differs from the system's."""
    times = [event[name].dt for event in calendar.walk("VEVENT") for name in ("DTSTART", "DTEND")]
    berlin, at = ZoneInfo("Europe/Berlin"), datetime(min(times).year, 1, 1, tzinfo=timezone.utc)
    wrong = 0
    while at.year <= max(times).year:
        wrong += at.astimezone(zone).utcoffset() != at.astimezone(berlin).utcoffset()
        at += timedelta(minutes=30)
    return wrong


def utc(property):
    return property.dt.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


print(json.dumps({
    "method": str(calendar["METHOD"]),
    "wrong_offsets": sum(wrong_offsets(zone.to_tz(lookup_tzid=False)) for zone in calendar.timezones),
    "zones": len(calendar.timezones),
    "errors": [str(error) for event in calendar.walk() for error in event.errors],
    "events": [{
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "status": str(event["STATUS"]),
        "start": utc(event["DTSTART"]),
        "end": utc(event["DTEND"]),
        "stamp": utc(event["DTSTAMP"]),
        "summary": str(event["SUMMARY"]),
        "description": str(event.get("DESCRIPTION", "")),
    } for event in calendar.walk("VEVENT")],
}))
