# What citizens hear after an appointment is booked: proposals, reminders, a colleague who takes over, delays.
firm-greeting = Hello { $name },
firm-sms-sender = Police prevention:
firm-sms-neutral = A message for you:
firm-sms-never = We never ask for money, PIN or passwords.

# Another time is needed.
firm-reason-deployed = Your advisor has been called away on police duty.
firm-reason-absent = Unfortunately your advisor cannot be there.
firm-reason-hour-changed = The consultation hours have changed.
firm-asked-subject = Please choose a new time – { $what }
firm-asked-mail =
    Your appointment cannot take place as booked: { $when }. { $reason } We apologise.

    We keep these times for you until { $until }, each until an hour before it begins:
    { $times }

    With the link you take one of them, choose another time, or cancel.
firm-asked-sms = Your appointment { $when } cannot take place as booked. We keep new times for you until { $until }. Please choose:
firm-nothing-free-subject = Please choose a new time – { $what }
firm-nothing-free-mail =
    Your appointment cannot take place as booked: { $when }. { $reason } We apologise.

    No other time is free just now. The link shows as soon as something becomes free. We will contact you, too.
firm-nothing-free-sms = Your appointment { $when } cannot take place as booked. The link shows as soon as another time becomes free:
firm-proposal-title = Please choose a new time
firm-proposal-text = Your appointment cannot take place as booked: { $when }.
firm-proposal-kept = We keep these times for you until { $until }, each until an hour before it begins. Booking number, Kennwort and link stay the same.
firm-proposal-none = No time is kept for you any more. Another one may suit you.
firm-proposal-gone = This time is not kept for you any more
firm-proposal-other = Choose another time

# A colleague takes over.
firm-handed-over-subject = Your appointment stays – { $what }
firm-handed-over-mail =
    Your appointment stays as it is: { $when }. { $reason } A colleague takes over at the same time.

    You need not do anything. The Kennwort stays the same, too.
firm-handed-over-sms = Your appointment stays: { $when }. A colleague takes over; you need not do anything, the Kennwort stays the same. See the appointment:

# Reminders.
firm-remind-day-subject = Reminder – { $what }
firm-remind-day-mail = We remind you of your appointment: { $when }.
firm-remind-day-sms = A reminder of your appointment: { $when }. Kennwort: { $kennwort }. See, move, cancel:
firm-remind-hour-subject = In an hour – { $what }
firm-remind-hour-mail = Your appointment begins soon: { $when }.
firm-remind-hour-sms = Your appointment begins soon: { $when }. Kennwort: { $kennwort }. See it:
firm-next-mail = A day and an hour before, we remind you by mail.
firm-next-sms = You get no confirmation, but a reminder by SMS a day and an hour before. Note or print booking number, Kennwort and the link below.

# The officer comes later.
firm-late-subject = A little later – { $what }
firm-late-mail = Your appointment is expected to begin { $minutes } minutes later, at { $time } instead of as planned: { $when }. Please stay available, and excuse the delay.
firm-late-sms = Your appointment { $when } is expected to begin { $minutes } minutes later, at { $time }. Please stay available:
firm-late-not = Your appointment is expected to begin on time.
firm-late-expected = Your appointment is expected to begin { $minutes } minutes later, at { $time }.
firm-late-reload = Reload
firm-late-wrong-title = This number is not possible
firm-late-wrong-text = Give 0 to 60 minutes.

# The office cancelled, and there is no mail address.
firm-cancelled-subject = Cancelled – { $what }
firm-cancelled-mail = Your appointment is cancelled: { $when }.
firm-cancelled-sms = Unfortunately your appointment { $when } is cancelled. Book a new one here:

# The office moved it, and there is no mail address.
firm-moved-subject = Your new appointment – { $what }
firm-moved-mail = Your appointment is moved. It is now: { $when }. Kennwort: { $kennwort }.
firm-moved-sms = Your appointment is moved. It is now: { $when }. Kennwort: { $kennwort }. See, move, cancel:
