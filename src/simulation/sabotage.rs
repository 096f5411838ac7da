//! Guards that are broken on purpose, so that it shows whether the checker sees it: the negative controls of a simulation.

use serde_json::{Value, json};

use crate::kernel::Phone;

use super::door::Answer;
pub use super::store::Guard;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// In the database, again before each webhook.
    Always(Guard),
    /// In the database, once the day has begun and the checker knows what was planned.
    AtBeginning(Guard),
    /// In the database, when the day is over.
    AtEnd(Guard),
    /// The exchange takes a mailbox's greeting for a key.
    HearsKeys,
    /// The exchange connects every caller with one officer.
    BridgesToOne,
    /// The last words are missing.
    EndsInSilence,
    /// Callers are asked for keys for minutes.
    Silent,
    /// Telephones ring for an hour.
    Endless,
    /// Questions to callers become recordings.
    Records,
    /// Officers are told the caller's number.
    TellsNumber,
    /// The caller's number is written into the file of the database.
    KeepsNumber,
    /// Nobody hears of 110.
    NoNotice,
    /// A repeated webhook is answered otherwise.
    AnswersOtherwise,
    /// After an officer who does not accept the caller is left.
    EndsRound,
    /// While the database is away callers are cut off.
    CutsOff,
    /// What is answered is nothing that a provider knows.
    Babbles,
}

impl Sabotage {
    /// What the provider gets instead; `away`: the database is; `rang`: an officer was rung and has not accepted.
    pub fn alter(self, answer: Answer, number: Option<&Phone>, (away, rang): (bool, bool)) -> Answer {
        let Ok(mut step) = serde_json::from_slice::<Value>(&answer.body) else { return answer };
        let to_caller = !step.to_string().contains("/accept/");
        let then = &mut step["then"];
        match self {
            Self::EndsInSilence if *then == "hang_up" && to_caller && !away => step["say"] = json!([]),
            Self::Silent if then["ask"].is_object() && to_caller => then["ask"]["timeout_seconds"] = 150.into(),
            Self::Endless if then["ring"].is_object() => then["ring"]["seconds"] = 3600.into(),
            Self::Records if then["ask"].is_object() && to_caller => {
                *then = json!({ "record": { "longest_seconds": 20, "action": then["ask"]["action"] } });
            }
            Self::TellsNumber if !to_caller && then["ask"].is_object() => {
                let number = number.map(Phone::as_str).unwrap_or_default();
                then["ask"]["prompts"][0]["text"] = format!("Anruf von {number}.").into();
            }
            Self::NoNotice => {
                let body = String::from_utf8_lossy(&answer.body).replace(" 110.", " 112.");
                return Answer { body: body.into_bytes(), ..answer };
            }
            Self::EndsRound if rang && to_caller => {
                step = json!({ "say": [{ "text": "Auf Wiederhören.", "language": "de" }], "then": "hang_up" });
            }
            Self::CutsOff if away => step = json!({ "say": [], "then": "hang_up" }),
            Self::Babbles => step = json!({ "then": "what" }),
            _ => return answer,
        }
        Answer { body: step.to_string().into_bytes(), ..answer }
    }
}
