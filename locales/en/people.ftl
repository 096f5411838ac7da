# Signing in.
sign-in-title = Sign in
sign-in-login = Login
sign-in-password = Password
sign-in-submit = Sign in
sign-in-wrong = Login or password is wrong. Check both and try again.
sign-in-too-many = Too many tries with this login. You can try again in 15 minutes.
sign-in-typed-waits = Your sign-in had expired. What you typed is not saved yet: after signing in you can send it.
sign-in-typed-title = You are signed in again
sign-in-typed-text = What you typed before is not saved yet.
sign-in-typed-submit = Send it now
sign-in-typed-leave = Do not send it, go to the overview
sign-in-demo = This is the demonstration. Logins to try: planung (supervisor), beratung (officer), land (state administrator). The password is always: sprechzeit-demo
