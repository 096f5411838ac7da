# The list of free appointments on other sites and in feeds.
embed-title = Free appointments for advice: { $office }
embed-all = All free appointments and booking
embed-empty = No appointment is free right now. Look again tomorrow: appointments are cancelled, too.
embed-entry = Free appointment for advice: { $when }
embed-any-topic = All topics
embed-unknown = There is no { $name } “{ $word }”. Leave { $name } out, or take an address from the page for other websites.
