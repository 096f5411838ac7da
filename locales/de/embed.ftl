# The list of free appointments on other sites and in feeds.
embed-title = Freie Beratungstermine: { $office }
embed-all = Alle freien Termine und Buchung
embed-empty = Gerade ist kein Termin frei. Schauen Sie morgen wieder: Termine werden auch abgesagt.
embed-entry = Freier Beratungstermin: { $when }
