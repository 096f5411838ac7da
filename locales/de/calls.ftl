# What callers and officers hear outside a flow, and the text message that confirms a call-back.
call-unknown-number = Unter dieser Nummer gibt es kein Beratungstelefon. In Notfällen wählen Sie 110. Auf Wiederhören.
call-apology = Das Beratungstelefon ist gerade gestört. Bitte rufen Sie in einigen Minuten noch einmal an. In Notfällen wählen Sie 110. Auf Wiederhören.
call-screen = { $hotline }{ $again }. Thema: { $topic }. Sprache: { $language }. Drücken Sie 1, um den Anruf anzunehmen, oder 2, um abzulehnen.
call-screen-again = , { $ordinal }r Anruf in dieser Woche
call-screen-help = Nachbarschaftshilfe für { $office }, { $hotline }
call-screen-no-topic = nicht angegeben
call-screen-language-de = Deutsch
call-screen-language-en = Englisch
call-screen-language-de-simple = Leichte Sprache
call-screen-declined = Der Anruf geht weiter. Danke.
callback-screen = Rückruf für { $hotline }. Thema: { $topic }. Sprache: { $language }. Kennwort: { $passphrase }. Drücken Sie 1, um die Person anzurufen, oder 2, wenn Sie jetzt nicht können.
callback-first = Nennen Sie zuerst das Kennwort { $passphrase }. Sie werden verbunden.
callback-not-reached = Die Person war nicht erreichbar. Der Rückruf bleibt offen. Danke.
callback-stays = Der Rückruf bleibt offen. Danke.
callback-gone = Dieser Rückruf besteht nicht mehr. Danke.
join-screen = { $officer } bittet Sie, zu einem Gespräch dazuzukommen: { $hotline }. Thema: { $topic }. Sprache: { $language }. Drücken Sie 1, um dazuzukommen, oder 2, um abzulehnen.
join-declined = Das Gespräch geht ohne Sie weiter. Danke.
abuse-subject = Missbräuchlicher Anruf beendet: { $hotline }
abuse-text =
    { $officer } hat am { $at } einen Anruf beim Beratungstelefon „{ $hotline }“ wegen Missbrauchs beendet und hat jetzt eine Pause.

    Der Anruf im Einzelnen: { $page }
abuse-may-block = Dort kann innerhalb der nächsten Tage eine befristete Sperre vorgeschlagen werden; in Kraft setzt sie eine zweite Person.
abuse-withheld = Die Rufnummer war unterdrückt; sie kann nicht gesperrt werden.
call-screen-gone = Der Anruf besteht nicht mehr. Danke.
call-screen-taken = Jemand anderes war schneller und hat den Anruf. Danke.
callback-joined = Ihr Rückruf ist schon vorgemerkt. Ihr Platz bleibt.
kennwort-first = Damit Sie wissen, dass wirklich wir anrufen: Wir nennen zuerst das Kennwort:
kennwort-again = Noch einmal:
kennwort-sms = Eine SMS an diese Nummer nennt das Kennwort, das wir zuerst sagen.
kennwort-sms-too = Das steht auch in einer SMS an Sie.
callback-sms = Polizei Prävention: Ihr Rückrufwunsch ist notiert. Wir sagen zuerst das Kennwort { $passphrase }. Wir fragen nie nach Geld, PIN oder Passwort. Notruf: 110.
unreachable-subject = Telefon von { $officer } nicht erreichbar
unreachable-text = { $officer } ist am Beratungstelefon „{ $hotline }“ im Dienst, aber das Telefon war zweimal nicht erreichbar. Bis zum Ende des Dienstes ({ $until }) klingelt es dort nicht mehr. Bitte prüfen Sie die Rufnummer oder teilen Sie jemand anderen ein: { $page }

# The duty card: what callers hear while the program is away.
duty-card-greeting = Guten Tag. Sie haben { $hotline } der Polizei gewählt. Unsere Anlage ist gerade gestört. Dies ist kein Notruf: Bei Gefahr legen Sie auf und wählen Sie 110. Das Gespräch wird nicht aufgezeichnet.
duty-card-connecting = Wir verbinden Sie jetzt. Bitte bleiben Sie am Apparat.
duty-card-ending = Wenn Sie niemanden erreicht haben, rufen Sie bitte später noch einmal an. In Notfällen wählen Sie 110. Auf Wiederhören.
call-abuse = Wir beenden dieses Gespräch, weil es nicht respektvoll geführt wird. In Notfällen wählen Sie 110. Auf Wiederhören.
call-instruction = Wenn Sie in Gefahr sind, bringen Sie sich bitte zuerst in Sicherheit. Legen Sie dann auf und wählen Sie 110. Sie werden jetzt wieder mit Ihrer Beraterin oder Ihrem Berater verbunden.
call-blocked = Von Ihrer Rufnummer aus ist dieses Beratungstelefon zurzeit nicht erreichbar. In Notfällen wählen Sie 110. Informationen finden Sie unter { $web }. Auf Wiederhören.
call-moment = Einen Moment bitte.

## Das Diensttelefon: wer anruft, sagt sich krank, im Einsatz oder zurück
duty-line-welcome = Diensttelefon. Bitte geben Sie Ihre Dienstnummer und danach Ihre PIN ein, zusammen zehn Ziffern.
duty-line-wrong = Dienstnummer oder PIN stimmt nicht. Bitte geben Sie die zehn Ziffern noch einmal ein.
duty-line-silence = Bitte geben Sie Ihre Dienstnummer und danach Ihre PIN ein, zusammen zehn Ziffern.
duty-line-give-up = So geht es nicht weiter. Bitte wenden Sie sich an Ihre Planung. Auf Wiederhören.
duty-line-locked = Zu viele falsche Versuche. Rufen Sie in 15 Minuten wieder an, oder wenden Sie sich an Ihre Planung. Auf Wiederhören.
duty-line-greeting = Guten Tag, { $name }.
duty-line-is-deployed = Sie sind im Einsatz gemeldet.
duty-line-is-sick = Sie sind krank gemeldet.
duty-line-no-shift = In den nächsten vier Wochen haben Sie keinen Dienst.
duty-line-shifts = Ihre nächsten Dienste.
duty-line-shift = { $day }, von { $times }, { $hotline }.
duty-line-menu = Krank melden: 1. Einsatz: 2. Zurück vom Einsatz: 3. Noch einmal hören: 9. Sonst legen Sie auf.
duty-line-ask-sick = Sie melden sich krank bis { $until }. Ihre Dienste und Termine in dieser Zeit brauchen dann Vertretung. Zum Bestätigen drücken Sie die 1, zum Abbrechen die 2.
duty-line-sick = Sie sind krank gemeldet bis { $until }. Gute Besserung.
duty-line-not-sick = Es bleibt, wie es war.
duty-line-deployed = Sie sind im Einsatz gemeldet. Bei Ihnen klingelt es nicht mehr. Sind Sie zurück, rufen Sie wieder an und drücken die 3.
duty-line-deployed-already = Sie sind schon im Einsatz gemeldet.
duty-line-back = Sie sind zurückgemeldet.
duty-line-not-deployed = Sie sind nicht im Einsatz gemeldet.
duty-line-no-such-key = Diese Taste gibt es hier nicht.
duty-line-goodbye = Auf Wiederhören.
