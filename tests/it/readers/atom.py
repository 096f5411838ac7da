"""Reads an Atom feed on standard input with the feedparser package and prints what it found as JSON."""

import json
import sys

import feedparser

feed = feedparser.parse(sys.stdin.buffer.read())
print(json.dumps({
    "fault": str(feed.bozo_exception) if feed.bozo else "" if feed.version == "atom10" else feed.version,
    "title": feed.feed.title,
    "self": next(link.href for link in feed.feed.links if link.rel == "self"),
    "entries": [
        {"id": entry.id, "title": entry.title, "updated": entry.updated, "link": entry.link} for entry in feed.entries
    ],
}))
