# The waiting list: pages and messages.
bookings-waiting-link = Keine Zeit passt? Auf die Warteliste
bookings-waiting-title = Auf die Warteliste
bookings-waiting-how = Wird eine Zeit frei, halten wir sie für Sie und schreiben Ihnen. Sie nehmen sie mit einem Knopf an. Wer länger wartet, kommt zuerst.
bookings-waiting-mobile-label = Mobilnummer
bookings-waiting-contact-hint = Dorthin schicken wir das Angebot, wenn eine Zeit frei wird.
bookings-waiting-not-reachable = Auf diese Nummer können wir keine SMS schicken. Geben Sie eine Mobilnummer an, oder rufen Sie das Beratungstelefon an.
bookings-waiting-day-label = Bis wann möchten Sie den Termin?
bookings-waiting-day-hint = Der letzte Tag, der Ihnen passt.
bookings-waiting-day-wrong = Geben Sie einen Tag an, der heute ist oder in den nächsten zwölf Wochen liegt.
bookings-waiting-kept = Name und Kontakt löschen wir, sobald Sie einen Termin haben, die Liste verlassen oder der letzte Tag vorbei ist.
bookings-waiting-join = Auf die Warteliste setzen
bookings-waiting-on-title = Sie stehen auf der Warteliste
bookings-waiting-until = Bis { $day }
bookings-waiting-before = { $n ->
    [0] Niemand wartet länger als Sie.
    [one] Eine Person wartet länger als Sie.
   *[other] { $n } Personen warten länger als Sie.
  }
bookings-waiting-on-text = Wird eine Zeit frei, schreiben wir Ihnen. Sie können diese Seite schließen; heben Sie den Link auf, wenn Sie die Liste später verlassen möchten.
bookings-waiting-leave = Warteliste verlassen
bookings-waiting-offered-title = Eine Zeit ist für Sie frei
bookings-waiting-offered-text = Wir haben Ihnen ein Angebot geschickt. Öffnen Sie den Link darin.
bookings-waiting-served-title = Sie haben einen Termin
bookings-waiting-served-text = Sie haben ein Angebot angenommen. Die Bestätigung haben wir Ihnen geschickt.
bookings-waiting-left-title = Sie stehen nicht mehr auf der Warteliste
bookings-waiting-left-text = Ihr Name und Ihr Kontakt sind aus der Warteliste gelöscht. Einen gebuchten Termin ändert das nicht.
bookings-waiting-over-title = Das Warten ist zu Ende
bookings-waiting-over-text = Der letzte Tag ist vorbei, oder drei Angebote blieben ohne Antwort. Ihr Name und Ihr Kontakt sind aus der Warteliste gelöscht.
bookings-waiting-none-title = Diesen Eintrag gibt es nicht
bookings-waiting-none-text = Der Link ist unvollständig oder verändert. Kopieren Sie den ganzen Link aus unserer Nachricht.
bookings-waiting-closed-title = Hier gibt es gerade keine Warteliste
bookings-waiting-closed-text = Sehen Sie morgen wieder nach freien Zeiten, oder rufen Sie das Beratungstelefon an.
bookings-waiting-too-many-title = Mit diesem Kontakt ist schon mehreres offen
bookings-waiting-too-many-text = Verlassen Sie eine Warteliste oder sagen Sie einen Termin ab. Oder rufen Sie das Beratungstelefon an: Wir finden einen Weg.
bookings-earlier-link = Früheren Termin wünschen
bookings-earlier-title = Möchten Sie einen früheren Termin?
bookings-earlier-text = Wird vorher eine Zeit frei, schreiben wir Ihnen. Ihr Termin bleibt, bis Sie eine frühere Zeit annehmen; dann verschieben wir ihn dorthin.
bookings-earlier-button = Ja, schreiben Sie mir
bookings-earlier-wished = Wir haben Ihren Wunsch schon notiert. Wird vorher eine Zeit frei, schreiben wir Ihnen.
bookings-earlier-stays = Ihr Termin bleibt, bis Sie eine frühere Zeit annehmen.
bookings-offer-title = Diese Zeit ist für Sie frei
bookings-offer-until = Wir halten sie für Sie: { $until }. Danach bieten wir sie anderen an.
bookings-offer-moves = Nehmen Sie an, verschieben wir Ihren Termin hierher. Buchungsnummer und Kennwort bleiben gleich.
bookings-offer-accept = Diese Zeit nehmen
bookings-offer-decline = Diese Zeit passt nicht
bookings-offer-taken-title = Sie haben diese Zeit genommen
bookings-offer-taken-text = Die Bestätigung mit dem Link zu Ihrem Termin haben wir Ihnen geschickt.
bookings-offer-declined-title = Gut, dann bieten wir sie anderen an
bookings-offer-declined-text = Sie behalten Ihren Platz auf der Warteliste. Wird eine andere Zeit frei, schreiben wir Ihnen wieder.
bookings-offer-over-title = Dieses Angebot gilt nicht mehr
bookings-offer-over-text = Die Frist ist vorbei, oder Sie haben schon geantwortet. Solange Sie auf der Warteliste stehen, schreiben wir Ihnen, sobald wieder etwas frei wird.
bookings-waiting-joined-subject = Sie stehen auf der Warteliste
bookings-waiting-joined-mail =
    Guten Tag { $name },

    Sie stehen auf der Warteliste für ein Beratungsgespräch, bis { $day }. Wird eine Zeit frei, schreiben wir Ihnen.

    Ansehen oder die Liste verlassen:
    { $link }
bookings-waiting-offered-subject = Eine Zeit ist für Sie frei
bookings-waiting-offered-mail =
    Guten Tag { $name },

    diese Zeit ist frei geworden: { $when }. Wir halten sie für Sie: { $until }. Danach bieten wir sie anderen an.

    Annehmen oder ablehnen:
    { $link }
bookings-waiting-offered-sms = Ein Gesprächstermin ist frei: { $when }. Wir halten ihn für Sie bis { $until }. Annehmen oder ablehnen: { $link } Wir fragen nie nach Geld, PIN oder Passwort.
bookings-waiting-earlier-subject = Eine frühere Zeit ist für Sie frei
bookings-waiting-earlier-mail =
    Guten Tag { $name },

    eine frühere Zeit ist frei geworden: { $when }. Wir halten sie für Sie: { $until }. Nehmen Sie an, verschieben wir Ihren Termin dorthin; sonst bleibt er, wie er ist.

    Annehmen oder ablehnen:
    { $link }
bookings-waiting-earlier-sms = Ein früherer Gesprächstermin ist frei: { $when }. Wir halten ihn für Sie bis { $until }. Ihr Termin bleibt, bis Sie annehmen: { $link } Wir fragen nie nach Geld, PIN oder Passwort.
bookings-waiting-accepted-sms = Ihr Gesprächstermin: { $when }. Wir sagen zuerst das Kennwort { $kennwort }. Buchungsnummer: { $reference }. Ansehen, verschieben oder absagen: { $link } Wir fragen nie nach Geld, PIN oder Passwort.
