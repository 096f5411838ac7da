//! Names that people give to things. Not names of people.
//!
//! Rule: a name can be seen, and does nothing to the text around it.

/// Whether a name has 1 to `most` characters, one of them visible, and none that controls or turns the text around it.
pub fn is_readable(name: &str, most: usize) -> bool {
    let name = name.trim();
    name.chars().count() <= most && name.chars().any(is_visible) && !name.chars().any(controls)
}

/// Control characters, line separators, and those that turn the direction of writing (Unicode UAX #9).
fn controls(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Leaves something on the paper: neither space, nor ignorable by default (Unicode 5.21), nor an empty Braille pattern.
fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::is_readable;

    #[test]
    fn a_name_can_be_seen_and_turns_nothing() {
        for (name, readable) in [
            ("KW 48", true),
            (" Büro ★ 👩\u{200D}👦 ", true),
            ("★", true),
            ("12345678901", false),
            ("", false),
            (" \u{A0} ", false),
            ("\u{200B}\u{2060}\u{FEFF}", false),
            ("\u{3164}", false),
            ("a\u{7}b", false),
            ("a\u{202E}b", false),
            ("a\u{2066}b", false),
            ("a\nb", false),
        ] {
            assert_eq!(is_readable(name, 10), readable, "{name:?}");
        }
    }
}
