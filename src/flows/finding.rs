//! What is wrong with a flow file: where, what, and what to do about it.
//!
//! Prints as file, line, column and a marked excerpt. One rule: all findings of a file are told at once.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};
use serde::Serialize;

/// Everything that is wrong with one file; never empty.
#[derive(Debug)]
pub struct Findings {
    source: NamedSource<Arc<str>>,
    list: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Debug)]
pub(super) struct Finding {
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Which bytes of the file are meant; None where the file as a whole is.
    pub at: Option<Range<usize>>,
}

/// A finding for editors and programs. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Told {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub message: String,
    pub help: String,
}

impl Finding {
    pub fn at(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into(), at: Some(at) }
    }

    /// Of the file as a whole.
    pub fn alone(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into(), at: None }
    }
}

impl Findings {
    pub(super) fn new(file: &str, text: &str, mut list: Vec<Finding>) -> Self {
        list.sort_by_key(|finding| finding.at.as_ref().map(|at| at.start));
        Self { source: NamedSource::new(file, Arc::from(text)), list }
    }

    /// The file, as it was named when it was read.
    pub fn file(&self) -> &str {
        self.source.name()
    }

    /// How many things are wrong.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Each finding with its place in figures.
    pub fn told(&self) -> Vec<Told> {
        let text: &str = self.source.inner();
        let place = |offset: usize| {
            let before = &text[..text.floor_char_boundary(offset)];
            let line = before.rsplit('\n').next().unwrap_or_default();
            (before.matches('\n').count() + 1, line.chars().count() + 1)
        };
        let told = self.list.iter().map(|finding| {
            let at = finding.at.clone().unwrap_or(0..0);
            let ((line, column), (end_line, end_column)) = (place(at.start), place(at.end));
            let (message, help) = (finding.message.clone(), finding.help.clone());
            Told { file: self.source.name().to_owned(), line, column, end_line, end_column, message, help }
        });
        told.collect()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printer = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(120);
        for (i, finding) in self.list.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { "\n" })?;
            printer.render_report(f, &Shown { finding, source: &self.source })?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

/// A finding beside the text it speaks of.
#[derive(Debug)]
struct Shown<'a> {
    finding: &'a Finding,
    source: &'a NamedSource<Arc<str>>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.finding.at {
            Some(_) => f.write_str(&self.finding.message),
            None => write!(f, "{}: {}", self.source.name(), self.finding.message),
        }
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.finding.help))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.finding.at.as_ref().map(|_| self.source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let at = self.finding.at.clone()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(None, at))))
    }
}

/// A hint for a word that was probably meant: `did you mean "…"?`
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = known.into_iter().map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate));
    let (distance, nearest) = near.min()?;
    let shorter = word.chars().count().min(nearest.chars().count());
    (distance <= 1 + shorter / 5).then(|| format!("did you mean \"{nearest}\"?"))
}

/// A duration as it is written in a flow file: `20 s`, `2 min`, `2 min 41 s`.
pub(super) fn duration(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}
