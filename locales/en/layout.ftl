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
