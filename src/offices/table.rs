//! Reads the tables in `data/`: one heading, fields parted by semicolons. Not for files from outside.
//!
//! Rule: the tables are compiled in, so a wrong row is a mistake of ours that the first test finds.

/// The rows of a table with `N` columns, without its heading.
pub fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().skip(1).map(row)
}

#[allow(clippy::panic, reason = "the tables are constants and read whole by the tests")]
fn row<const N: usize>(line: &'static str) -> [&'static str; N] {
    let fields: Vec<&str> = line.split(';').collect();
    fields.try_into().unwrap_or_else(|_| panic!("\"{line}\" has not {N} fields"))
}

/// Makes a short code a type: a word that stands in one of the tables, so it can be copied and always has its row.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident of $row:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(&'static str);

        impl $name {
            pub fn as_str(self) -> &'static str {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::offices::Unknown;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $row::find(text).map(|row| row.id).ok_or_else(|| $crate::offices::Unknown::new($what, text))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'de, str>>::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some("^[a-z-]+$"))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

pub(super) use code;
