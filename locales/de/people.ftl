# Signing in.
sign-in-title = Anmelden
sign-in-login = Kennung
sign-in-password = Passwort
sign-in-submit = Anmelden
sign-in-wrong = Kennung oder Passwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.
sign-in-too-many = Zu viele Versuche mit dieser Kennung. In 15 Minuten können Sie es wieder versuchen.
sign-in-typed-waits = Ihre Anmeldung war abgelaufen. Was Sie eingegeben haben, ist noch nicht gespeichert: Nach dem Anmelden können Sie es absenden.
sign-in-typed-title = Sie sind wieder angemeldet
sign-in-typed-text = Was Sie vorher eingegeben haben, ist noch nicht gespeichert.
sign-in-typed-submit = Jetzt absenden
sign-in-typed-leave = Nicht absenden, zur Übersicht
sign-in-demo = Dies ist die Vorführung. Kennungen zum Ausprobieren: planung (Planung), beratung (Beratung), land (Landesverwaltung). Das Passwort ist immer: sprechzeit-demo
