//! The library of call flows: which edition is published, which came before, what is being drafted.
//!
//! Not the language (`flows`) and not the calls. Rule: a flow that does not pass every check is never published.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::flows::{Files, Shelf, ShelfError, Surroundings};
use crate::kernel::Phone;
use crate::offices;

/// What an installation allows in a flow.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    topics: BTreeSet<String>,
    transfers: BTreeSet<Phone>,
    voicemail: bool,
}

impl Allowed {
    pub fn by(config: &Config) -> Self {
        Self {
            topics: offices::topics().iter().map(|topic| topic.id.to_string()).collect(),
            transfers: config.telephony.transfer_numbers.iter().map(|number| number.0.clone()).collect(),
            voicemail: config.telephony.voicemail,
        }
    }

    pub fn around(&self) -> Surroundings<'_> {
        Surroundings {
            topics: Some(&self.topics),
            transfers: Some(&self.transfers),
            voicemail: Some(self.voicemail),
            ..Surroundings::default()
        }
    }
}

/// The flows of the operator's folder, or the shipped ones, all checked.
pub fn open(config: &Config) -> Result<Shelf, ShelfError> {
    let files = Files::read(config.telephony.flows.as_deref())?;
    let editions = files.parse(&Allowed::by(config).around())?;
    let shelf = Shelf::new(files.recordings);
    editions.into_iter().for_each(|edition| shelf.publish(edition));
    Ok(shelf)
}
