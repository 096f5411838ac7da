# The frame of every page: header, footer, and the words that many pages share.
layout-wordmark = Sprechzeit
layout-skip = Zum Inhalt springen
layout-navigation = Hauptnavigation
layout-sign-out = Abmelden
layout-emergency = In Gefahr wählen Sie 110. Hier erreichen Sie keinen Notruf.
layout-hotline = Beratungstelefon:
layout-feedback = Rückmeldung und Barriere melden
layout-accessibility = Erklärung zur Barrierefreiheit
layout-privacy = Datenschutz
layout-imprint = Impressum
layout-languages = Sprache
layout-language = Deutsch
layout-exit = Seite schnell verlassen
layout-to-start = Zur Startseite
error-prefix = Fehler

not-found-title = Diese Seite gibt es nicht
not-found-text = Die Adresse ist falsch, oder was dort stand, wurde inzwischen gelöscht.
forbidden-title = Dafür fehlt Ihnen die Berechtigung
forbidden-text = Melden Sie sich mit einer Kennung an, die diese Seite sehen darf, oder fragen Sie Ihre Planung.
unavailable-title = Gerade nicht möglich
unavailable-text = Das Programm erreicht seine Datenbank nicht. Gehen Sie zurück und versuchen Sie es in einer Minute noch einmal; Ihre Angaben bleiben stehen. Das Beratungstelefon ist davon nicht betroffen.
foreign-form-title = Formular nicht angenommen
foreign-form-text = Das Formular kam nicht von unserer eigenen Seite. Öffnen Sie die Seite noch einmal und senden Sie es von dort ab.
form-unreadable-title = Formular nicht lesbar
form-unreadable-text = In dem Formular fehlt etwas, oder es kam beschädigt an. Gehen Sie zurück und senden Sie es noch einmal ab.
form-too-large-text = Das Formular ist zu groß. Bitte kürzen Sie Ihre Angaben.
