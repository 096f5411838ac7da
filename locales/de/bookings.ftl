# Appointments: what citizens read on the way to one, and the mails about it.
bookings-video = Videogespräch
bookings-telephone = Telefongespräch
bookings-office = Gespräch auf der Dienststelle

# Calendar entries and mails.
bookings-entry-title = Beratung: { $topic }
bookings-entry-neutral = Ihr Termin
bookings-entry-text = Buchungsnummer { $reference }. Absagen und verschieben können Sie über den Link in Ihrer Bestätigung. Wir fragen nie nach Geld, PIN, TAN oder Passwörtern. Hier erreichen Sie keinen Notruf: In Gefahr wählen Sie 110.
bookings-mail-subject-booked = Bestätigung – { $what }
bookings-mail-subject-moved = Neuer Zeitpunkt – { $what }
bookings-mail-subject-cancelled = Absage – { $what }
bookings-mail-booked =
    Guten Tag { $name },

    Ihr Termin ist gebucht: { $when }.
bookings-mail-moved =
    Guten Tag { $name },

    Ihr Termin ist verschoben. Er ist jetzt: { $when }.
bookings-mail-cancelled =
    Guten Tag { $name },

    Ihr Termin ist abgesagt: { $when }. Ihren Namen und Ihre E-Mail-Adresse haben wir aus der Buchung gelöscht.
bookings-mail-word =
    Nachricht Ihrer Dienststelle:
    { $word }
bookings-mail-facts =
    Dienststelle: { $office }
    Buchungsnummer: { $reference }
    Kennwort: { $kennwort }
bookings-mail-video =
    So läuft es ab: Ihre Beraterin oder Ihr Berater schickt Ihnen vor dem Termin den Zugang zum Videogespräch an { $contact } und nennt darin Ihr Kennwort.
bookings-mail-telephone =
    So läuft es ab: Ihre Beraterin oder Ihr Berater ruft Sie zum Termin an und nennt als Erstes Ihr Kennwort.
bookings-mail-office =
    So läuft es ab: Sie kommen zum Termin auf die Dienststelle: { $office }. Ihre Beraterin oder Ihr Berater nennt als Erstes Ihr Kennwort.
bookings-mail-link =
    Termin ansehen, verschieben oder absagen:
    { $link }
bookings-mail-never =
    Zu Ihrer Sicherheit: Nennt jemand das Kennwort nicht, ist es nicht Ihre Beraterin oder Ihr Berater. Wir fragen nie nach Geld, PIN, TAN oder Passwörtern.
bookings-mail-close =
    Hier erreichen Sie keinen Notruf: In Gefahr wählen Sie 110.

    { $authority }

# What a caller who booked by key is told by SMS.
bookings-sms = Polizei Prävention: Ihr Beratungstermin ist gebucht, { $when }. Wir rufen Sie an und sagen zuerst das Kennwort { $kennwort }. Buchungsnummer: { $reference }. Wir fragen nie nach Geld, PIN oder Passwort. Notruf: 110.

# The start page.
bookings-start-title = Polizeiliche Beratung
bookings-start-lead = Sprechen Sie mit einer Beraterin oder einem Berater der Polizei: am Telefon, im Videogespräch oder auf der Dienststelle, zu einer Zeit, die Ihnen passt. Kostenlos, ohne Anmeldung, auf Wunsch unter einem Pseudonym.
bookings-emergency-title = Kein Notruf
bookings-emergency-text = Hier erreichen Sie keinen Notruf. Wenn Sie in Gefahr sind oder eine Straftat gerade geschieht, wählen Sie 110.
bookings-start-find = Meinen Termin finden
bookings-start-who-title = Für wen
bookings-start-who = Für alle, die in Baden-Württemberg leben, arbeiten oder zu Besuch sind. Sie brauchen nichts als eine Telefonnummer oder eine E-Mail-Adresse. Die Buchung dauert etwa drei Minuten.
bookings-start-how-title = So geht es
bookings-start-how-1 = Sie wählen Thema, Gesprächsart und Zeit.
bookings-start-how-2 = Sie bekommen eine Buchungsnummer und ein Kennwort.
bookings-start-how-3 = Zum Termin melden wir uns bei Ihnen und nennen zuerst das Kennwort. So wissen Sie, dass es wirklich die Polizei ist.
bookings-start-call-title = Lieber gleich anrufen
bookings-start-call-note = Gespräche werden nicht aufgezeichnet.
bookings-start-other-title = Andere Wege
bookings-start-other-report = Eine Anzeige nehmen jede Polizeidienststelle und die Onlinewache entgegen. Wenn Sie uns eine Straftat schildern, müssen wir ermitteln.
bookings-start-other-person = Vor Ort beraten Sie die Beratungsstellen der Polizeipräsidien.
bookings-start-other-relay = Gehörlose und schwerhörige Menschen erreichen uns auch über den Vermittlungsdienst Tess.

# The way to an appointment.
bookings-book = Termin buchen
bookings-back = Zurück
bookings-next = Weiter
bookings-change = Ändern
bookings-step = Schritt { $n } von 7
bookings-faults = Bitte prüfen Sie Ihre Angaben
bookings-search = Suchen
bookings-topic-title = Worum geht es?
bookings-topic-search = Thema suchen
bookings-topic-nothing = Kein Thema passt zu „{ $sought }“. Hier sind alle Themen.
bookings-topic-missing = Wählen Sie ein Thema.
bookings-format-title = Wie möchten Sie sprechen?
bookings-format-missing = Wählen Sie, wie Sie sprechen möchten.
bookings-telephone-hint = Wir rufen Sie an. Dafür brauchen wir eine Telefonnummer.
bookings-office-hint = Sie kommen zu uns. Für Rückfragen brauchen wir eine Telefonnummer oder eine E-Mail-Adresse.
bookings-video-hint = Sie bekommen den Zugang vor dem Termin per E-Mail. Dafür brauchen wir eine E-Mail-Adresse.
bookings-place-title = Wo wohnen Sie?
bookings-place-why = So finden wir die Dienststelle, die Ihre Gegend kennt. Die Angabe wird nicht gespeichert.
bookings-place-label = Gemeinde oder Landkreis
bookings-place-hint = Zum Beispiel Böblingen oder Ortenaukreis. Ohne Straße und Postleitzahl.
bookings-place-missing = Geben Sie Ihre Gemeinde ein, oder wählen Sie „Möchte ich nicht sagen“.
bookings-place-rather-not = Möchte ich nicht sagen
bookings-which-place-title = Welcher Ort ist gemeint?
bookings-which-place-hint = „{ $typed }“ gibt es mehrmals.
bookings-which-place-missing = Wählen Sie einen der Orte.
bookings-no-place-title = Diesen Ort kennen wir nicht
bookings-no-place-text = „{ $typed }“ ist keine Gemeinde und kein Landkreis in Baden-Württemberg. Beraten werden Sie trotzdem: vom Landeskriminalamt.
bookings-no-place-nearest = Meinten Sie
bookings-no-place-state-office = Termine beim Landeskriminalamt
bookings-no-place-again = Ort neu eingeben
bookings-needs-title = Was brauchen Sie für das Gespräch?
bookings-needs-hint = Wählen Sie, was Ihnen hilft. Warum Sie es brauchen, fragen wir nicht. Brauchen Sie nichts davon, gehen Sie einfach weiter.
bookings-needs-nothing = Nichts davon
bookings-needs-none = Nichts Besonderes
bookings-need-sign_language = Dolmetschen in Deutscher Gebärdensprache
bookings-need-hint-sign_language = Wir bestellen die Dolmetschung, für Sie kostenlos. Das braucht Vorlauf: Solche Termine gibt es frühestens nach { $n ->
        [one] einem Arbeitstag
       *[other] { $n } Arbeitstagen
    }.
bookings-need-captions = Schriftlich statt mündlich
bookings-need-hint-captions = Wir schreiben mit, was gesagt wird, oder tippen mit Ihnen.
bookings-need-simple_language = Leichte Sprache
bookings-need-hint-simple_language = Kurze Sätze, einfache Wörter, genug Zeit.
bookings-need-slow_speech = Langsam und deutlich sprechen
bookings-need-company = Ich bringe jemanden mit
bookings-need-hint-company = Eine Person, der Sie vertrauen, hört mit oder spricht für Sie.
bookings-fact-needs = Für das Gespräch
bookings-time-keep = Ihre bisherige Zeit passt auch dafür
bookings-time-title = Wann passt es Ihnen?
bookings-time-hold = Wenn Sie eine Zeit wählen, reservieren wir sie 20 Minuten für Sie. Gebucht ist erst, wenn Sie am Ende zustimmen.
bookings-fact-officer = Beraterin oder Berater
bookings-whom = Bei wem?
bookings-whom-any = Egal
bookings-whom-show = Zeiten zeigen
bookings-whom-at = { $name }, { $office }
bookings-whom-unknown = Wen Sie gewählt haben, berät dazu gerade nicht. Wählen Sie jemand anderen, oder „Egal“.
bookings-whom-anyone = Freie Zeiten bei allen zeigen
bookings-any-office = Alle Dienststellen
bookings-time-anywhere = Freie Zeiten aller Dienststellen zeigen
bookings-weeks = Wochen
bookings-week = { $from } bis { $until }
bookings-week-earlier = Frühere Woche
bookings-week-later = Spätere Woche
bookings-week-empty = In dieser Woche ist nichts frei.
bookings-next-free = Nächster freier Termin: { $when }
bookings-none-free = In den nächsten zwölf Wochen ist hier nichts frei. Rufen Sie das Beratungstelefon an, oder schauen Sie morgen wieder: Termine werden auch abgesagt.
bookings-all-times = Alle freien Zeiten zeigen
bookings-taken-title = Diese Zeit ist nicht mehr frei
bookings-taken-text = Wählen Sie eine der freien Zeiten in der Nähe.
bookings-past-title = Diese Zeit ist schon vorbei
bookings-past-text = Wählen Sie eine Zeit, die noch kommt.

# While a slot is held.
bookings-back-to-times = Andere Zeit wählen
bookings-person-title = Wie erreichen wir Sie?
bookings-held-until = Reserviert bis { $until } Uhr.
bookings-minutes-left = { $n ->
    [one] Noch eine Minute.
   *[other] Noch { $n } Minuten.
  }
bookings-held-no-more = Die Reservierung ist abgelaufen. Ihre Angaben bleiben stehen; danach wählen Sie eine neue Zeit.
bookings-extend = Zeit verlängern
bookings-name-label = Name oder Pseudonym
bookings-name-hint = So sprechen wir Sie an. Ihren wirklichen Namen brauchen wir nicht.
bookings-name-missing = Geben Sie einen Namen oder ein Pseudonym ein.
bookings-name-too-long = Kürzen Sie den Namen auf 80 Zeichen.
bookings-phone-label = Telefonnummer
bookings-phone-hint = Unter dieser Nummer rufen wir Sie zum Termin an; an eine Mobilnummer schicken wir vorher Erinnerungen per SMS. Jede Schreibweise ist möglich.
bookings-phone-missing = Geben Sie die Telefonnummer ein, unter der wir Sie anrufen.
bookings-phone-wrong = Unter dieser Nummer können wir nicht anrufen. Geben Sie eine Nummer mit Vorwahl ein, zum Beispiel 089 99998 123.
bookings-contact-label = Telefonnummer oder E-Mail-Adresse
bookings-contact-hint = Nur für Rückfragen zu Ihrem Termin. An eine E-Mail-Adresse schicken wir auch die Bestätigung.
bookings-contact-missing = Geben Sie eine Telefonnummer oder eine E-Mail-Adresse ein.
bookings-contact-wrong = Das ist weder eine Telefonnummer mit Vorwahl noch eine E-Mail-Adresse. Beispiele: 089 99998 123, name@beispiel.de
bookings-mail-label = E-Mail-Adresse
bookings-mail-hint = Dorthin schicken wir die Bestätigung und vor dem Termin den Zugang zum Videogespräch.
bookings-mail-missing = Geben Sie die E-Mail-Adresse ein, an die wir den Zugang schicken.
bookings-mail-wrong = Das ist keine E-Mail-Adresse. Geben Sie sie so ein: name@beispiel.de
bookings-kept = { $n ->
    [one] Name und Kontakt löschen wir eine Stunde nach dem Termin, und sofort, wenn Sie absagen.
   *[other] Name und Kontakt löschen wir { $n } Stunden nach dem Termin, und sofort, wenn Sie absagen.
  }
bookings-check-title = Stimmt alles?
bookings-fact-topic = Thema
bookings-fact-format = Gesprächsart
bookings-fact-office = Dienststelle
bookings-fact-time = Zeit
bookings-fact-reference = Buchungsnummer
bookings-fact-kennwort = Kennwort
bookings-confirm = Termin verbindlich buchen
bookings-expired-title = Die Reservierung ist abgelaufen
bookings-expired-text = Wir haben die Zeit 20 Minuten freigehalten. Wählen Sie noch einmal eine Zeit.
bookings-expired-kept = Wir haben die Zeit 20 Minuten freigehalten. Ihre Angaben sind noch da: Wählen Sie nur noch einmal eine Zeit.
bookings-held-too-long-title = Länger geht es nicht
bookings-held-too-long-text = Die Reservierung wurde schon zwölfmal verlängert. Gehen Sie zurück und buchen Sie den Termin, oder lassen Sie ihn für andere frei.

# The booked appointment.
bookings-booked-title = Ihr Termin ist gebucht
bookings-booked-moved = Der Termin wurde auf diese Zeit verschoben.
bookings-booked-over = Dieser Termin hat begonnen oder ist vorbei.
bookings-next-title = Wie es weitergeht
bookings-next-telephone = Ihre Beraterin oder Ihr Berater ruft Sie zum Termin an und nennt als Erstes Ihr Kennwort.
bookings-next-video = Ihre Beraterin oder Ihr Berater schickt Ihnen vor dem Termin den Zugang zum Videogespräch und nennt darin Ihr Kennwort.
bookings-next-office = Sie kommen zum Termin auf die Dienststelle: { $office }. Ihre Beraterin oder Ihr Berater nennt als Erstes Ihr Kennwort.
bookings-next-mail = Eine Bestätigung mit Kalendereintrag ist auf dem Weg zu Ihnen.
bookings-next-no-mail = Sie bekommen keine Nachricht. Notieren oder drucken Sie Buchungsnummer, Kennwort und den Link unten.
bookings-next-never = Wer das Kennwort nicht nennt, ist nicht Ihre Beraterin oder Ihr Berater. Wir fragen nie nach Geld, PIN, TAN oder Passwörtern.
bookings-keep-link = Mit diesem Link sehen, verschieben und absagen Sie Ihren Termin:
bookings-calendar-file = Kalenderdatei laden
bookings-print = Diese Seite lässt sich drucken.
bookings-move = Termin verschieben
bookings-cancel = Termin absagen
bookings-back-to-booking = Zurück zum Termin
bookings-cancel-title = Möchten Sie den Termin absagen?
bookings-cancel-text = Die Zeit wird für andere frei, und Ihre Angaben werden gelöscht. Das lässt sich nicht rückgängig machen; einen neuen Termin können Sie jederzeit buchen.
bookings-cancel-button = Termin absagen
bookings-cancelled-title = Dieser Termin ist abgesagt
bookings-cancelled-text = Ihre Angaben sind gelöscht. Über diesen Link lässt sich der Termin nicht wieder buchen.
bookings-again = Neuen Termin buchen
bookings-move-title = Wohin möchten Sie den Termin verschieben?
bookings-move-text = Bisher: { $when }. Buchungsnummer, Kennwort und Link bleiben gleich.
bookings-begun-title = Dieser Termin hat schon begonnen
bookings-begun-text = Er lässt sich nicht mehr ändern oder absagen.
bookings-not-possible-title = Das ist bei diesem Termin nicht möglich
bookings-not-possible-text = Öffnen Sie den Termin noch einmal über Ihren Link.
bookings-no-such-title = Diesen Termin gibt es nicht
bookings-no-such-text = Der Link ist unvollständig oder verändert, oder der Termin ist längst gelöscht. Kopieren Sie den ganzen Link aus Ihrer Bestätigung.
bookings-find-title = Meinen Termin finden
bookings-find-text = Am schnellsten geht es mit dem Link in Ihrer E-Mail oder auf Ihrem Ausdruck. Sie können ihn auch hier einfügen.
bookings-find-label = Link aus der Bestätigung
bookings-find-button = Termin öffnen
bookings-find-wrong = Zu diesem Link gibt es keinen Termin. Fügen Sie den ganzen Link ein.
bookings-none-for-needs = Mit dem, was Sie für das Gespräch brauchen, ist in den nächsten zwölf Wochen nichts frei; ohne das gibt es Termine.
bookings-needs-change = Angaben zum Gespräch ändern
bookings-too-long = Kürzen Sie die Eingabe auf 100 Zeichen.
bookings-find-code-title = Oder mit Buchungsnummer und Kennwort
bookings-find-code-text = Beide stehen in Ihrer Bestätigung, auch in der SMS.
bookings-find-code-wrong = Zu dieser Buchungsnummer und diesem Kennwort gibt es keinen Termin. Prüfen Sie beide.
bookings-find-too-often = Mit dieser Buchungsnummer wurde es zu oft falsch versucht. Versuchen Sie es in einer Stunde wieder, oder nehmen Sie den Link.
