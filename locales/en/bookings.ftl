# Appointments: what citizens read on the way to one, and the mails about it.
bookings-video = Video call
bookings-telephone = Telephone call

# Calendar entries and mails.
bookings-entry-title = Advice: { $topic }
bookings-entry-neutral = Your appointment
bookings-entry-text = Booking number { $reference }. You can cancel or move the appointment with the link in your confirmation. This is no emergency line: in danger dial 110.
bookings-mail-subject-booked = Confirmation – { $what }
bookings-mail-subject-moved = New time – { $what }
bookings-mail-subject-cancelled = Cancelled – { $what }
bookings-mail-booked =
    Hello { $name },

    Your appointment is booked: { $when }.
bookings-mail-moved =
    Hello { $name },

    Your appointment has been moved. It is now: { $when }.
bookings-mail-cancelled =
    Hello { $name },

    Your appointment is cancelled: { $when }. We have deleted your name and your mail address from the booking.
bookings-mail-word =
    A message from your police office:
    { $word }
bookings-mail-facts =
    Office: { $office }
    Booking number: { $reference }
    Password (Kennwort): { $kennwort }
bookings-mail-video =
    What happens: before the appointment your advisor sends the way into the video call to { $contact } and names your Kennwort in it.
bookings-mail-telephone =
    What happens: your advisor calls you at the time of the appointment and says your Kennwort first.
bookings-mail-link =
    See, move or cancel the appointment:
    { $link }
bookings-mail-never =
    For your safety: whoever does not say the Kennwort is not your advisor. We never ask for money, PIN, TAN or passwords.
bookings-mail-close =
    This is no emergency line: in danger dial 110.

    { $authority }
