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
firm-handed-over-mail =
    Ihr Termin bleibt: { $when }. { $reason } Eine andere Person berät Sie. Die Zeit ist gleich.

    Sie müssen nichts tun. Das Kennwort bleibt auch gleich.
firm-handed-over-sms = Ihr Termin bleibt: { $when }. Eine andere Person berät Sie. Sie müssen nichts tun. Das Kennwort bleibt gleich. Ihr Termin:

firm-remind-day-mail = Denken Sie bitte an Ihren Termin: { $when }.
firm-remind-day-sms = Denken Sie bitte an Ihren Termin: { $when }. Ihr Kennwort ist: { $kennwort }. Ihr Termin:
firm-remind-hour-mail = Ihr Termin fängt bald an: { $when }.
firm-remind-hour-sms = Ihr Termin fängt bald an: { $when }. Ihr Kennwort ist: { $kennwort }. Ihr Termin:
firm-next-mail = Wir erinnern Sie zweimal per E-Mail: einen Tag vorher und eine Stunde vorher.
firm-next-sms = Wir erinnern Sie zweimal per SMS: einen Tag vorher und eine Stunde vorher. Vorher bekommen Sie keine Nachricht. Schreiben Sie bitte Ihre Nummer, das Kennwort und den Link auf.
firm-late-mail = Ihr Termin fängt { $minutes } Minuten später an, um { $time } Uhr. Geplant war: { $when }. Bitte warten Sie. Das tut uns leid.
firm-late-sms = Ihr Termin { $when } fängt { $minutes } Minuten später an, um { $time } Uhr. Bitte warten Sie:
firm-late-not = Ihr Termin fängt pünktlich an.
firm-late-expected = Ihr Termin fängt { $minutes } Minuten später an, um { $time } Uhr.
firm-cancelled-sms = Ihr Termin { $when } fällt leider aus. Hier können Sie einen neuen Termin machen:
firm-handed-over-subject = Ihr Termin bleibt – { $what }
firm-remind-day-subject = Bitte denken Sie daran – { $what }
firm-remind-hour-subject = In 1 Stunde – { $what }
firm-late-subject = Es dauert etwas länger – { $what }
firm-late-reload = Noch einmal nachsehen
firm-late-wrong-title = Diese Zahl geht nicht
firm-late-wrong-text = Bitte schreiben Sie eine Zahl von 0 bis 60.
firm-cancelled-subject = Ihr Termin fällt aus – { $what }
firm-cancelled-mail = Ihr Termin fällt aus: { $when }.

# The office moved it, and there is no mail address.
firm-moved-subject = Ihr neuer Termin – { $what }
firm-moved-mail = Ihr Termin ist jetzt: { $when }. Ihr Kennwort ist: { $kennwort }.
firm-moved-sms = Ihr Termin ist jetzt: { $when }. Ihr Kennwort ist: { $kennwort }. Hier sehen Sie den Termin:
