//! What kinds of nodes and ways are called on the staff's screens, in German.

use super::flow::{Branch, By, Node};

impl Node {
    /// For the staff's page.
    pub fn german(&self) -> &'static str {
        match self {
            Self::Say(_) => "Ansage",
            Self::Language(_) => "Sprachwahl",
            Self::Menu(_) => "Auswahl mit Tasten",
            Self::Hours(_) => "Öffnungszeiten",
            Self::Branch(Branch::Topic { .. }) => "Weiche nach Thema",
            Self::Branch(Branch::Caller { .. }) => "Weiche nach Rufnummer",
            Self::Branch(Branch::Load { .. }) => "Weiche nach Andrang",
            Self::Connect(_) => "Verbinden",
            Self::Appointment(_) => "Termin anbieten",
            Self::OwnBooking(_) => "Eigener Termin",
            Self::Callback(_) => "Rückruf anbieten",
            Self::Voicemail(_) => "Nachricht aufnehmen",
            Self::Transfer(_) => "Weiterleiten",
            Self::Jump(_) => "Weiter in anderer Ansage",
            Self::HangUp(_) => "Auflegen",
        }
    }
}

impl By<'_> {
    /// For the staff's page.
    pub fn german(self) -> String {
        match self {
            Self::Key(key) => format!("Taste {key}"),
            Self::Itself(word) => match word {
                "next" => "danach",
                "silence" => "keine Taste",
                "wrong_key" => "falsche Taste",
                "open" => "offen",
                "closed" => "geschlossen",
                "holiday" => "Feiertag",
                "by_hand" => "von Hand geschlossen",
                "known" => "Nummer bekannt",
                "withheld" => "Nummer unterdrückt",
                "nobody_on_duty" => "niemand im Dienst",
                "waiting" => "lange Wartezeit",
                "otherwise" => "sonst",
                "nobody" => "niemand frei",
                "refused" => "nicht gewünscht",
                "unknown" => "kein Termin gefunden",
                "none" => "kein Termin frei",
                "failed" => "nicht erreicht",
                topic => topic,
            }
            .to_owned(),
        }
    }
}
