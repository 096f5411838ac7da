# What citizens hear after an appointment is booked: proposals, reminders, a colleague who takes over, delays.
firm-greeting = Guten Tag { $name },
firm-sms-sender = Polizei Prävention:
firm-sms-neutral = Nachricht für Sie:
firm-sms-never = Wir fragen nie nach Geld, PIN oder Passwort.

# Another time is needed.
firm-reason-deployed = Ihre Beraterin oder Ihr Berater ist zu einem Einsatz gerufen worden.
firm-reason-absent = Ihre Beraterin oder Ihr Berater ist leider verhindert.
firm-reason-hour-changed = Die Sprechstunde hat sich geändert.
firm-asked-subject = Bitte neue Zeit wählen – { $what }
firm-asked-mail =
    Ihr Termin kann so nicht stattfinden: { $when }. { $reason } Wir bitten um Entschuldigung.

    Diese Zeiten halten wir für Sie frei, bis { $until }, jede bis eine Stunde vor ihrem Beginn:
    { $times }

    Nehmen Sie über den Link eine davon, wählen Sie eine andere Zeit, oder sagen Sie ab.
firm-asked-sms = Ihr Termin { $when } kann so nicht stattfinden. Wir halten neue Zeiten für Sie frei, bis { $until }. Bitte wählen Sie:
firm-nothing-free-subject = Bitte neue Zeit wählen – { $what }
firm-nothing-free-mail =
    Ihr Termin kann so nicht stattfinden: { $when }. { $reason } Wir bitten um Entschuldigung.

    Gerade ist keine andere Zeit frei. Über den Link sehen Sie, sobald etwas frei wird. Wir melden uns auch bei Ihnen.
firm-nothing-free-sms = Ihr Termin { $when } kann so nicht stattfinden. Über den Link sehen Sie, sobald eine andere Zeit frei wird:
firm-proposal-title = Bitte wählen Sie eine neue Zeit
firm-proposal-text = Ihr Termin kann so nicht stattfinden: { $when }.
firm-proposal-kept = Diese Zeiten halten wir für Sie frei, bis { $until }, jede bis eine Stunde vor ihrem Beginn. Buchungsnummer, Kennwort und Link bleiben gleich.
firm-proposal-none = Es ist keine Zeit mehr für Sie freigehalten. Vielleicht passt eine andere.
firm-proposal-gone = Diese Zeit ist nicht mehr für Sie frei
firm-proposal-other = Eine andere Zeit wählen

# A colleague takes over.
firm-handed-over-subject = Ihr Termin bleibt – { $what }
firm-handed-over-mail =
    Ihr Termin bleibt, wie er ist: { $when }. { $reason } Eine Kollegin oder ein Kollege übernimmt zur selben Zeit.

    Sie müssen nichts tun. Auch das Kennwort bleibt gleich.
firm-handed-over-sms = Ihr Termin bleibt: { $when }. Jemand aus dem Team übernimmt; Sie müssen nichts tun, das Kennwort bleibt gleich. Termin ansehen:

# Reminders.
firm-remind-day-subject = Erinnerung – { $what }
firm-remind-day-mail = Wir erinnern Sie an Ihren Termin: { $when }.
firm-remind-day-sms = Erinnerung an Ihren Termin: { $when }. Kennwort: { $kennwort }. Ansehen, verschieben, absagen:
firm-remind-hour-subject = In einer Stunde – { $what }
firm-remind-hour-mail = Ihr Termin beginnt bald: { $when }.
firm-remind-hour-sms = Ihr Termin beginnt bald: { $when }. Kennwort: { $kennwort }. Ansehen:
firm-next-mail = Einen Tag und eine Stunde vorher erinnern wir Sie per E-Mail.
firm-next-sms = Sie bekommen keine Bestätigung, aber einen Tag und eine Stunde vorher eine Erinnerung per SMS. Notieren oder drucken Sie Buchungsnummer, Kennwort und den Link unten.

# The officer comes later.
firm-late-subject = Etwas später – { $what }
firm-late-mail = Ihr Termin beginnt voraussichtlich { $minutes } Minuten später, um { $time } Uhr statt wie geplant: { $when }. Bitte bleiben Sie erreichbar, und entschuldigen Sie die Verspätung.
firm-late-sms = Ihr Termin { $when } beginnt voraussichtlich { $minutes } Minuten später, um { $time } Uhr. Bitte bleiben Sie erreichbar:
firm-late-not = Ihr Termin beginnt voraussichtlich pünktlich.
firm-late-expected = Ihr Termin beginnt voraussichtlich { $minutes } Minuten später, um { $time } Uhr.
firm-late-reload = Neu laden
firm-late-wrong-title = Diese Zahl geht nicht
firm-late-wrong-text = Geben Sie 0 bis 60 Minuten an.

# The office cancelled, and there is no mail address.
firm-cancelled-subject = Absage – { $what }
firm-cancelled-mail = Ihr Termin ist abgesagt: { $when }.
firm-cancelled-sms = Ihr Termin { $when } ist leider abgesagt. Einen neuen buchen Sie hier:

# The office moved it, and there is no mail address.
firm-moved-subject = Ihr neuer Termin – { $what }
firm-moved-mail = Ihr Termin ist verschoben. Er ist jetzt: { $when }. Kennwort: { $kennwort }.
firm-moved-sms = Ihr Termin ist verschoben. Er ist jetzt: { $when }. Kennwort: { $kennwort }. Ansehen, verschieben, absagen:
