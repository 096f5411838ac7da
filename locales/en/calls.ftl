# What callers and officers hear outside a flow, and the text message that confirms a call-back.
call-unknown-number = There is no advice line under this number. In an emergency dial 1 1 0. Goodbye.
call-apology = The advice line is out of order right now. Please call again in a few minutes. In an emergency dial 1 1 0. Goodbye.
call-screen = { $hotline }{ $again }. Topic: { $topic }. Language: { $language }. Press 1 to accept the call, or 2 to decline.
call-screen-again = , { $ordinal } call this week
call-screen-help = Neighbours' help for { $office }, { $hotline }
call-screen-no-topic = not given
call-screen-language-de = German
call-screen-language-en = English
call-screen-language-de-simple = Simple German
call-screen-declined = The call moves on. Thank you.
call-screen-gone = The call is gone. Thank you.
call-screen-taken = Somebody else was faster and has the call. Thank you.
callback-screen = Call-back for { $hotline }. Topic: { $topic }. Language: { $language }. Passphrase: { $passphrase }. Press 1 to call the person, or 2 if you cannot now.
callback-first = Say the passphrase { $passphrase } first. You are being connected.
callback-not-reached = The person could not be reached. The call-back stays open. Thank you.
callback-stays = The call-back stays open. Thank you.
callback-gone = This call-back is gone. Thank you.
join-screen = { $officer } asks you to join a call: { $hotline }. Topic: { $topic }. Language: { $language }. Press 1 to join, or 2 to decline.
join-declined = The call goes on without you. Thank you.
abuse-subject = Abusive call ended: { $hotline }
abuse-text =
    { $officer } ended a call on the hotline "{ $hotline }" for abuse on { $at } and now has a pause.

    The call in detail: { $page }
abuse-may-block = There a block for a limited time can be proposed within the next days; a second person puts it in force.
abuse-withheld = The number was withheld; it cannot be blocked.
callback-joined = Your call-back is noted already. You keep your place.
kennwort-first = So that you know it is really us: when we call, we first say this German code word, the Kennwort:
kennwort-again = Once more:
kennwort-sms = A text message to this number tells the code word that we say first.
kennwort-sms-too = We also send it to you as a text message.
callback-sms = Police prevention: we have noted your call-back. We say the passphrase { $passphrase } first. We never ask for money, PIN or passwords. Emergency: 110.
unreachable-subject = { $officer }'s telephone cannot be reached
unreachable-text = { $officer } is on duty on the hotline "{ $hotline }", but the telephone could not be reached twice. It is not rung until the end of the shift ({ $until }). Please check the number or plan somebody else: { $page }

# The duty card: what callers hear while the program is away.
duty-card-greeting = Hello. You have called { $hotline } of the police. Our system is out of order right now. This is no emergency line: if you are in danger, hang up and dial 1 1 0. The call is not recorded.
duty-card-connecting = We are connecting you now. Please hold the line.
duty-card-ending = If you have not reached anybody, please call again later. In an emergency dial 1 1 0. Goodbye.
call-abuse = We are ending this call because it is not respectful. In an emergency dial 1 1 0. Goodbye.
call-instruction = If you are in danger, please get to safety first. Then hang up and dial 1 1 0. You will now be connected with your adviser again.
call-blocked = This advice line cannot be reached from your number at present. In an emergency dial 1 1 0. You will find information at { $web }. Goodbye.
call-moment = One moment please.

## The duty telephone: whoever calls reports sick, deployed or back
duty-line-welcome = Duty telephone. Please enter your number and then your PIN, ten digits together.
duty-line-wrong = Number or PIN is wrong. Please enter the ten digits again.
duty-line-silence = Please enter your number and then your PIN, ten digits together.
duty-line-give-up = This does not lead on. Please turn to whoever plans your shifts. Goodbye.
duty-line-locked = Too many wrong tries. Call again in 15 minutes, or turn to whoever plans your shifts. Goodbye.
duty-line-greeting = Hello, { $name }.
duty-line-is-deployed = You are deployed.
duty-line-is-sick = You are reported sick.
duty-line-no-shift = You have no shift in the next four weeks.
duty-line-shifts = Your next shifts.
duty-line-shift = { $day }, { $times }, { $hotline }.
duty-line-menu = Sick: 1. Deployed: 2. Back: 3. Hear this again: 9. Else hang up.
duty-line-ask-sick = You report sick until { $until }. Your shifts and appointments then need cover. To confirm press 1, to cancel press 2.
duty-line-sick = You are reported sick until { $until }. Get well soon.
duty-line-not-sick = It stays as it was.
duty-line-deployed = You are deployed. Your telephone does not ring any more. When you are back, call again and press 3.
duty-line-deployed-already = You are deployed already.
duty-line-back = You are back.
duty-line-not-deployed = You are not deployed.
duty-line-no-such-key = There is no such key here.
duty-line-goodbye = Goodbye.
