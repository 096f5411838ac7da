# Appointments: what citizens read on the way to one, and the mails about it.
bookings-video = Video call
bookings-telephone = Telephone call
bookings-office = Talk at the office

# Calendar entries and mails.
bookings-entry-title = Advice: { $topic }
bookings-entry-neutral = Your appointment
bookings-entry-text = Booking number { $reference }. You can cancel or move the appointment with the link in your confirmation. We never ask for money, PIN, TAN or passwords. This is no emergency line: in danger dial 110.
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
bookings-mail-office =
    What happens: you come to the office at the time of the appointment: { $office }. Your advisor says your Kennwort first.
bookings-mail-link =
    See, move or cancel the appointment:
    { $link }
bookings-mail-never =
    For your safety: whoever does not say the Kennwort is not your advisor. We never ask for money, PIN, TAN or passwords.
bookings-mail-close =
    This is no emergency line: in danger dial 110.

    { $authority }

# What a caller who booked by key is told by SMS.
bookings-sms = Police prevention: your appointment is booked, { $when }. We call you and say the passphrase { $kennwort } first. Reference: { $reference }. We never ask for money, PIN or passwords. Emergency: 110.

# The start page.
bookings-start-title = Advice from the police
bookings-start-lead = Talk to an advisor of the police: by telephone, by video call or at the office, at a time that suits you. Free of charge, without an account, under a pseudonym if you like.
bookings-emergency-title = Not an emergency line
bookings-emergency-text = You cannot reach the emergency services here. If you are in danger or a crime is happening now, dial 110.
bookings-start-find = Find my appointment
bookings-start-who-title = Who it is for
bookings-start-who = For everybody who lives, works or stays in Baden-Württemberg. All you need is a telephone number or a mail address. Booking takes about three minutes.
bookings-start-how-title = How it works
bookings-start-how-1 = You choose topic, kind of talk and time.
bookings-start-how-2 = You get a booking number and a Kennwort, a password in German.
bookings-start-how-3 = At the time of the appointment we contact you and say the Kennwort first. So you know that it really is the police.
bookings-start-call-title = Rather call now
bookings-start-call-note = Calls are not recorded.
bookings-start-other-title = Other ways
bookings-start-other-report = Every police station and the “Onlinewache” take reports of crimes. If you tell us about a crime, we have to investigate.
bookings-start-other-person = The advice centres of the police headquarters advise you in person.
bookings-start-other-relay = Deaf and hard-of-hearing people also reach us through the relay service Tess.

# The way to an appointment.
bookings-book = Book an appointment
bookings-back = Back
bookings-next = Continue
bookings-change = Change
bookings-step = Step { $n } of 7
bookings-faults = Please check what you entered
bookings-search = Search
bookings-topic-title = What is it about?
bookings-topic-search = Search topics
bookings-topic-nothing = No topic matches “{ $sought }”. Here are all topics.
bookings-topic-missing = Choose a topic.
bookings-format-title = How would you like to talk?
bookings-format-missing = Choose how you would like to talk.
bookings-telephone-hint = We call you. For that we need a telephone number.
bookings-office-hint = You come to us. For questions we need a telephone number or a mail address.
bookings-video-hint = You get the way in by mail before the appointment. For that we need a mail address.
bookings-place-title = Where do you live?
bookings-place-why = This is how we find the office that knows your area. It is not stored.
bookings-place-label = Municipality or district
bookings-place-hint = For example Böblingen or Ortenaukreis. Without street and postcode.
bookings-place-missing = Enter your municipality, or choose “I would rather not say”.
bookings-place-rather-not = I would rather not say
bookings-which-place-title = Which place do you mean?
bookings-which-place-hint = There is more than one “{ $typed }”.
bookings-which-place-missing = Choose one of the places.
bookings-no-place-title = We do not know this place
bookings-no-place-text = “{ $typed }” is no municipality and no district in Baden-Württemberg. You get advice all the same: from the state office (Landeskriminalamt).
bookings-no-place-nearest = Did you mean
bookings-no-place-state-office = Appointments at the state office
bookings-no-place-again = Enter the place again
bookings-needs-title = What do you need for the talk?
bookings-needs-hint = Choose what helps you. We do not ask why you need it. If you need none of it, simply go on.
bookings-needs-nothing = None of it
bookings-needs-none = Nothing special
bookings-need-sign_language = Interpreting in German Sign Language
bookings-need-hint-sign_language = We order the interpreter, free of charge for you. That takes time: there are such appointments after { $n ->
        [one] one working day
       *[other] { $n } working days
    } at the earliest.
bookings-need-captions = Written instead of spoken
bookings-need-hint-captions = We write along what is said, or type with you.
bookings-need-simple_language = Simple German (Leichte Sprache)
bookings-need-hint-simple_language = Short sentences, easy words, enough time.
bookings-need-slow_speech = Speak slowly and clearly
bookings-need-company = Somebody comes with me
bookings-need-hint-company = A person you trust listens or speaks for you.
bookings-fact-needs = For the talk
bookings-time-keep = Your time so far suits this, too
bookings-time-title = When does it suit you?
bookings-time-hold = When you choose a time we hold it for you for 20 minutes. It is booked only when you agree at the end.
bookings-fact-officer = Advisor
bookings-whom = With whom?
bookings-whom-any = Anyone
bookings-whom-show = Show times
bookings-whom-at = { $name }, { $office }
bookings-whom-unknown = The advisor you chose does not advise on this at present. Choose somebody else, or “Anyone”.
bookings-whom-anyone = Show free times with anyone
bookings-any-office = All offices
bookings-time-anywhere = Show free times of all offices
bookings-weeks = Weeks
bookings-week = { $from } to { $until }
bookings-week-earlier = Earlier week
bookings-week-later = Later week
bookings-week-empty = Nothing is free in this week.
bookings-next-free = Next free appointment: { $when }
bookings-none-free = Nothing is free here in the next twelve weeks. Call the advice line, or look again tomorrow: appointments are cancelled, too.
bookings-all-times = Show all free times
bookings-taken-title = This time is not free any more
bookings-taken-text = Choose one of the free times near it.
bookings-past-title = This time has passed
bookings-past-text = Choose a time that is still to come.

# While a slot is held.
bookings-back-to-times = Choose another time
bookings-person-title = How do we reach you?
bookings-held-until = Held until { $until }.
bookings-minutes-left = { $n ->
    [one] One minute left.
   *[other] { $n } minutes left.
  }
bookings-held-no-more = The hold has run out. What you entered stays; after this you choose a new time.
bookings-extend = Extend the time
bookings-name-label = Name or pseudonym
bookings-name-hint = This is how we address you. We do not need your real name.
bookings-name-missing = Enter a name or a pseudonym.
bookings-name-too-long = Shorten the name to 80 characters.
bookings-phone-label = Telephone number
bookings-phone-hint = We call you at this number; to a mobile number we send reminders by SMS before. Write it as you like.
bookings-phone-missing = Enter the telephone number at which we call you.
bookings-phone-wrong = We cannot call this number. Enter a number with its area code, for example 089 99998 123.
bookings-contact-label = Telephone number or mail address
bookings-contact-hint = Only for questions about your appointment. To a mail address we also send the confirmation.
bookings-contact-missing = Enter a telephone number or a mail address.
bookings-contact-wrong = This is neither a telephone number with its area code nor a mail address. Examples: 089 99998 123, name@example.org
bookings-mail-label = Mail address
bookings-mail-hint = We send the confirmation there and, before the appointment, the way into the video call.
bookings-mail-missing = Enter the mail address to which we send the way in.
bookings-mail-wrong = This is not a mail address. Enter it like this: name@example.org
bookings-kept = { $n ->
    [one] We delete name and contact one hour after the appointment, and at once when you cancel.
   *[other] We delete name and contact { $n } hours after the appointment, and at once when you cancel.
  }
bookings-check-title = Is everything right?
bookings-fact-topic = Topic
bookings-fact-format = Kind of talk
bookings-fact-office = Office
bookings-fact-time = Time
bookings-fact-reference = Booking number
bookings-fact-kennwort = Kennwort
bookings-confirm = Book the appointment
bookings-expired-title = The hold has run out
bookings-expired-text = We kept the time free for 20 minutes. Choose a time once more.
bookings-expired-kept = We kept the time free for 20 minutes. What you entered is still there: only choose a time once more.
bookings-held-too-long-title = It cannot be extended any more
bookings-held-too-long-text = The hold was extended twelve times already. Go back and book the appointment, or leave it to others.

# The booked appointment.
bookings-booked-title = Your appointment is booked
bookings-booked-moved = The appointment was moved to this time.
bookings-booked-over = This appointment has begun or is over.
bookings-next-title = What happens next
bookings-next-telephone = Your advisor calls you at the time of the appointment and says your Kennwort first.
bookings-next-video = Before the appointment your advisor sends you the way into the video call and names your Kennwort in it.
bookings-next-office = You come to the office at the time of the appointment: { $office }. Your advisor says your Kennwort first.
bookings-next-mail = A confirmation with a calendar entry is on its way to you.
bookings-next-no-mail = You get no message. Note or print booking number, Kennwort and the link below.
bookings-next-never = Whoever does not say the Kennwort is not your advisor. We never ask for money, PIN, TAN or passwords.
bookings-keep-link = With this link you see, move and cancel your appointment:
bookings-calendar-file = Download calendar file
bookings-print = This page can be printed.
bookings-move = Move the appointment
bookings-cancel = Cancel the appointment
bookings-back-to-booking = Back to the appointment
bookings-cancel-title = Do you want to cancel the appointment?
bookings-cancel-text = The time becomes free for others, and what you entered is deleted. This cannot be undone; you can book a new appointment at any time.
bookings-cancel-button = Cancel the appointment
bookings-cancelled-title = This appointment is cancelled
bookings-cancelled-text = What you entered is deleted. This link cannot book the appointment again.
bookings-again = Book a new appointment
bookings-move-title = To which time do you want to move the appointment?
bookings-move-text = Until now: { $when }. Booking number, Kennwort and link stay the same.
bookings-begun-title = This appointment has already begun
bookings-begun-text = It cannot be changed or cancelled any more.
bookings-not-possible-title = This is not possible with this appointment
bookings-not-possible-text = Open the appointment once more with your link.
bookings-no-such-title = There is no such appointment
bookings-no-such-text = The link is incomplete or was changed, or the appointment was deleted long ago. Copy the whole link from your confirmation.
bookings-find-title = Find my appointment
bookings-find-text = The link in your mail or on your printout is the quickest way. You can also paste it here.
bookings-find-label = Link from the confirmation
bookings-find-button = Open appointment
bookings-find-wrong = There is no appointment for this link. Paste the whole link.
bookings-none-for-needs = With what you need for the talk, nothing is free in the next twelve weeks; without it there are appointments.
bookings-needs-change = Change what you need
bookings-too-long = Shorten what you typed to 100 characters.
bookings-find-code-title = Or with reference and Kennwort
bookings-find-code-text = Both are in your confirmation, also in the text message.
bookings-find-code-wrong = There is no appointment with this reference and this Kennwort. Check both.
bookings-find-too-often = This reference was tried wrongly too often. Try again in an hour, or use the link.
