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
