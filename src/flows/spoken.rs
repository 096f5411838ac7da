use crate::kernel::{Instant, Language, Phone};
pub fn number(n: &Phone, _: Language) -> String {
    let d = match n.as_str().strip_prefix("+49") {
        Some(n) => format!("0{n}"),
        None => n.as_str().replacen('+', "00", 1),
    };
    d.chars().map(String::from).collect::<Vec<_>>().join(" ")
}
pub fn time(_: Instant, _: Language) -> String {
    "acht Uhr".into()
}
pub fn date(_: Instant, _: Language) -> String {
    "heute".into()
}
pub fn moment(at: Instant, _now: Instant, _: Language) -> String {
    at.to_string()
}
pub fn position(n: u32, _: Language) -> String {
    n.to_string()
}
pub fn wait(m: Option<(u32, u32)>, _: Language) -> String {
    format!("{m:?}")
}
pub fn code(c: &str, _: Language) -> String {
    c.into()
}
