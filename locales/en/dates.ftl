# Days and times. $n is a number: of the weekday from Monday, 1, or of the month from January, 1.
date-weekday = { $n ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
  }
date-month = { $n ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
  }
date-day = { $weekday }, { $day } { $month } { $year }
date-times = { $from } to { $until }
date-moment = { $day }, { $time }
date-closed = closed at present
