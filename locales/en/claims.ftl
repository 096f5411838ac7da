# Claims of appointments: confirmation by mail, too many of one contact, work before a hold.
bookings-mail-subject-request = Please confirm – { $what }
bookings-mail-request =
    Hello { $name },

    Your appointment is not booked yet: { $when }.

    Please confirm it by { $until }. Open this link and press the button:
    { $link }

    Did you not choose an appointment? Then do nothing: we delete what was entered by ourselves.
bookings-requested-title = Please confirm your e-mail address
bookings-requested-not-yet = The appointment is not booked yet
bookings-requested-until = We keep it free for you until { $until }.
bookings-requested-text = We have sent an e-mail to { $to }. Open the link in it and press “Confirm appointment”.
bookings-requested-no-mail-title = No e-mail?
bookings-requested-no-mail = Please look into your spam folder. You can also correct the address or have the e-mail sent again.
bookings-requested-again = Change the address or send the e-mail again
bookings-requested-give-up = Give up this time
bookings-confirm-title = Confirm appointment
bookings-confirm-text = We keep the time free for you until { $until }. The button makes the appointment firm.
bookings-confirm-button = Confirm appointment
bookings-extend-soon = Do you need more time? Press “Extend the time”.
bookings-too-many-title = Several appointments are booked with this contact already
bookings-too-many-short = Cancel one of them, or call the advice line.
bookings-too-many-text = { $n ->
    [one] One appointment can be open with this telephone number or e-mail address, so that there are appointments for everybody.
   *[other] { $n } appointments can be open with this telephone number or e-mail address, so that there are appointments for everybody.
  }
bookings-too-many-what = What you can do
bookings-too-many-cancel = Cancel an appointment that you no longer need: with the link in your confirmation.
bookings-too-many-call = Call the advice line: we can enter more appointments for you.
bookings-too-many-other = Give another contact.
bookings-busy-title = One moment, please
bookings-busy-text = Very many people want to hold an appointment at the moment. So that programs do not take all of them, it takes a little longer now. Your choice is kept.
bookings-busy-wait = { $n ->
    [one] Please wait one second, and then press “Continue”.
   *[other] Please wait { $n } seconds, and then press “Continue”.
  }
bookings-busy-working = Your browser is working; it goes on by itself in a moment.
bookings-busy-call = You can also call the advice line.
