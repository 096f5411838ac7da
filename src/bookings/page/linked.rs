//! What search engines and other programs read of a page: schema.org as JSON-LD.
//!
//! Rule: only what stands on the page, too, and nothing personal. A data block is no script, so the policy that forbids
//! inline scripts stays as it is.

use serde_json::{Value, json};

use super::format_name;
use crate::bookings::{Day, Format, Wish};
use crate::desk::Desk;
use crate::shifts::Hotline;
use crate::web::Locale;

/// More events than this are not told of a page.
const MOST: usize = 20;

/// The service as a whole, with its telephone numbers.
pub(super) fn service(desk: &Desk, t: &Locale, hotlines: &[Hotline]) -> String {
    let telephone = |hotline: &Hotline| {
        json!({"@type": "ServiceChannel", "servicePhone": {
            "@type": "ContactPoint", "name": hotline.name, "telephone": hotline.number.as_str(),
        }})
    };
    let online = json!({"@type": "ServiceChannel", "serviceUrl": desk.address(&t.path("/termin")), "availableLanguage": t.tag()});
    let channels: Vec<Value> = std::iter::once(online).chain(hotlines.iter().map(telephone)).collect();
    written(&json!({
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": t.tr("bookings-start-title"),
        "description": t.tr("bookings-start-lead"),
        "url": desk.address(&t.path("/")),
        "provider": provider(desk),
        "areaServed": {"@type": "State", "name": "Baden-Württemberg"},
        "availableChannel": channels,
        "isAccessibleForFree": true,
    }))
}

/// Free times as events, each with its offer.
pub(super) fn free_times(desk: &Desk, t: &Locale, (wish, page): (&Wish, &str), days: &[Day]) -> String {
    let place = match (wish.format, wish.office) {
        (Format::Office, Some(office)) => {
            json!({"@type": "Place", "name": office.name(), "address": office.office().seat})
        }
        (Format::Office, None) => {
            json!({"@type": "Place", "name": t.tr("bookings-any-office"), "address": "Baden-Württemberg"})
        }
        (Format::Video | Format::Telephone, _) => json!({"@type": "VirtualLocation", "url": desk.address(page)}),
    };
    let attendance = match wish.format {
        Format::Office => "https://schema.org/OfflineEventAttendanceMode",
        Format::Video | Format::Telephone => "https://schema.org/OnlineEventAttendanceMode",
    };
    let name = format!("{} – {}", wish.topic.title(t.language), format_name(t, wish.format));
    let events: Vec<Value> = days
        .iter()
        .flat_map(|day| &day.times)
        .take(MOST)
        .map(|time| {
            json!({
                "@type": "Event",
                "name": name,
                "startDate": time.span.start.rfc3339(),
                "endDate": time.span.end.rfc3339(),
                "eventStatus": "https://schema.org/EventScheduled",
                "eventAttendanceMode": attendance,
                "location": place,
                "organizer": provider(desk),
                "isAccessibleForFree": true,
                "offers": {
                    "@type": "Offer",
                    "price": "0",
                    "priceCurrency": "EUR",
                    "availability": "https://schema.org/InStock",
                    "url": desk.address(page),
                },
            })
        })
        .collect();
    written(&json!({"@context": "https://schema.org", "@graph": events}))
}

fn provider(desk: &Desk) -> Value {
    json!({"@type": "GovernmentOrganization", "name": desk.config.authority.name, "url": desk.config.public_address()})
}

/// As it may stand in a page: nothing in it ends the block.
fn written(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_block() {
        assert_eq!(written(&json!({"name": "</script>"})), r#"{"name":"\u003c/script>"}"#);
    }
}
