# The list of free appointments on other sites and in feeds.
embed-title = Freie Beratungstermine: { $office }
embed-all = Alle freien Termine und Buchung
embed-empty = Gerade ist kein Termin frei. Schauen Sie morgen wieder: Termine werden auch abgesagt.
embed-entry = Freier Beratungstermin: { $when }
embed-any-topic = Alle Themen
embed-unknown = „{ $word }“ gibt es als { $name } nicht. Lassen Sie { $name } weg, oder nehmen Sie eine Adresse von der Seite „Für andere Webseiten“.
