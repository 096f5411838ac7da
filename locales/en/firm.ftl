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
