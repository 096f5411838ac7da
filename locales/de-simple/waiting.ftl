# The waiting list, in simple German ("Leichte Sprache").
bookings-waiting-link = Passt keine Zeit? Dann können Sie warten. Zur Warteliste
bookings-waiting-title = Zur Warteliste
bookings-waiting-how = Wird eine Zeit frei? Dann schreiben wir Ihnen. Und wir halten die Zeit für Sie frei. Sie drücken einen Knopf. Dann ist es Ihr Termin. Wer länger wartet, kommt zuerst dran.
bookings-waiting-mobile-label = Handynummer
bookings-waiting-contact-hint = Dorthin schreiben wir Ihnen.
bookings-waiting-not-reachable = An diese Nummer können wir keine SMS schicken. Geben Sie eine Handynummer an. Oder rufen Sie uns an.
bookings-waiting-day-label = Bis wann wollen Sie den Termin?
bookings-waiting-day-hint = Welcher Tag ist der letzte Tag für Sie?
bookings-waiting-day-wrong = Dieser Tag geht nicht. Geben Sie einen Tag in den nächsten 12 Wochen an.
bookings-waiting-kept = Wir löschen Ihren Namen wieder: Wenn Sie einen Termin haben. Oder wenn Sie nicht mehr warten wollen. Oder wenn der letzte Tag vorbei ist.
bookings-waiting-join = Ich will warten
bookings-waiting-on-title = Sie sind auf der Warteliste
bookings-waiting-until = Sie warten bis: { $day }
bookings-waiting-before = { $n ->
    [0] Sie sind zuerst dran.
    [one] Eine Person ist vor Ihnen dran.
   *[other] { $n } Personen sind vor Ihnen dran.
  }
bookings-waiting-on-text = Wird eine Zeit frei? Dann schreiben wir Ihnen. Sie können diese Seite zumachen.
bookings-waiting-leave = Ich will nicht mehr warten
bookings-waiting-offered-title = Eine Zeit ist für Sie frei
bookings-waiting-offered-text = Wir haben Ihnen geschrieben. In der Nachricht ist ein Link. Öffnen Sie den Link.
bookings-waiting-served-title = Sie haben einen Termin
bookings-waiting-served-text = Wir haben Ihnen alles zum Termin geschickt.
bookings-waiting-left-title = Sie sind nicht mehr auf der Warteliste
bookings-waiting-left-text = Ihren Namen haben wir von der Liste gelöscht. Haben Sie einen Termin? Der Termin bleibt.
bookings-waiting-over-title = Das Warten ist zu Ende
bookings-waiting-over-text = Der letzte Tag ist vorbei. Oder Sie haben 3 Mal nicht geantwortet. Ihren Namen haben wir von der Liste gelöscht.
bookings-waiting-closed-title = Hier gibt es keine Warteliste
bookings-waiting-closed-text = Sehen Sie morgen noch einmal nach. Oder rufen Sie uns an.
bookings-earlier-link = Ich will einen früheren Termin
bookings-earlier-title = Wollen Sie einen früheren Termin?
bookings-earlier-text = Wird vorher eine Zeit frei? Dann schreiben wir Ihnen. Ihr Termin bleibt so lange. Erst wenn Sie Ja sagen, ändern wir den Termin.
bookings-earlier-button = Ja, schreiben Sie mir
bookings-earlier-wished = Das haben wir schon notiert. Wird vorher eine Zeit frei? Dann schreiben wir Ihnen.
bookings-earlier-stays = Ihr Termin bleibt. Erst wenn Sie Ja sagen, ändern wir den Termin.
bookings-offer-title = Diese Zeit ist für Sie frei
bookings-offer-until = Wir halten die Zeit für Sie frei: bis { $until }.
bookings-offer-moves = Sagen Sie Ja? Dann ist Ihr Termin jetzt zu dieser Zeit.
bookings-offer-accept = Ja, ich nehme diese Zeit
bookings-offer-decline = Nein, diese Zeit passt nicht
bookings-offer-taken-title = Sie haben diese Zeit genommen
bookings-offer-taken-text = Wir haben Ihnen alles zum Termin geschickt.
bookings-offer-declined-title = Gut. Diese Zeit bekommt jemand anderes
bookings-offer-declined-text = Sie sind noch auf der Warteliste. Wird eine andere Zeit frei? Dann schreiben wir Ihnen wieder.
bookings-offer-over-title = Diese Zeit ist nicht mehr frei
bookings-offer-over-text = Es war zu spät. Oder Sie haben schon geantwortet. Wird wieder etwas frei? Dann schreiben wir Ihnen.
bookings-waiting-none-title = Diesen Eintrag gibt es nicht
bookings-waiting-none-text = Der Link ist nicht richtig. Nehmen Sie bitte den ganzen Link aus unserer Nachricht.
bookings-waiting-too-many-title = Sie warten schon oder haben schon Termine
bookings-waiting-too-many-text = Sagen Sie einen Termin ab. Oder gehen Sie von einer Warteliste weg. Oder rufen Sie uns an.
bookings-waiting-joined-subject = Sie stehen auf der Warteliste
bookings-waiting-joined-mail =
    Guten Tag { $name },

    Sie stehen auf der Warteliste.
    Sie warten bis { $day }.
    Wird eine Zeit frei? Dann schreiben wir Ihnen.

    Möchten Sie nicht mehr warten? Dann öffnen Sie diesen Link:
    { $link }
bookings-waiting-offered-subject = Eine Zeit ist für Sie frei
bookings-waiting-offered-mail =
    Guten Tag { $name },

    Eine Zeit ist für Sie frei: { $when }.
    Wir halten die Zeit für Sie frei: { $until }.
    Danach bekommen andere die Zeit.

    Öffnen Sie diesen Link. Dann sagen Sie Ja oder Nein:
    { $link }
bookings-waiting-offered-sms = Eine Zeit ist für Sie frei: { $when }. Sagen Sie Ja oder Nein bis { $until }: { $link } Wir fragen nie nach Geld, PIN oder Passwort.
bookings-waiting-earlier-subject = Eine frühere Zeit ist für Sie frei
bookings-waiting-earlier-mail =
    Guten Tag { $name },

    Eine frühere Zeit ist für Sie frei: { $when }.
    Wir halten die Zeit für Sie frei: { $until }.
    Sie haben noch Ihren alten Termin. Sagen Sie Ja? Dann haben Sie den neuen Termin.

    Öffnen Sie diesen Link. Dann sagen Sie Ja oder Nein:
    { $link }
bookings-waiting-earlier-sms = Eine frühere Zeit ist für Sie frei: { $when }. Sagen Sie Ja oder Nein bis { $until }: { $link } Wir fragen nie nach Geld, PIN oder Passwort.
bookings-waiting-accepted-sms = Ihr Termin ist am { $when }. Wir sagen zuerst das Kennwort: { $kennwort }. Ihre Nummer: { $reference }. Hier sehen Sie den Termin: { $link } Wir fragen nie nach Geld, PIN oder Passwort.
