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
