# Days and times. $n is a number: of the weekday from Monday, 1, or of the month from January, 1.
date-weekday = { $n ->
    [1] Montag
    [2] Dienstag
    [3] Mittwoch
    [4] Donnerstag
    [5] Freitag
    [6] Samstag
   *[7] Sonntag
  }
date-month = { $n ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
  }
date-day = { $weekday }, { $day }. { $month } { $year }
date-times = von { $from } Uhr bis { $until } Uhr
date-moment = { $day }, { $time } Uhr
date-closed = zurzeit geschlossen
