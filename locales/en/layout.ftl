# The frame of every page: header, footer, and the words that many pages share.
layout-wordmark = Sprechzeit
layout-skip = Skip to content
layout-navigation = Main navigation
layout-sign-out = Sign out
layout-emergency = In danger, call 110. This service cannot take emergencies.
layout-hotline = Advice line:
layout-feedback = Feedback and barriers you met
layout-accessibility = Accessibility statement
layout-privacy = Privacy
layout-imprint = Legal notice
layout-languages = Language
layout-language = English
layout-exit = Leave this page quickly
layout-to-start = To the start page
error-prefix = Error

not-found-title = There is no such page
not-found-text = The address is wrong, or what stood there has been deleted.
forbidden-title = You are not allowed to see this
forbidden-text = Sign in as somebody who may see this page, or ask your planner.
unavailable-title = Not possible right now
unavailable-text = The program cannot reach its database. Go back and try again in a minute; what you typed stays. The advice line is not affected.
foreign-form-title = Form not accepted
foreign-form-text = The form did not come from our own page. Open the page again and send it from there.
form-unreadable-title = Form not readable
form-unreadable-text = Something is missing from the form, or it arrived damaged. Go back and send it again.
form-too-large-text = The form is too large. Please shorten your entries.
