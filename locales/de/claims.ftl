# Claims of appointments: confirmation by mail, too many of one contact, work before a hold.
bookings-mail-subject-request = Bitte bestätigen – { $what }
bookings-mail-request =
    Guten Tag { $name },

    Ihr Termin ist noch nicht gebucht: { $when }.

    Bitte bestätigen Sie ihn bis { $until } Uhr. Öffnen Sie dazu diesen Link und drücken Sie den Knopf:
    { $link }

    Haben Sie keinen Termin gewählt? Dann tun Sie nichts: Wir löschen Ihre Angaben von selbst.
bookings-requested-title = Bestätigen Sie noch Ihre E-Mail-Adresse
bookings-requested-not-yet = Der Termin ist noch nicht gebucht
bookings-requested-until = Wir halten ihn bis { $until } Uhr für Sie frei.
bookings-requested-text = Wir haben eine E-Mail an { $to } geschickt. Öffnen Sie den Link darin und drücken Sie „Termin bestätigen“.
bookings-requested-no-mail-title = Keine E-Mail bekommen?
bookings-requested-no-mail = Sehen Sie im Spam-Ordner nach. Sie können auch die Adresse berichtigen oder die E-Mail noch einmal schicken lassen.
bookings-requested-again = Adresse ändern oder E-Mail noch einmal schicken
bookings-requested-give-up = Zeit freigeben
bookings-confirm-title = Termin bestätigen
bookings-confirm-text = Wir halten die Zeit bis { $until } Uhr für Sie frei. Mit dem Knopf ist der Termin fest gebucht.
bookings-confirm-button = Termin bestätigen
bookings-extend-soon = Brauchen Sie mehr Zeit? Drücken Sie „Zeit verlängern“.
bookings-too-many-title = Mit diesem Kontakt sind schon mehrere Termine gebucht
bookings-too-many-short = Sagen Sie einen davon ab, oder rufen Sie das Beratungstelefon an.
bookings-too-many-text = { $n ->
    [one] Mit dieser Telefonnummer oder E-Mail-Adresse kann ein Termin offen sein, damit für alle Termine da sind.
   *[other] Mit dieser Telefonnummer oder E-Mail-Adresse können { $n } Termine offen sein, damit für alle Termine da sind.
  }
bookings-too-many-what = Was Sie tun können
bookings-too-many-cancel = Sagen Sie einen Termin ab, den Sie nicht mehr brauchen: mit dem Link aus Ihrer Bestätigung.
bookings-too-many-call = Rufen Sie das Beratungstelefon an: Wir können auch mehr Termine für Sie eintragen.
bookings-too-many-other = Geben Sie einen anderen Kontakt an.
bookings-busy-title = Einen Moment, bitte
bookings-busy-text = Gerade möchten sehr viele gleichzeitig einen Termin reservieren. Damit Programme nicht alle Termine belegen, dauert es jetzt etwas länger. Ihre Auswahl bleibt stehen.
bookings-busy-wait = { $n ->
    [one] Bitte warten Sie eine Sekunde und drücken Sie dann „Weiter“.
   *[other] Bitte warten Sie { $n } Sekunden und drücken Sie dann „Weiter“.
  }
bookings-busy-working = Ihr Browser arbeitet, es geht gleich von selbst weiter.
bookings-busy-call = Sie können auch das Beratungstelefon anrufen.
