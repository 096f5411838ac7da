//! An office's terms for changes of its published rota.

/// Without a word from the office: the supervisor approves, and looks for cover by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// A supervisor has the last word on each swap.
    pub swaps_need_approval: bool,
    /// Whoever reports sick shortly before a shift sets off the search for cover.
    pub sick_asks_cover: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self { swaps_need_approval: true, sick_asks_cover: false }
    }
}
