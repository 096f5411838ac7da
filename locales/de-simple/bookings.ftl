# What a caller who booked by key is told by SMS, in simple German ("Leichte Sprache").
bookings-sms = Hier schreibt die Polizei. Ihr Termin ist am { $when }. Wir rufen Sie an. Wir sagen zuerst das Kennwort: { $kennwort }. Ihre Nummer für den Termin ist: { $reference }. Wir fragen nie nach Geld, PIN oder Passwort. Notruf: 110.
