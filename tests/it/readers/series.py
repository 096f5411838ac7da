"""Reads series of consultation hours on standard input, says each as an iCalendar object of its own, and prints when
the package recurring-ical-events lets it take place: a list for each, of "DAY OPENS-CLOSES" in order."""

import json
import sys
from datetime import date, datetime, time, timedelta

import icalendar
import recurring_ical_events

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def span(day, window):
    start = datetime.combine(day, time.fromisoformat(window[0]))
    end = datetime.combine(day, time.fromisoformat(window[1]))
    return start, end if end.time() != time.min else end + timedelta(days=1)


def first_of(series, first):
    """The first day of the rhythm, for DTSTART. Weeks are counted from it."""
    day = first
    while day < first + timedelta(days=70):
        of_month = {"weeks": True}.get(series["rhythm"], None)
        if of_month is None:
            place = series["place"]
            of_month = (day.day + 6) // 7 == place if place > 0 else (day + timedelta(days=7)).month != day.month
        if DAYS[day.weekday()] in series["weekdays"] and of_month:
            return day
        day += timedelta(days=1)


def event(uid, start, end):
    new = icalendar.Event()
    new.add("uid", uid)
    new.add("dtstamp", datetime(2026, 1, 1))
    new.add("dtstart", start)
    new.add("dtend", end)
    return new


def calendar(series):
    whole = icalendar.Calendar()
    first, last = date.fromisoformat(series["first_day"]), series["last_day"]
    last = date.fromisoformat(last) if last else None
    dtstart = first_of(series, first)
    if dtstart is None or (last and dtstart > last):
        return None, whole
    days = series["weekdays"]
    if series["rhythm"] == "weeks":
        rule = f"FREQ=WEEKLY;INTERVAL={series['place']};WKST=MO;BYDAY={','.join(days)}"
    else:
        rule = f"FREQ=MONTHLY;BYDAY={','.join(str(series['place']) + day for day in days)}"
    if last:
        rule += f";UNTIL={last.strftime('%Y%m%d')}T235959"
    rest = event("series", *span(dtstart, series["window"]))
    rest.add("rrule", icalendar.vRecur.from_ical(rule))
    for of in series["closed"]:
        rest.add("exdate", span(date.fromisoformat(of), series["window"])[0])
    whole.add_component(rest)
    for of, to, window in series["moved"]:
        moved = event("series", *span(date.fromisoformat(to), window))
        moved.add("recurrence-id", span(date.fromisoformat(of), series["window"])[0])
        whole.add_component(moved)
    return dtstart, whole


def taking_place(series):
    _, whole = calendar(series)
    for of, window in series["extra"]:
        whole.add_component(event(f"extra-{of}", *span(date.fromisoformat(of), window)))
    begin, end = (date.fromisoformat(series[name]) for name in ("from", "until"))
    found = recurring_ical_events.of(whole).between(begin, end + timedelta(days=1))
    spans = sorted((it["DTSTART"].dt, it["DTEND"].dt) for it in found)
    spans = [(start, finish) for start, finish in spans if begin <= start.date() <= end]
    return [f"{start:%Y-%m-%d %H:%M}-{finish:%H:%M}" for start, finish in spans]


print(json.dumps([taking_place(series) for series in json.load(sys.stdin)]))
