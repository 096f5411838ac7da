//! The official list: the authority's own telephone numbers, mail addresses and profiles, for whoever wants to know
//! whether a call or a message is genuine.
//!
//! Rule: the list is what the operator configured, the hotlines, and the addresses that this program itself writes from;
//! nobody edits it on a page.

mod http;
mod page;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Phone;
use crate::shifts;

pub use http::api;
pub use page::pages;

/// One way to reach the authority, or to be reached by it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry<T> {
    pub name: String,
    pub value: T,
}

/// Everything that is genuine.
#[derive(Debug)]
pub struct Official {
    pub numbers: Vec<Entry<Phone>>,
    pub mails: Vec<Entry<String>>,
    /// Pages and profiles elsewhere: their whole address.
    pub profiles: Vec<Entry<String>>,
    /// Where every link in a mail or a text message leads.
    pub address: String,
}

/// The hotlines in service first, then what the operator named.
pub async fn load(desk: &Desk) -> Result<Official, DbError> {
    let authority = &desk.config.authority;
    let hotlines = shifts::list_hotlines(&desk.db, None).await?.into_iter().filter(|hotline| hotline.active);
    let mut numbers: Vec<_> = hotlines.map(|it| Entry { name: it.name, value: it.number }).collect();
    numbers.extend(authority.numbers.iter().map(|it| Entry { name: it.name.clone(), value: it.value.clone() }));
    if let Some(sender) = &desk.config.telephony.twilio.sms_from {
        numbers.push(Entry { name: "SMS".into(), value: sender.0.clone() });
    }
    let own = [desk.config.mail.address(), &authority.contact];
    let mut mails: Vec<_> = own.map(|address| Entry { name: authority.name.clone(), value: address.to_owned() }).into();
    mails.extend(authority.mails.iter().map(|it| Entry { name: it.name.clone(), value: it.value.0.clone() }));
    let profiles = authority.profiles.iter().map(|it| Entry { name: it.name.clone(), value: it.value.0.clone() });
    Ok(Official {
        numbers: once_each(numbers),
        mails: once_each(mails),
        profiles: profiles.collect(),
        address: desk.config.public_address(),
    })
}

/// Without what stands there already under another name.
fn once_each<T: PartialEq>(entries: Vec<Entry<T>>) -> Vec<Entry<T>> {
    entries.into_iter().fold(Vec::new(), |mut kept, entry| {
        if kept.iter().all(|known: &Entry<T>| known.value != entry.value) {
            kept.push(entry);
        }
        kept
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_two_names_stands_there_once_under_the_first() {
        let entry = |name: &str, value: i32| Entry { name: name.to_owned(), value };
        let kept = once_each(vec![entry("hotline", 1), entry("switchboard", 2), entry("again", 1)]);
        assert_eq!(kept, [entry("hotline", 1), entry("switchboard", 2)]);
    }
}
