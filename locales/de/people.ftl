# Signing in.
sign-in-title = Anmelden
sign-in-login = Kennung
sign-in-password = Passwort
sign-in-submit = Anmelden
sign-in-wrong = Kennung oder Passwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.
sign-in-too-many = Zu viele Versuche mit dieser Kennung. In 15 Minuten können Sie es wieder versuchen.
sign-in-demo = Dies ist die Vorführung. Kennungen zum Ausprobieren: planung (Planung), beratung (Beratung), land (Landesverwaltung). Das Passwort ist immer: sprechzeit-demo
