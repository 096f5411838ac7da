"""Prints the holidays of Baden-Württemberg from the first to the last year on standard input, as the package holidays
knows them: a list of days."""

import json
import sys

import holidays

first, last = json.load(sys.stdin)
found = holidays.country_holidays("DE", subdiv="BW", years=range(first, last + 1))
print(json.dumps(sorted(day.isoformat() for day in found)))
