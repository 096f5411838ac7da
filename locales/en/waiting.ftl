# The waiting list: pages and messages.
bookings-waiting-link = No time suits you? To the waiting list
bookings-waiting-title = To the waiting list
bookings-waiting-how = If a time becomes free, we keep it for you and write to you. You take it with one button. Who has waited longer comes first.
bookings-waiting-mobile-label = Mobile number
bookings-waiting-contact-hint = We send the offer there when a time becomes free.
bookings-waiting-not-reachable = We cannot send text messages to this number. Give a mobile number, or call the advice line.
bookings-waiting-day-label = Until when do you want the appointment?
bookings-waiting-day-hint = The last day that suits you.
bookings-waiting-day-wrong = Give a day that is today or within the next twelve weeks.
bookings-waiting-kept = We delete name and contact as soon as you have an appointment, leave the list or the last day is over.
bookings-waiting-join = Put me on the waiting list
bookings-waiting-on-title = You are on the waiting list
bookings-waiting-until = Until { $day }
bookings-waiting-before = { $n ->
    [0] Nobody has waited longer than you.
    [one] One person has waited longer than you.
   *[other] { $n } people have waited longer than you.
  }
bookings-waiting-on-text = If a time becomes free, we write to you. You can close this page; keep the link if you want to leave the list later.
bookings-waiting-leave = Leave the waiting list
bookings-waiting-offered-title = A time is free for you
bookings-waiting-offered-text = We have sent you an offer. Open the link in it.
bookings-waiting-served-title = You have an appointment
bookings-waiting-served-text = You have taken an offer. We have sent you the confirmation.
bookings-waiting-left-title = You are no longer on the waiting list
bookings-waiting-left-text = Your name and contact are deleted from the waiting list. An appointment that you have booked stays as it is.
bookings-waiting-over-title = The waiting is over
bookings-waiting-over-text = The last day has passed, or three offers stayed without an answer. Your name and contact are deleted from the waiting list.
bookings-waiting-none-title = There is no such entry
bookings-waiting-none-text = The link is incomplete or changed. Copy the whole link from our message.
bookings-waiting-closed-title = There is no waiting list here at the moment
bookings-waiting-closed-text = Look for free times again tomorrow, or call the advice line.
bookings-waiting-too-many-title = Several things are open with this contact already
bookings-waiting-too-many-text = Leave a waiting list or cancel an appointment. Or call the advice line: we find a way.
bookings-earlier-link = Wish for an earlier appointment
bookings-earlier-title = Would you like an earlier appointment?
bookings-earlier-text = If an earlier time becomes free, we write to you. Your appointment stays until you take an earlier time; then we move it there.
bookings-earlier-button = Yes, write to me
bookings-earlier-wished = We have noted your wish already. If an earlier time becomes free, we write to you.
bookings-earlier-stays = Your appointment stays until you take an earlier time.
bookings-offer-title = This time is free for you
bookings-offer-until = We keep it for you: { $until }. After that we offer it to others.
bookings-offer-moves = If you take it, we move your appointment here. Booking number and passphrase stay the same.
bookings-offer-accept = Take this time
bookings-offer-decline = This time does not suit me
bookings-offer-taken-title = You have taken this time
bookings-offer-taken-text = We have sent you the confirmation with the link to your appointment.
bookings-offer-declined-title = Then we offer it to others
bookings-offer-declined-text = You keep your place on the waiting list. If another time becomes free, we write to you again.
bookings-offer-over-title = This offer is over
bookings-offer-over-text = Its time has run out, or you have answered already. As long as you are on the waiting list, we write to you when something becomes free.
bookings-waiting-joined-subject = You are on the waiting list
bookings-waiting-joined-mail =
    Hello { $name },

    You are on the waiting list for a consultation, until { $day }. If a time becomes free, we write to you.

    Look or leave the list:
    { $link }
bookings-waiting-offered-subject = A time is free for you
bookings-waiting-offered-mail =
    Hello { $name },

    This time has become free: { $when }. We keep it for you: { $until }. After that we offer it to others.

    Take or decline it:
    { $link }
bookings-waiting-offered-sms = A consultation time is free: { $when }. We keep it for you until { $until }. Take or decline it: { $link } We never ask for money, PIN or password.
bookings-waiting-earlier-subject = An earlier time is free for you
bookings-waiting-earlier-mail =
    Hello { $name },

    An earlier time has become free: { $when }. We keep it for you: { $until }. If you take it, we move your appointment there; otherwise it stays as it is.

    Take or decline it:
    { $link }
bookings-waiting-earlier-sms = An earlier consultation time is free: { $when }. We keep it for you until { $until }. Your appointment stays until you take it: { $link } We never ask for money, PIN or password.
bookings-waiting-accepted-sms = Your consultation: { $when }. We say the passphrase { $kennwort } first. Booking number: { $reference }. Look, move or cancel: { $link } We never ask for money, PIN or password.
