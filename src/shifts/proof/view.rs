//! A proof as JSON, the same on the command line and at the programmer's door.

use serde::Serialize;
use utoipa::ToSchema;

use crate::kernel::{Instant, Span};

use super::{CounterExample, Fault, Finding, Proof};

/// What a proof over a window found.
#[derive(Serialize, ToSchema)]
pub struct ProofView {
    start: Instant,
    end: Instant,
    /// Whether every path ends as its flow states. Warnings do not count.
    holds: bool,
    /// The worst first, then by time.
    counter_examples: Vec<CounterExampleView>,
}

/// A way on which callers are left alone, and when.
#[derive(Serialize, ToSchema)]
pub struct CounterExampleView {
    /// `breach` or `warning`.
    #[schema(example = "breach")]
    severity: String,
    #[schema(value_type = String, example = "rings_nobody")]
    kind: &'static str,
    /// In words, with keys, cause and end.
    #[schema(example = "key 2, nobody on duty, rings 0 officers, ends in an announcement")]
    text: String,
    flow: String,
    node: Option<String>,
    /// The way there with the fewest keys.
    #[schema(example = json!(["no key", "key 2"]))]
    steps: Vec<String>,
    cause: Option<String>,
    ends: Option<String>,
    spans: Vec<SpanView>,
    /// Altogether.
    seconds: i64,
}

#[derive(Serialize, ToSchema)]
pub struct SpanView {
    start: Instant,
    end: Instant,
}

impl From<&Proof> for ProofView {
    fn from(proof: &Proof) -> Self {
        Self {
            start: proof.window.start,
            end: proof.window.end,
            holds: !proof.is_breached(),
            counter_examples: proof.found.iter().map(CounterExampleView::from).collect(),
        }
    }
}

impl From<&CounterExample> for CounterExampleView {
    fn from(it: &CounterExample) -> Self {
        let Finding { severity, fault, flow, node, steps } = &it.finding;
        let (cause, ends) = match fault {
            Fault::RingsNobody { cause, ends } => (Some(cause.to_string()), Some(ends.to_string())),
            _ => (None, None),
        };
        Self {
            severity: severity.to_string(),
            kind: fault.kind(),
            text: it.finding.to_string(),
            flow: flow.clone(),
            node: node.clone(),
            steps: steps.iter().map(ToString::to_string).collect(),
            cause,
            ends,
            spans: it.spans.iter().map(|Span { start, end }| SpanView { start: *start, end: *end }).collect(),
            seconds: it.length().num_seconds(),
        }
    }
}

impl Fault {
    fn kind(&self) -> &'static str {
        match self {
            Self::RingsNobody { .. } => "rings_nobody",
            Self::Silence => "silence",
            Self::TooLong { .. } => "too_long",
            Self::NeverRung { .. } => "never_rung",
            Self::TooManyAtOnce { .. } => "too_many_at_once",
            Self::NoFlow { .. } => "no_flow",
        }
    }
}
