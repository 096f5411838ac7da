# How other sites show free appointments. For webmasters, not for citizens on their way.
webmasters-title = Für andere Webseiten
webmasters-lead = Gemeinden, Schulen und Vereine können freie Beratungstermine auf ihren Seiten zeigen. Gebucht wird immer hier.
webmasters-any-format = Alle Gesprächsarten
webmasters-make = Schnipsel zeigen
webmasters-element = Als Element Ihrer Seite
webmasters-element-text = Die Liste nimmt Schrift und Farben Ihrer Seite an, und ihre Höhe folgt dem Inhalt. Solange sie nicht geladen ist, steht der Link da. In Ihrer Content-Security-Policy brauchen script-src und connect-src unsere Adresse.
webmasters-preview = So sieht es aus
webmasters-frame = Als Rahmen
webmasters-frame-text = Für Systeme, die keine Skripte annehmen. Die Höhe legen Sie fest; wird die Liste länger, lässt sie sich scrollen.
webmasters-link = Als Link
webmasters-link-text = Führt zur ersten Frage, die noch offen ist:
webmasters-feed = Als Feed
webmasters-feed-text = Neue freie Termine als Atom-Feed, auch solche, die jemand zurückgegeben hat. Rufen Sie ihn höchstens alle fünf Minuten ab. Vorträge enthält er noch nicht.
webmasters-data = Als Daten
webmasters-data-text = Dieselbe Liste als JSON, lesbar von jeder Seite:
webmasters-privacy = Auf keinem dieser Wege setzen wir Cookies oder erfahren, wer Ihre Seite besucht. Wie jeder Server sehen wir beim Laden die Netzadresse; gespeichert wird sie nicht.
