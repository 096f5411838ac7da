# What callers hear outside a flow, and the text message that confirms a call-back, in simple German ("Leichte Sprache"):
# short sentences, one thought each, everyday words. What is missing here is given in German.
call-unknown-number = Hier gibt es kein Beratungs-Telefon. Ist es ein Notfall? Dann wählen Sie 1 1 0. Auf Wiederhören.
call-apology = Das Beratungs-Telefon ist gerade kaputt. Bitte rufen Sie später noch einmal an. Ist es ein Notfall? Dann wählen Sie 1 1 0. Auf Wiederhören.
callback-sms = Hier schreibt die Polizei. Wir rufen Sie an. Wir sagen zuerst das Kennwort: { $passphrase }. Wir fragen nie nach Geld, PIN oder Passwort. Notruf: 110.
