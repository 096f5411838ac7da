# The list of free appointments on other sites and in feeds, in simple German ("Leichte Sprache").
embed-title = Freie Termine zur Beratung: { $office }
embed-all = Alle freien Termine zeigen
embed-empty = Jetzt ist kein Termin frei. Sehen Sie morgen noch einmal nach.
embed-entry = Ein freier Termin: { $when }
embed-any-topic = Alle Themen
embed-unknown = „{ $word }“ gibt es nicht. Lassen Sie { $name } weg.
