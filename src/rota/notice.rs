//! Word to officers and to those who plan: by mail, by SMS where there is no address.
//!
//! Not the texts, which stand with what they tell of. Rule: posted in the transaction of the change.

use std::fmt::{self, Display};
use std::str::FromStr;

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Phone};
use crate::offices::OfficeId;
use crate::outbox::{self, Mail, Message, Sms};
use crate::people;

/// What is told, and about which record.
pub struct Notice<'a> {
    pub about: &'a (dyn Display + Sync),
    pub subject: String,
    /// The mail. An SMS says the subject and the link instead.
    pub text: String,
    /// Where to go on.
    pub link: String,
}

/// How somebody was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Mail,
    Sms,
    /// They have left neither address nor number: somebody must call them.
    Call,
}

impl Notice<'_> {
    /// Tells an officer, by mail if there is an address.
    pub async fn tell(&self, tx: &mut Tx, desk: &Desk, now: Instant, officer: OfficerId) -> Result<Told, DbError> {
        match contact(tx, desk, officer).await? {
            (_, Some(mail)) => self.by_mail(tx, desk, now, mail).await,
            (Some(mobile), None) => self.by_sms(tx, desk, now, mobile).await,
            (None, None) => Ok(Told::Call),
        }
    }

    /// Tells an officer at once, by SMS if there is a number that takes one.
    pub async fn tell_at_once(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        now: Instant,
        officer: OfficerId,
    ) -> Result<Told, DbError> {
        match contact(tx, desk, officer).await? {
            (Some(mobile), _) => self.by_sms(tx, desk, now, mobile).await,
            (None, Some(mail)) => self.by_mail(tx, desk, now, mail).await,
            (None, None) => Ok(Told::Call),
        }
    }

    /// Tells everybody who plans the office.
    pub async fn tell_planners(&self, tx: &mut Tx, desk: &Desk, now: Instant, office: OfficeId) -> Result<(), DbError> {
        for mail in people::list_planners(&mut *tx, &desk.vault, office).await? {
            self.by_mail(tx, desk, now, mail).await?;
        }
        Ok(())
    }

    async fn by_mail(&self, tx: &mut Tx, desk: &Desk, now: Instant, to: String) -> Result<Told, DbError> {
        let text = format!("Guten Tag,\n\n{}\n\n{}\n\nIhr Dienstplan in Sprechzeit\n", self.text, self.link);
        let mail = Mail { to, subject: self.subject.clone(), text, invitation: None };
        outbox::post(tx, desk, now, self.about, &Message::Mail(mail)).await?;
        Ok(Told::Mail)
    }

    async fn by_sms(&self, tx: &mut Tx, desk: &Desk, now: Instant, mobile: Phone) -> Result<Told, DbError> {
        let to = mobile.as_str().to_owned();
        let text = format!("{} {}", self.subject, self.link);
        outbox::post(tx, desk, now, self.about, &Message::Sms(Sms { to, text })).await?;
        Ok(Told::Sms)
    }
}

/// An officer's mobile number, where SMS can be sent, and mail address.
async fn contact(tx: &mut Tx, desk: &Desk, officer: OfficerId) -> Result<(Option<Phone>, Option<String>), DbError> {
    let has_sender = desk.is_demo() || desk.config.telephony.twilio.sms_from.is_some();
    let (phone, mail) = people::contact_of(tx, &desk.vault, officer).await?;
    Ok((phone.filter(|phone| has_sender && phone.is_mobile()), mail))
}

impl Told {
    const ALL: [Self; 3] = [Self::Mail, Self::Sms, Self::Call];

    /// The words on the staff's screens.
    pub fn german(self) -> &'static str {
        match self {
            Self::Mail => "per E-Mail",
            Self::Sms => "per SMS",
            Self::Call => "nicht erreicht, bitte anrufen",
        }
    }
}

impl Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Call => "call",
        })
    }
}

impl FromStr for Told {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|told| told.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is not mail, sms or call"))
    }
}
