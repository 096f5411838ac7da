# How other sites show free appointments. For webmasters, not for citizens on their way.
webmasters-title = For other sites
webmasters-lead = Municipalities, schools and clubs can show free appointments for advice on their pages. Booking is always done here.
webmasters-any-format = Every kind of talk
webmasters-make = Show snippets
webmasters-element = As an element of your page
webmasters-element-text = The list takes on the font and colours of your page, and its height follows its content. As long as it has not loaded, the link stands there. In your Content-Security-Policy, script-src and connect-src need our address.
webmasters-preview = What it looks like
webmasters-frame = As a frame
webmasters-frame-text = For systems that take no scripts. You set the height; where the list is longer, it scrolls.
webmasters-link = As a link
webmasters-link-text = Leads to the first question that is still open:
webmasters-feed = As a feed
webmasters-feed-text = New free appointments as an Atom feed, also such as somebody gave back. Fetch it every five minutes at most. It does not hold lectures yet.
webmasters-data = As data
webmasters-data-text = The same list as JSON, readable from any site:
webmasters-privacy = In none of these ways do we set cookies or learn who visits your page. Like every server we see the network address when something is loaded; it is not stored.
