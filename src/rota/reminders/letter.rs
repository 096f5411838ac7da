//! Word of a shift that begins soon, and of what is missing in the next days.

use chrono::NaiveDate;

use super::notice::Notice;
use super::{Alarms, ReminderError, Turn};
use crate::db::Tx;
use crate::desk::Desk;
use crate::kernel::{Instant, Language, Secret};
use crate::shifts::Hotline;
use crate::web::say;

/// Reminds an officer of a shift, with the link to confirm it.
pub async fn remind(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (turn, hotline): (Turn, &Hotline),
    secret: &Secret,
) -> Result<(), ReminderError> {
    let notice = Notice {
        about: &turn.shift,
        subject: format!(
            "Ihr Dienst {} bis {} Uhr, bitte bestätigen",
            say::short(turn.span.start),
            say::time(turn.span.end)
        ),
        text: format!(
            "Sie haben Dienst: {}, {}. Bitte bestätigen Sie, dass Sie da sein werden. Können Sie nicht, melden Sie es \
             bitte gleich in „Meine Dienste“.",
            say::span(Language::De, turn.span),
            hotline.name
        ),
        link: desk.address(&format!("/dienst-bestaetigen/{}", secret.expose())),
    };
    notice.tell(tx, desk, now, turn.officer).await?;
    Ok(())
}

/// Tells those who plan what is missing, once a day.
pub async fn alarm(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (alarms, day): (&Alarms, NaiveDate),
) -> Result<(), ReminderError> {
    let counted = [
        (alarms.open.len(), "Dienste, die niemand hat"),
        (alarms.away.len(), "Dienste, deren Person abwesend ist"),
        (alarms.gaps.len(), "Zeiten, in denen das Beratungstelefon offen und niemand im Dienst ist"),
        (alarms.overdue(now).count(), "Dienste, die trotz Erinnerung nicht bestätigt sind"),
    ];
    let lines: Vec<String> =
        counted.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("- {what}: {count}")).collect();
    let notice = Notice {
        about: &alarms.office,
        subject: format!("Dienstplan: {} offen in den nächsten sieben Tagen", alarms.count(now)),
        text: format!("Stand {}:\n{}", say::day(Language::De, day), lines.join("\n")),
        link: desk.address(&format!("/dienst/warnungen?dienststelle={}", alarms.office)),
    };
    Ok(notice.tell_planners(tx, desk, now, alarms.office).await?)
}
