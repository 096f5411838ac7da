# What citizens hear after an appointment is booked, in short sentences and everyday words.
firm-greeting = Guten Tag { $name },
firm-sms-sender = Hier schreibt die Polizei:
firm-sms-neutral = Eine Nachricht für Sie:
firm-sms-never = Wir fragen nie nach Geld, PIN oder Passwort.
firm-reason-deployed = Ihre Beratung muss gerade an einem anderen Ort helfen.
firm-reason-absent = Ihre Beratung kann an diesem Tag nicht.
firm-reason-hour-changed = Die Zeiten für Beratung sind jetzt anders.
firm-asked-subject = Bitte neue Zeit wählen – { $what }
firm-asked-mail =
    Ihr Termin fällt aus: { $when }. { $reason } Das tut uns leid.

    Wir haben neue Zeiten für Sie. Die Zeiten sind für Sie frei bis { $until }. Eine Stunde vor dem Termin sind sie nicht mehr frei.
    { $times }

    Klicken Sie auf den Link. Dann können Sie eine Zeit wählen. Oder Sie sagen ab.
firm-asked-sms = Ihr Termin fällt aus: { $when }. Wir haben neue Zeiten für Sie. Bitte wählen Sie bis { $until }:
firm-nothing-free-subject = Ihr Termin fällt aus – { $what }
firm-nothing-free-mail =
    Ihr Termin fällt aus: { $when }. { $reason } Das tut uns leid.

    Jetzt ist keine andere Zeit frei. Klicken Sie später auf den Link. Dort stehen neue Zeiten. Wir melden uns auch bei Ihnen.
firm-nothing-free-sms = Ihr Termin fällt aus: { $when }. Jetzt ist keine andere Zeit frei. Neue Zeiten stehen hier:
firm-proposal-title = Bitte wählen Sie eine neue Zeit
firm-proposal-text = Ihr Termin fällt aus: { $when }.
firm-proposal-kept = Diese Zeiten sind für Sie frei bis { $until }. Eine Stunde vor dem Termin sind sie nicht mehr frei. Ihre Nummer, Ihr Kennwort und der Link bleiben gleich.
firm-proposal-none = Für Sie ist keine Zeit mehr frei. Vielleicht passt eine andere Zeit.
firm-proposal-gone = Diese Zeit ist nicht mehr frei
firm-proposal-other = Eine andere Zeit wählen
