//! Content lines of RFC 5545 § 3.1: CRLF, folded at 75 octets, texts escaped.
//!
//! Not a builder of components: whoever writes keeps to their order. Rule: whatever a value holds, it stays on its
//! line, so nothing a person typed can add a property.

/// The most octets of a line, without its end.
const WIDTH: usize = 75;

/// A calendar object as it grows.
#[derive(Default)]
pub struct Lines(String);

impl Lines {
    /// `NAME:value`, the value being of a type that needs no escapes; parameters stand in the name.
    pub fn raw(&mut self, name: &str, value: &str) {
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        self.fold(&format!("{name}:{value}"));
    }

    /// `NAME:value` with a text as value (RFC 5545 § 3.3.11).
    pub fn text(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{}", escaped(value)));
    }

    pub fn finish(self) -> String {
        self.0
    }

    fn fold(&mut self, mut line: &str) {
        let mut room = WIDTH;
        while line.len() > room {
            let (piece, rest) = line.split_at(line.floor_char_boundary(room));
            self.0.push_str(piece);
            self.0.push_str("\r\n ");
            line = rest;
            room = WIDTH - 1;
        }
        self.0.push_str(line);
        self.0.push_str("\r\n");
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' | '\r' => out.push_str("\\n"),
            '\t' => out.push(' '),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// A parameter's value in quotation marks, its own ones written as RFC 6868 has it.
pub fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", text.replace('^', "^^").replace('"', "^'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_stay_on_their_line() {
        for (typed, written) in [
            ("a,b;c\\d", r"a\,b\;c\\d"),
            ("eins\r\nzwei\ndrei\rvier", r"eins\nzwei\ndrei\nvier"),
            ("\u{0}Tab\tda\u{7f}", "Tab da"),
            ("Grüße: 10:00", "Grüße: 10:00"),
        ] {
            assert_eq!(escaped(typed), written);
        }
        let mut lines = Lines::default();
        lines.raw("ORGANIZER", "mailto:a@b.example\r\nATTENDEE:mailto:c@d.example");
        assert_eq!(lines.finish().matches("\r\n").count(), 1);
    }

    #[test]
    fn lines_break_between_letters_and_never_exceed_75_octets() {
        for length in 0..400 {
            let text: String = "äöü€x".chars().cycle().take(length).collect();
            let mut lines = Lines::default();
            lines.text("SUMMARY", &text);
            let written = lines.finish();
            assert!(written.split("\r\n").all(|line| line.len() <= WIDTH), "{length}");
            assert_eq!(written.replace("\r\n ", ""), format!("SUMMARY:{text}\r\n"));
        }
    }
}
