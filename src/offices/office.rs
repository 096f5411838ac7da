//! The offices (Dienststellen): 13 regional headquarters and the state office. They are part of the program, not rows.
//!
//! Rule: every place and every district belongs to exactly one office; what belongs to none goes to the state office.

use std::sync::LazyLock;

use super::table;

table::code! {
    /// The short code of an office, for instance `aa` for Aalen. It always names one of the 14.
    OfficeId of Office, "an office"
}

/// One of the regional headquarters, or the state office.
#[derive(Debug, PartialEq, Eq)]
pub struct Office {
    pub id: OfficeId,
    /// The official name, the same in every language.
    pub name: &'static str,
    /// The town where it sits.
    pub seat: &'static str,
    /// The address of its own pages.
    pub web: &'static str,
}

static OFFICES: LazyLock<Vec<Office>> = LazyLock::new(|| {
    table::rows(include_str!("data/offices.csv"))
        .map(|[id, name, seat, web]| Office { id: OfficeId(id), name, seat, web })
        .collect()
});

/// Every office, the regional ones by name, the state office last.
pub fn offices() -> &'static [Office] {
    &OFFICES
}

impl Office {
    /// The office with this short code.
    pub fn find(id: &str) -> Option<&'static Self> {
        OFFICES.iter().find(|office| office.id.0 == id)
    }
}

impl OfficeId {
    /// The state office: responsible where no other is known to be.
    pub const STATE: Self = Self("lka");

    #[allow(clippy::expect_used, reason = "a code is only made from a row")]
    pub fn office(self) -> &'static Office {
        Office::find(self.0).expect("every code has its office")
    }

    pub fn name(self) -> &'static str {
        self.office().name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_thirteen_regional_offices_and_the_state_office() {
        assert_eq!(offices().len(), 14);
        assert_eq!(offices().last().map(|office| office.id), Some(OfficeId::STATE));
        assert!(offices().iter().all(|office| office.web.starts_with("https://") && !office.seat.is_empty()));
    }

    #[test]
    fn a_code_is_read_only_where_it_names_an_office() {
        assert_eq!("fr".parse::<OfficeId>().unwrap().name(), "Polizeipräsidium Freiburg");
        assert_eq!(serde_json::to_string(&OfficeId::STATE).unwrap(), "\"lka\"");
        assert_eq!(serde_json::from_str::<OfficeId>("\"lka\"").unwrap(), OfficeId::STATE);
        assert_eq!("xx".parse::<OfficeId>().unwrap_err().to_string(), "\"xx\" is not an office");
    }
}
