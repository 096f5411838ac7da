//! What is wrong with a flow file: where, what, and what to do about it.
//!
//! Prints as file, line, column and a marked excerpt. One rule: all findings of a file are told at once.

use std::fmt;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceSpan};

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
    pub help: Option<String>,
    /// Which bytes of the file are meant; None where the file as a whole is.
    pub at: Option<SourceSpan>,
}

impl Findings {
    pub(super) fn new(file: &str, text: &str, mut list: Vec<Finding>) -> Self {
        list.sort_by_key(|finding| finding.at.map(|at| at.offset()));
        Self { source: NamedSource::new(file, Arc::from(text)), list }
    }

    /// How many things are wrong.
    pub fn count(&self) -> usize {
        self.list.len()
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
        match self.finding.at {
            Some(_) => f.write_str(&self.finding.message),
            None => write!(f, "{}: {}", self.source.name(), self.finding.message),
        }
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.finding.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.finding.at.map(|_| self.source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let at = self.finding.at?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(None, at))))
    }
}

/// A hint for a word that was probably meant: `did you mean "…"?`
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = known.into_iter().map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate));
    let (distance, nearest) = near.min()?;
    (distance <= 1 + nearest.chars().count() / 4).then(|| format!("did you mean \"{nearest}\"?"))
}
