# Appointments: what citizens read on the way to one, and the mails about it.
bookings-video = Videogespräch
bookings-telephone = Telefongespräch

# Calendar entries and mails.
bookings-entry-title = Beratung: { $topic }
bookings-entry-neutral = Ihr Termin
bookings-entry-text = Buchungsnummer { $reference }. Absagen und verschieben können Sie über den Link in Ihrer Bestätigung. Hier erreichen Sie keinen Notruf: In Gefahr wählen Sie 110.
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
bookings-mail-link =
    Termin ansehen, verschieben oder absagen:
    { $link }
bookings-mail-never =
    Zu Ihrer Sicherheit: Nennt jemand das Kennwort nicht, ist es nicht Ihre Beraterin oder Ihr Berater. Wir fragen nie nach Geld, PIN, TAN oder Passwörtern.
bookings-mail-close =
    Hier erreichen Sie keinen Notruf: In Gefahr wählen Sie 110.

    { $authority }
