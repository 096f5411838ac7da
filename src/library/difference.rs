//! What differs between two texts, line by line, with a few lines around each change.
//!
//! Not a merge: it shows, and people decide.

use similar::{ChangeTag, TextDiff};

/// Lines that stand together; between two of these, nothing differs.
pub type Hunk = Vec<Line>;

/// A line of the old text, of the new one, or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub mark: Mark,
    /// Its number in the old text, from 1.
    pub old: Option<usize>,
    /// Its number in the new text, from 1.
    pub new: Option<usize>,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Same,
    Removed,
    Added,
}

/// So many lines are shown around a change.
const AROUND: usize = 3;

/// Where the texts differ, in order; empty where they do not.
pub fn difference(old: &str, new: &str) -> Vec<Hunk> {
    let difference = TextDiff::from_lines(old, new);
    let line = |change: similar::Change<&str>| Line {
        mark: match change.tag() {
            ChangeTag::Equal => Mark::Same,
            ChangeTag::Delete => Mark::Removed,
            ChangeTag::Insert => Mark::Added,
        },
        old: change.old_index().map(|index| index + 1),
        new: change.new_index().map(|index| index + 1),
        text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
    };
    let hunk = |group: Vec<similar::DiffOp>| {
        group.iter().flat_map(|op| difference.iter_changes(op).map(line).collect::<Vec<_>>()).collect()
    };
    difference.grouped_ops(AROUND).into_iter().map(hunk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown_with_a_few_lines_around() {
        let old: String = (1..=20).map(|i| format!("line {i}\n")).collect();
        let new = old.replace("line 10\n", "line zehn\nand more\n");
        assert!(difference(&old, &old).is_empty());
        let hunks = difference(&old, &new);
        let [hunk] = hunks.as_slice() else { panic!("{hunks:?}") };
        let shown: Vec<String> = hunk
            .iter()
            .map(|line| {
                let mark = match line.mark {
                    Mark::Same => ' ',
                    Mark::Removed => '-',
                    Mark::Added => '+',
                };
                format!("{mark}{}", line.text)
            })
            .collect();
        let expected = [
            " line 7",
            " line 8",
            " line 9",
            "-line 10",
            "+line zehn",
            "+and more",
            " line 11",
            " line 12",
            " line 13",
        ];
        assert_eq!(shown, expected);
        assert_eq!((hunk[3].old, hunk[3].new, hunk[4].old, hunk[4].new), (Some(10), None, None, Some(10)));
    }
}
