# What callers hear outside a flow, and the text message that confirms a call-back, in simple German ("Leichte Sprache"):
# short sentences, one thought each, everyday words. What is missing here is given in German.
call-unknown-number = Hier gibt es kein Beratungs-Telefon. Ist es ein Notfall? Dann wählen Sie 1 1 0. Auf Wiederhören.
call-apology = Das Beratungs-Telefon ist gerade kaputt. Bitte rufen Sie später noch einmal an. Ist es ein Notfall? Dann wählen Sie 1 1 0. Auf Wiederhören.
callback-joined = Wir haben Ihren Wunsch schon. Wir rufen Sie an.
kennwort-first = Wir sagen am Telefon zuerst ein Kennwort. Dann wissen Sie: Hier ist die Polizei. Das Kennwort ist:
kennwort-again = Noch einmal:
kennwort-sms = Wir schicken eine SMS an diese Nummer. Darin steht unser Kennwort.
kennwort-sms-too = Wir schicken Ihnen das Kennwort auch als SMS.
callback-sms = Hier schreibt die Polizei. Wir rufen Sie an. Wir sagen zuerst das Kennwort: { $passphrase }. Wir fragen nie nach Geld, PIN oder Passwort. Notruf: 110.

# The duty card: what callers hear while the program is away.
duty-card-greeting = Guten Tag. Hier ist die Polizei. Sie haben { $hotline } gewählt. Unser Telefon ist gerade kaputt. Hier ist nicht der Notruf. Sind Sie in Gefahr? Dann legen Sie auf und wählen Sie 1 1 0. Wir nehmen das Gespräch nicht auf.
duty-card-connecting = Wir verbinden Sie jetzt. Bitte warten Sie.
duty-card-ending = Hat niemand abgenommen? Dann rufen Sie bitte später noch einmal an. Ist es ein Notfall? Dann wählen Sie 1 1 0. Auf Wiederhören.
call-abuse = Wir beenden das Gespräch jetzt. Das Gespräch war nicht freundlich. Ist es ein Notfall? Dann wählen Sie 1 1 0. Auf Wiederhören.
call-instruction = Sind Sie in Gefahr? Gehen Sie zuerst an einen sicheren Ort. Legen Sie dann auf. Wählen Sie 1 1 0. Sie sprechen jetzt gleich wieder mit der Beratung.
call-blocked = Sie können hier gerade nicht anrufen. Ist es ein Notfall? Dann wählen Sie 1 1 0. Informationen gibt es im Internet: { $web }. Auf Wiederhören.
call-moment = Bitte warten Sie kurz.
