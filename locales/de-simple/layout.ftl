# The frame of every page in simple German ("Leichte Sprache").
layout-wordmark = Sprechzeit
layout-skip = Gleich zum Text
layout-navigation = Haupt-Menü
layout-sign-out = Abmelden
layout-emergency = Sind Sie in Gefahr? Dann wählen Sie 110. Hier ist nicht der Notruf.
layout-hotline = Beratungs-Telefon:
layout-feedback = Etwas geht nicht? Schreiben Sie uns
layout-accessibility = Erklärung zur Barriere-Freiheit
layout-privacy = Daten-Schutz
layout-imprint = Wer macht diese Seite?
layout-languages = Sprache
layout-language = Leichte Sprache
layout-exit = Seite schnell verlassen
layout-to-start = Zur ersten Seite
error-prefix = Fehler

not-found-title = Diese Seite gibt es nicht
not-found-text = Die Adresse ist falsch. Oder die Seite ist gelöscht.
forbidden-title = Das dürfen Sie nicht sehen
forbidden-text = Melden Sie sich mit einem anderen Namen an. Oder fragen Sie in Ihrer Dienst-Stelle.
unavailable-title = Das geht gerade nicht
unavailable-text = Gehen Sie zurück. Versuchen Sie es in 1 Minute noch einmal. Was Sie geschrieben haben, bleibt da. Das Beratungs-Telefon geht noch.
foreign-form-title = Das Formular ist nicht von uns
foreign-form-text = Öffnen Sie die Seite noch einmal. Schicken Sie das Formular von dort.
form-unreadable-title = Wir können das Formular nicht lesen
form-unreadable-text = Etwas fehlt oder ist kaputt. Gehen Sie zurück. Schicken Sie das Formular noch einmal.
form-too-large-text = Das Formular ist zu groß. Bitte schreiben Sie weniger.
