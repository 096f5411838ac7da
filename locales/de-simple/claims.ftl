# Claims of appointments, in simple German ("Leichte Sprache").
bookings-requested-title = Sie müssen den Termin noch bestätigen
bookings-requested-not-yet = Der Termin ist noch nicht fest
bookings-requested-until = Die Zeit ist bis { $until } Uhr für Sie frei.
bookings-requested-text = Wir haben Ihnen eine E-Mail geschickt. Die E-Mail ging an { $to }. In der E-Mail ist ein Link. Öffnen Sie den Link. Drücken Sie dann: Termin bestätigen.
bookings-requested-no-mail-title = Ist keine E-Mail da?
bookings-requested-no-mail = Sehen Sie im Spam-Ordner nach. Oder Sie ändern die Adresse. Oder wir schicken die E-Mail noch einmal.
bookings-requested-again = Adresse ändern oder E-Mail noch einmal schicken
bookings-requested-give-up = Ich will den Termin nicht
bookings-confirm-title = Termin bestätigen
bookings-confirm-text = Die Zeit ist bis { $until } Uhr für Sie frei. Drücken Sie den Knopf. Dann ist der Termin fest.
bookings-confirm-button = Termin bestätigen
bookings-extend-soon = Brauchen Sie mehr Zeit? Drücken Sie: Ich brauche mehr Zeit.
bookings-too-many-title = Sie haben schon mehrere Termine
bookings-too-many-short = Sagen Sie einen Termin ab. Oder rufen Sie uns an.
bookings-too-many-text = { $n ->
    [one] Sie können nur einen Termin haben. So bekommen alle einen Termin.
   *[other] Sie können nur { $n } Termine haben. So bekommen alle einen Termin.
  }
bookings-too-many-what = Das können Sie tun
bookings-too-many-cancel = Sagen Sie einen Termin ab. Dafür ist der Link in Ihrer E-Mail.
bookings-too-many-call = Rufen Sie uns an. Dann finden wir zusammen einen Weg.
bookings-too-many-other = Geben Sie eine andere Nummer oder E-Mail-Adresse an.
bookings-busy-title = Bitte warten Sie kurz
bookings-busy-text = Sehr viele Menschen wollen jetzt einen Termin. Darum dauert es etwas länger.
bookings-busy-wait = { $n ->
    [one] Warten Sie eine Sekunde. Drücken Sie dann: Weiter.
   *[other] Warten Sie { $n } Sekunden. Drücken Sie dann: Weiter.
  }
bookings-busy-working = Es geht gleich von allein weiter.
bookings-busy-call = Sie können uns auch anrufen.
bookings-mail-subject-request = Bitte sagen Sie Ja zu Ihrem Termin – { $what }
bookings-mail-request =
    Guten Tag { $name },

    Sie haben noch keinen Termin.
    Möchten Sie diesen Termin? { $when }
    Dann öffnen Sie diesen Link und drücken Sie den Knopf.
    Sie haben Zeit bis { $until } Uhr:
    { $link }

    Möchten Sie keinen Termin?
    Dann machen Sie nichts. Wir löschen Ihre Daten.
