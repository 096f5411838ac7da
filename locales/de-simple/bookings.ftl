# Appointments in simple German ("Leichte Sprache", DIN SPEC 33429): what citizens read on the way to one, and the mails
# about it. Short sentences, one thought each, everyday words, long words with a hyphen, no genitive, "Sie".
bookings-video = Video-Gespräch
bookings-telephone = Telefon-Gespräch
bookings-office = Gespräch bei der Polizei

# Calendar entries and mails.
bookings-entry-title = Beratung: { $topic }
bookings-entry-neutral = Ihr Termin
bookings-entry-text = Ihre Nummer für den Termin ist: { $reference }. Möchten Sie den Termin absagen? Oder möchten Sie eine andere Zeit? Dann nehmen Sie den Link. Der Link steht in der E-Mail von uns. Wir fragen nie nach Geld, PIN oder Passwort. Hier ist nicht der Notruf. Sind Sie in Gefahr? Dann wählen Sie 110.
bookings-mail-subject-booked = Sie haben einen Termin – { $what }
bookings-mail-subject-moved = Ihr Termin hat eine neue Zeit – { $what }
bookings-mail-subject-cancelled = Ihr Termin fällt aus – { $what }
bookings-mail-booked =
    Guten Tag { $name },

    Sie haben einen Termin.
    Der Termin ist am { $when }.
bookings-mail-moved =
    Guten Tag { $name },

    Ihr Termin hat eine neue Zeit.
    Der Termin ist jetzt am { $when }.
bookings-mail-cancelled =
    Guten Tag { $name },

    Ihr Termin fällt aus.
    Der Termin war am { $when }.
    Wir haben Ihren Namen und Ihre E-Mail-Adresse gelöscht.
bookings-mail-word =
    Das schreibt Ihnen die Polizei:
    { $word }
bookings-mail-facts =
    Hier ist die Polizei: { $office }
    Ihre Nummer für den Termin: { $reference }
    Ihr Kennwort: { $kennwort }
bookings-mail-video =
    So geht es weiter:
    Wir schicken Ihnen eine E-Mail an { $contact }.
    Die E-Mail kommt vor dem Termin.
    Darin steht ein Link für das Video-Gespräch.
    Darin steht auch Ihr Kennwort.
bookings-mail-telephone =
    So geht es weiter:
    Wir rufen Sie an.
    Wir sagen zuerst Ihr Kennwort.
bookings-mail-office =
    So geht es weiter:
    Sie kommen zum Termin zu uns: { $office }.
    Wir sagen zuerst Ihr Kennwort.
bookings-mail-link =
    Mit diesem Link sehen Sie Ihren Termin.
    Sie können den Termin auch absagen oder eine andere Zeit wählen:
    { $link }
bookings-mail-never =
    Das ist wichtig:
    Kennt jemand das Kennwort nicht? Dann ist es nicht die Polizei. Legen Sie auf.
    Wir fragen nie nach Geld.
    Wir fragen nie nach PIN, TAN oder Passwort.
bookings-mail-close =
    Hier ist nicht der Notruf.
    Sind Sie in Gefahr? Dann wählen Sie 110.

    { $authority }

# What a caller who booked by key is told by SMS.
bookings-sms = Hier schreibt die Polizei. Ihr Termin ist am { $when }. Wir rufen Sie an. Wir sagen zuerst das Kennwort: { $kennwort }. Ihre Nummer für den Termin ist: { $reference }. Wir fragen nie nach Geld, PIN oder Passwort. Notruf: 110.

# The start page.
bookings-start-title = Die Polizei berät Sie
bookings-start-lead = Sie haben Fragen? Sprechen Sie mit der Polizei. Das geht am Telefon. Das geht auch mit Video. Oder Sie kommen zu uns. Sie suchen die Zeit aus. Das Gespräch kostet nichts. Sie müssen Ihren richtigen Namen nicht sagen.
bookings-emergency-title = Hier ist nicht der Notruf
bookings-emergency-text = Sind Sie in Gefahr? Oder passiert gerade etwas Schlimmes? Dann wählen Sie 110.
bookings-start-find = Meinen Termin finden
bookings-start-who-title = Wer kann einen Termin machen?
bookings-start-who = Alle Menschen in Baden-Württemberg. Sie brauchen nur ein Telefon oder eine E-Mail-Adresse. Es dauert ungefähr 5 Minuten.
bookings-start-how-title = So geht es
bookings-start-how-1 = Sie wählen: Worum geht es? Wie möchten Sie sprechen? Und wann?
bookings-start-how-2 = Sie bekommen eine Nummer und ein Kennwort. Ein Kennwort ist ein geheimes Wort. Nur Sie und die Polizei kennen es.
bookings-start-how-3 = Wir melden uns zum Termin bei Ihnen. Wir sagen zuerst das Kennwort. So wissen Sie: Es ist wirklich die Polizei.
bookings-start-call-title = Sie möchten gleich anrufen?
bookings-start-call-note = Wir nehmen das Gespräch nicht auf.
bookings-start-other-title = Das geht auch
bookings-start-other-report = Möchten Sie eine Anzeige machen? Dann gehen Sie zur Polizei. Oder gehen Sie im Internet zur Online-Wache. Wichtig: Erzählen Sie uns von einer Straftat? Dann müssen wir etwas tun.
bookings-start-other-person = Sie können auch zu einer Beratungs-Stelle von der Polizei gehen.
bookings-start-other-relay = Hören Sie nicht gut? Oder sind Sie gehörlos? Dann hilft Ihnen Tess. Tess übersetzt am Telefon.

# The way to an appointment.
bookings-book = Termin machen
bookings-back = Zurück
bookings-next = Weiter
bookings-change = Ändern
bookings-step = Frage { $n } von 7
bookings-faults = Bitte sehen Sie noch einmal nach
bookings-search = Suchen
bookings-topic-title = Worum geht es?
bookings-topic-search = Thema suchen
bookings-topic-nothing = Wir haben nichts gefunden zu: „{ $sought }“. Hier sehen Sie alle Themen.
bookings-topic-missing = Bitte wählen Sie ein Thema.
bookings-format-title = Wie möchten Sie sprechen?
bookings-format-missing = Bitte wählen Sie: Wie möchten Sie sprechen?
bookings-telephone-hint = Wir rufen Sie an. Wir brauchen Ihre Telefon-Nummer.
bookings-video-hint = Wir sehen uns am Computer oder am Handy. Wir brauchen Ihre E-Mail-Adresse.
bookings-office-hint = Sie kommen zu uns. Wir brauchen Ihre Telefon-Nummer oder Ihre E-Mail-Adresse.
bookings-place-title = Wo wohnen Sie?
bookings-place-why = So finden wir die Polizei in Ihrer Nähe. Wir speichern den Ort nicht.
bookings-place-label = Name von Ihrem Ort
bookings-place-hint = Zum Beispiel: Böblingen. Bitte keine Straße und keine Post-Leit-Zahl.
bookings-place-missing = Bitte schreiben Sie Ihren Ort. Oder wählen Sie: „Das sage ich nicht“.
bookings-place-rather-not = Das sage ich nicht
bookings-which-place-title = Welchen Ort meinen Sie?
bookings-which-place-hint = Es gibt mehrere Orte mit dem Namen „{ $typed }“.
bookings-which-place-missing = Bitte wählen Sie einen Ort.
bookings-no-place-title = Wir kennen diesen Ort nicht
bookings-no-place-text = Wir finden „{ $typed }“ nicht in Baden-Württemberg. Sie können trotzdem einen Termin machen. Dann berät Sie das Landes-Kriminal-Amt. Das ist auch Polizei.
bookings-no-place-nearest = Meinen Sie einen von diesen Orten?
bookings-no-place-state-office = Termin beim Landes-Kriminal-Amt
bookings-no-place-again = Ort noch einmal schreiben
bookings-needs-title = Was brauchen Sie?
bookings-needs-hint = Wählen Sie, was Ihnen hilft. Sie müssen nicht sagen, warum. Sie können auch nichts wählen.
bookings-needs-nothing = Ich brauche nichts davon
bookings-needs-none = Nichts
bookings-need-sign_language = Gebärden-Sprache
bookings-need-hint-sign_language = Jemand übersetzt für Sie. Das kostet nichts. Wir müssen das vorher bestellen. Das dauert { $n ->
        [one] 1 Arbeits-Tag
       *[other] { $n } Arbeits-Tage
    }.
bookings-need-captions = Schreiben statt sprechen
bookings-need-hint-captions = Wir schreiben mit Ihnen. Oder wir schreiben auf, was jemand sagt.
bookings-need-simple_language = Leichte Sprache
bookings-need-hint-simple_language = Wir sagen kurze Sätze. Wir sagen einfache Wörter.
bookings-need-slow_speech = Langsam sprechen
bookings-need-company = Ich bringe jemanden mit
bookings-need-hint-company = Jemand hört mit. Oder jemand spricht für Sie.
bookings-fact-needs = Das brauchen Sie
bookings-time-keep = Ihre Zeit von vorher geht auch
bookings-time-title = Wann haben Sie Zeit?
bookings-time-hold = Wählen Sie eine Zeit. Wir halten die Zeit 20 Minuten für Sie frei. Am Ende sagen Sie: Ja, ich möchte den Termin.
bookings-fact-officer = Beraterin oder Berater
bookings-whom = Mit wem möchten Sie sprechen?
bookings-whom-any = Egal
bookings-whom-show = Zeiten zeigen
bookings-whom-at = { $name }, { $office }
bookings-whom-unknown = Diese Person hat dafür keine Termine. Wählen Sie eine andere Person. Oder wählen Sie „Egal“.
bookings-whom-anyone = Freie Zeiten bei allen zeigen
bookings-any-office = Polizei an allen Orten
bookings-time-anywhere = Freie Zeiten an allen Orten zeigen
bookings-weeks = Wochen
bookings-week = { $from } bis { $until }
bookings-week-earlier = Eine Woche früher
bookings-week-later = Eine Woche später
bookings-week-empty = In dieser Woche ist keine Zeit frei.
bookings-next-free = Die nächste freie Zeit: { $when }
bookings-none-free = In den nächsten 12 Wochen ist hier keine Zeit frei. Rufen Sie uns an. Oder sehen Sie morgen noch einmal nach.
bookings-all-times = Alle freien Zeiten zeigen
bookings-taken-title = Diese Zeit ist nicht mehr frei
bookings-taken-text = Bitte wählen Sie eine andere Zeit.
bookings-past-title = Diese Zeit ist schon vorbei
bookings-past-text = Bitte wählen Sie eine spätere Zeit.

# While a slot is held.
bookings-back-to-times = Andere Zeit wählen
bookings-person-title = Wie können wir Sie erreichen?
bookings-held-until = Wir halten die Zeit frei bis { $until } Uhr.
bookings-minutes-left = { $n ->
    [one] Sie haben noch 1 Minute.
   *[other] Sie haben noch { $n } Minuten.
  }
bookings-held-no-more = Die Zeit ist nicht mehr für Sie frei. Was Sie geschrieben haben, bleibt da. Danach wählen Sie eine neue Zeit.
bookings-extend = Ich brauche mehr Zeit
bookings-name-label = Ihr Name
bookings-name-hint = So nennen wir Sie. Sie müssen nicht Ihren richtigen Namen schreiben.
bookings-name-missing = Bitte schreiben Sie einen Namen.
bookings-name-too-long = Der Name ist zu lang. Bitte schreiben Sie höchstens 80 Buchstaben.
bookings-phone-label = Telefon-Nummer
bookings-phone-hint = Auf dieser Nummer rufen wir Sie an. Ist es ein Handy? Dann erinnern wir Sie vorher mit einer SMS.
bookings-phone-missing = Bitte schreiben Sie Ihre Telefon-Nummer.
bookings-phone-wrong = Diese Nummer können wir nicht anrufen. Bitte schreiben Sie die Nummer mit Vorwahl. Zum Beispiel: 089 99998 123.
bookings-mail-label = E-Mail-Adresse
bookings-mail-hint = An diese Adresse schicken wir Ihnen die Nachricht zum Termin. Und den Link für das Video-Gespräch.
bookings-mail-missing = Bitte schreiben Sie Ihre E-Mail-Adresse.
bookings-mail-wrong = Das ist keine E-Mail-Adresse. Schreiben Sie sie so: name@beispiel.de
bookings-contact-label = Telefon-Nummer oder E-Mail-Adresse
bookings-contact-hint = Vielleicht haben wir eine Frage zum Termin. Dann melden wir uns.
bookings-contact-missing = Bitte schreiben Sie Ihre Telefon-Nummer oder Ihre E-Mail-Adresse.
bookings-contact-wrong = Das ist keine Telefon-Nummer mit Vorwahl. Und keine E-Mail-Adresse. Zum Beispiel: 089 99998 123 oder name@beispiel.de
bookings-kept = { $n ->
    [one] Wir löschen Ihren Namen und Ihre Nummer oder E-Mail-Adresse 1 Stunde nach dem Termin. Sagen Sie ab? Dann löschen wir sofort.
   *[other] Wir löschen Ihren Namen und Ihre Nummer oder E-Mail-Adresse { $n } Stunden nach dem Termin. Sagen Sie ab? Dann löschen wir sofort.
  }
bookings-check-title = Ist alles richtig?
bookings-fact-topic = Thema
bookings-fact-format = So sprechen wir
bookings-fact-office = Polizei
bookings-fact-time = Zeit
bookings-fact-reference = Ihre Nummer für den Termin
bookings-fact-kennwort = Ihr Kennwort
bookings-confirm = Ja, ich möchte den Termin
bookings-expired-title = Die 20 Minuten sind vorbei
bookings-expired-text = Bitte wählen Sie noch einmal eine Zeit.
bookings-expired-kept = Was Sie geschrieben haben, ist noch da. Bitte wählen Sie nur noch einmal eine Zeit.
bookings-held-too-long-title = Mehr Zeit geht nicht
bookings-held-too-long-text = Sie hatten schon 12-mal mehr Zeit. Gehen Sie zurück. Sagen Sie Ja zum Termin. Oder lassen Sie die Zeit für andere frei.

# The booked appointment.
bookings-booked-title = Sie haben einen Termin
bookings-booked-moved = Ihr Termin hat jetzt diese Zeit.
bookings-booked-over = Dieser Termin hat angefangen. Oder er ist schon vorbei.
bookings-next-title = So geht es weiter
bookings-next-telephone = Wir rufen Sie zum Termin an. Wir sagen zuerst Ihr Kennwort.
bookings-next-video = Wir schicken Ihnen vor dem Termin eine E-Mail. Darin ist ein Link für das Video-Gespräch. Darin steht auch Ihr Kennwort.
bookings-next-office = Sie kommen zum Termin zu uns: { $office }. Wir sagen zuerst Ihr Kennwort.
bookings-next-mail = Sie bekommen eine E-Mail von uns. Darin steht der Termin.
bookings-next-no-mail = Sie bekommen keine Nachricht. Schreiben Sie sich die Nummer und das Kennwort auf. Oder drucken Sie diese Seite.
bookings-next-never = Kennt jemand das Kennwort nicht? Dann ist es nicht die Polizei. Wir fragen nie nach Geld, PIN, TAN oder Passwort.
bookings-keep-link = Mit diesem Link sehen Sie Ihren Termin. Sie können auch absagen oder eine andere Zeit wählen:
bookings-calendar-file = Termin für den Kalender
bookings-print = Sie können diese Seite drucken.
bookings-move = Andere Zeit wählen
bookings-cancel = Termin absagen
bookings-back-to-booking = Zurück zum Termin
bookings-cancel-title = Möchten Sie den Termin absagen?
bookings-cancel-text = Dann ist die Zeit für andere frei. Wir löschen Ihren Namen. Sie können später einen neuen Termin machen.
bookings-cancel-button = Ja, Termin absagen
bookings-cancelled-title = Dieser Termin fällt aus
bookings-cancelled-text = Wir haben Ihren Namen gelöscht. Dieser Link geht nicht mehr.
bookings-again = Neuen Termin machen
bookings-move-title = Welche neue Zeit möchten Sie?
bookings-move-text = Bis jetzt ist Ihr Termin am { $when }. Ihre Nummer und Ihr Kennwort bleiben gleich.
bookings-begun-title = Dieser Termin hat schon angefangen
bookings-begun-text = Sie können ihn nicht mehr ändern oder absagen.
bookings-not-possible-title = Das geht bei diesem Termin nicht
bookings-not-possible-text = Bitte öffnen Sie den Link zu Ihrem Termin noch einmal.
bookings-no-such-title = Diesen Termin gibt es nicht
bookings-no-such-text = Der Link ist nicht richtig. Oder der Termin ist schon lange gelöscht. Nehmen Sie bitte den ganzen Link aus der E-Mail.
bookings-find-title = Meinen Termin finden
bookings-find-text = Öffnen Sie den Link in der E-Mail von uns. Oder schreiben Sie den Link hier hin.
bookings-find-label = Link zu Ihrem Termin
bookings-find-button = Termin öffnen
bookings-find-wrong = Zu diesem Link gibt es keinen Termin. Bitte nehmen Sie den ganzen Link.
bookings-none-for-needs = Für das, was Sie brauchen, ist kein Termin frei. Ohne das gibt es Termine.
bookings-needs-change = Ändern, was Sie brauchen
bookings-too-long = Das ist zu lang. Es dürfen 100 Zeichen sein.
bookings-find-code-title = Oder mit Nummer und Kennwort
bookings-find-code-text = Beides steht in Ihrer Bestätigung. Es steht auch in der SMS.
bookings-find-code-wrong = Dazu gibt es keinen Termin. Prüfen Sie die Nummer und das Kennwort.
bookings-find-too-often = Das war zu oft falsch. Versuchen Sie es in einer Stunde wieder. Oder nehmen Sie den Link.
