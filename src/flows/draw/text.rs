//! Words inside a picture: how wide they are, where a line breaks, and how they are written in XML.
//!
//! Not typography: widths are those of a wide sans serif, so that a text fits whatever font the reader has.

/// How wide a text is at a font size, in the same unit as the size; rather too much than too little.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// A character's width, as a share of the font size.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.30,
        'f' | 't' | 'r' | 'I' | '-' | '(' | ')' | '/' | '"' | '„' | '“' | '·' => 0.41,
        'm' | 'w' | 'M' | 'W' | '…' | '@' | '%' => 0.93,
        'A'..='Z' | 'Ä' | 'Ö' | 'Ü' => 0.69,
        c if (c as u32) < 0x2E80 => 0.59,
        _ => 1.05,
    }
}

/// The text in lines of at most `limit`; what does not fit into `most` lines ends in an ellipsis.
pub(super) fn wrap(text: &str, size: f64, limit: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for piece in pieces(text, size, limit) {
        let full = lines.len() == most;
        let Some(line) = lines.last_mut() else { break };
        if width(line, size) + width(piece.trim_end(), size) <= limit {
            line.push_str(&piece);
        } else if !full {
            lines.push(piece);
        } else {
            *line = cut(line.trim_end(), size, limit);
            break;
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The text's parts between which a line may break; none is wider than `limit`.
fn pieces(text: &str, size: f64, limit: f64) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        let Some(piece) = pieces.last_mut() else { break };
        if width(piece, size) + width(c.encode_utf8(&mut [0; 4]), size) > limit && !piece.is_empty() {
            pieces.push(c.to_string());
        } else {
            piece.push(c);
        }
        if matches!(c, ' ' | '_' | '-' | '/') {
            pieces.push(String::new());
        }
    }
    pieces
}

/// The line with an ellipsis, shortened so far that it fits.
fn cut(line: &str, size: f64, limit: f64) -> String {
    let mut kept = line.to_owned();
    while width(&kept, size) + width("…", size) > limit && kept.pop().is_some() {}
    format!("{}…", kept.trim_end_matches([' ', '.', ',', '…']))
}

/// A number as it is written in German: 12.345.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut written = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            written.push('.');
        }
        written.push(digit);
    }
    written
}

/// The text for an element or an attribute, without the characters that XML 1.0 §2.2 does not allow.
pub(super) fn xml(text: &str) -> String {
    let allowed: String = text
        .chars()
        .filter(|&c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..))
        .collect();
    quick_xml::escape::escape(allowed.as_str()).into_owned()
}

/// The text for a URL's fragment (RFC 3986 §3.5): what is not unreserved is percent-encoded.
pub(super) fn fragment(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_breaks_between_words_and_ends_in_an_ellipsis() {
        let lines = wrap("Guten Tag, hier ist das Beratungstelefon der Polizei Köln.", 13.0, 120.0, 2);
        assert_eq!(lines, ["Guten Tag, hier ist", "das…"].map(String::from));
    }

    #[test]
    fn no_line_is_wider_than_its_limit() {
        for text in
            ["Donaudampfschifffahrtsgesellschaftskapitän", "a_very_long_name_of_a_node", "WWWWWW WWWWWWWWWWWWWWW", ""]
        {
            for line in wrap(text, 15.0, 90.0, 3) {
                assert!(width(&line, 15.0) <= 90.0, "{line}");
            }
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        let written = [0, 999, 1_000, 1_234_567].map(number);
        assert_eq!(written, ["0", "999", "1.000", "1.234.567"]);
    }

    #[test]
    fn characters_that_xml_forbids_are_dropped() {
        assert_eq!(xml("a\0\u{1b}<b attr=\"'\">&\u{FFFF}"), "a&lt;b attr=&quot;&apos;&quot;&gt;&amp;");
    }

    #[test]
    fn a_fragment_holds_no_reserved_character() {
        assert_eq!(fragment("grüße_1 \"#>"), "gr%C3%BC%C3%9Fe_1%20%22%23%3E");
    }
}
