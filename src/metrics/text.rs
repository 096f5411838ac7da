//! The text exposition format of Prometheus, version 0.0.4: a help line, a type line, then a line for each sample.
//!
//! Written by hand, since every figure is a gauge that is counted when somebody asks: a registry crate would keep what
//! the database keeps already. Source: prometheus.io/docs/instrumenting/exposition_formats.

use std::fmt::Write;

/// What the answer says of itself.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A gauge.
pub struct Figure {
    pub name: &'static str,
    pub help: &'static str,
    pub samples: Vec<Sample>,
}

pub struct Sample {
    pub labels: Vec<(&'static str, String)>,
    pub value: i64,
}

impl Sample {
    pub fn of(value: i64) -> Self {
        Self { labels: Vec::new(), value }
    }

    pub fn stating(value: i64, state: &str) -> Self {
        Self { labels: vec![("state", state.to_owned())], value }
    }
}

/// The figures, one after another.
pub fn write(figures: &[Figure]) -> String {
    let mut text = String::new();
    for Figure { name, help, samples } in figures {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for Sample { labels, value } in samples {
            let _ = writeln!(text, "{name}{} {value}", braced(labels));
        }
    }
    text
}

fn braced(labels: &[(&'static str, String)]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_written_as_the_format_says_with_what_is_special_escaped() {
        let labels = vec![("office", "ka".to_owned()), ("kind", "a\"b\\c\nd".to_owned())];
        let figures = [
            Figure { name: "sprechzeit_up", help: "One\nline.", samples: vec![Sample::of(1)] },
            Figure { name: "sprechzeit_alarms", help: "What is missing.", samples: vec![Sample { labels, value: 3 }] },
        ];
        let expected = "# HELP sprechzeit_up One\\nline.\n# TYPE sprechzeit_up gauge\nsprechzeit_up 1\n\
                        # HELP sprechzeit_alarms What is missing.\n# TYPE sprechzeit_alarms gauge\n\
                        sprechzeit_alarms{office=\"ka\",kind=\"a\\\"b\\\\c\\nd\"} 3\n";
        assert_eq!(write(&figures), expected);
    }
}
