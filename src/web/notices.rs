//! What the footer of every page links to: accessibility, privacy, legal notice, feedback.
//!
//! The words stand in `locales/*/notices.ftl`; the authority's name, its contact and the retention periods come from
//! the configuration, so that what is promised here is what is done.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::{Locale, Page, page};
use crate::config::Config;
use crate::desk::Desk;

/// A page of plain text, in sections.
struct Notice {
    title: &'static str,
    sections: &'static [Section],
}

struct Section {
    /// None: what stands before the first heading.
    heading: Option<&'static str>,
    parts: &'static [Part],
}

/// Texts are keys of `locales/`.
enum Part {
    Text(&'static str),
    Points(&'static [&'static str]),
    /// The authority's mail address, as a link.
    Contact,
    Link(&'static str, &'static str),
    /// Only in the demonstration.
    Demo(&'static str),
    /// Only where callers may leave messages.
    Voicemail(&'static str),
}

use Part::{Contact, Demo, Link, Points, Text, Voicemail};

const ACCESSIBILITY: Notice = Notice {
    title: "layout-accessibility",
    sections: &[
        Section { heading: None, parts: &[Text("notices-access-aim")] },
        Section {
            heading: Some("notices-access-conformance"),
            parts: &[Text("notices-access-partially"), Text("notices-access-standard")],
        },
        Section {
            heading: Some("notices-access-exceptions"),
            parts: &[Points(&[
                "notices-access-no-sign-language",
                "notices-access-no-easy-language",
                "notices-access-telephone",
                "notices-access-untested",
            ])],
        },
        Section {
            heading: Some("notices-access-made"),
            parts: &[Text("notices-access-date"), Text("notices-access-how")],
        },
        Section { heading: Some("notices-access-feedback"), parts: &[Text("notices-access-tell-us"), Contact] },
        Section {
            heading: Some("notices-access-dispute"),
            parts: &[
                Text("notices-access-dispute-text"),
                Text("notices-access-dispute-address"),
                Link("notices-access-dispute-link", "https://barrierefreiheit-bw.de/"),
            ],
        },
    ],
};

const PRIVACY: Notice = Notice {
    title: "layout-privacy",
    sections: &[
        Section { heading: None, parts: &[Text("notices-privacy-short")] },
        Section {
            heading: Some("notices-privacy-controller"),
            parts: &[Text("notices-privacy-controller-text"), Contact],
        },
        Section {
            heading: Some("notices-privacy-booking"),
            parts: &[Text("notices-privacy-booking-text"), Text("notices-privacy-law")],
        },
        Section {
            heading: Some("notices-privacy-call"),
            parts: &[
                Points(&[
                    "notices-privacy-not-recorded",
                    "notices-privacy-number",
                    "notices-privacy-callback",
                    "notices-privacy-provider",
                ]),
                Voicemail("notices-privacy-voicemail"),
            ],
        },
        Section {
            heading: Some("notices-privacy-deletion"),
            parts: &[
                Points(&[
                    "notices-privacy-delete-contact",
                    "notices-privacy-delete-cancelled",
                    "notices-privacy-delete-typed",
                    "notices-privacy-delete-callback",
                ]),
                Text("notices-privacy-statistics"),
            ],
        },
        Section { heading: Some("notices-privacy-protection"), parts: &[Text("notices-privacy-protection-text")] },
        Section { heading: Some("notices-privacy-cookies"), parts: &[Text("notices-privacy-cookies-text")] },
        Section {
            heading: Some("notices-privacy-rights"),
            parts: &[
                Text("notices-privacy-rights-text"),
                Link("notices-privacy-supervision", "https://www.baden-wuerttemberg.datenschutz.de/"),
            ],
        },
    ],
};

const COOKIES: Notice = Notice {
    title: "layout-cookies",
    sections: &[
        Section { heading: None, parts: &[Text("notices-cookies-none")] },
        Section {
            heading: Some("notices-cookies-one"),
            parts: &[
                Text("notices-cookies-who"),
                Points(&[
                    "notices-cookies-name",
                    "notices-cookies-purpose",
                    "notices-cookies-content",
                    "notices-cookies-lifetime",
                ]),
            ],
        },
        Section { heading: Some("notices-cookies-others"), parts: &[Text("notices-cookies-others-text")] },
    ],
};

const IMPRINT: Notice = Notice {
    title: "layout-imprint",
    sections: &[
        Section { heading: None, parts: &[Demo("notices-demo"), Text("notices-imprint-publisher"), Contact] },
        Section { heading: Some("notices-imprint-content"), parts: &[Text("notices-imprint-content-text")] },
        Section {
            heading: Some("notices-imprint-software"),
            parts: &[Text("notices-imprint-software-text"), Text("notices-imprint-software-others")],
        },
    ],
};

const FEEDBACK: Notice = Notice {
    title: "layout-feedback",
    sections: &[
        Section { heading: None, parts: &[Text("notices-feedback-write"), Contact] },
        Section {
            heading: Some("notices-feedback-what"),
            parts: &[
                Points(&["notices-feedback-page", "notices-feedback-tried", "notices-feedback-with"]),
                Text("notices-feedback-answer"),
            ],
        },
        Section {
            heading: Some("notices-feedback-not-here"),
            parts: &[Text("notices-feedback-emergency"), Text("notices-feedback-report")],
        },
    ],
};

/// `/barrierefreiheit`, `/datenschutz`, `/cookies`, `/impressum`, `/rueckmeldung`.
pub fn pages() -> Router<Desk> {
    Router::new()
        .route("/barrierefreiheit", get(async |State(desk): State<Desk>, t: Locale| shown(&desk, &t, &ACCESSIBILITY)))
        .route("/datenschutz", get(async |State(desk): State<Desk>, t: Locale| shown(&desk, &t, &PRIVACY)))
        .route("/cookies", get(async |State(desk): State<Desk>, t: Locale| shown(&desk, &t, &COOKIES)))
        .route("/impressum", get(async |State(desk): State<Desk>, t: Locale| shown(&desk, &t, &IMPRINT)))
        .route("/rueckmeldung", get(async |State(desk): State<Desk>, t: Locale| shown(&desk, &t, &FEEDBACK)))
}

#[derive(Template)]
#[template(path = "web/pages/notice.html")]
struct NoticePage<'a> {
    t: &'a Locale,
    page: Page,
    notice: &'a Notice,
    contact: &'a str,
    demo: bool,
    voicemail: bool,
    values: Vec<(&'static str, String)>,
}

impl NoticePage<'_> {
    fn text(&self, key: &str) -> String {
        let values: Vec<(&'static str, &str)> =
            self.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.t.with_all(key, &values)
    }
}

fn shown(desk: &Desk, t: &Locale, notice: &Notice) -> Response {
    let (contact, demo) = (desk.config.authority.contact.as_str(), desk.is_demo());
    let page = Page::new(t, t.tr(notice.title));
    let voicemail = desk.config.telephony.voicemail;
    page::ok(&NoticePage { t, page, notice, contact, demo, voicemail, values: values(&desk.config) })
}

/// What the texts name.
fn values(config: &Config) -> Vec<(&'static str, String)> {
    vec![
        ("authority", config.authority.name.clone()),
        ("address", config.public_address()),
        ("contact-hours", config.retention.contact_hours.0.to_string()),
        ("callback-hours", config.retention.callback_hours.0.to_string()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Language;

    fn keys(notice: &Notice) -> Vec<&'static str> {
        let mut keys = vec![notice.title];
        for section in notice.sections {
            keys.extend(section.heading);
            for part in section.parts {
                match part {
                    Text(key) | Demo(key) | Voicemail(key) | Link(key, _) => keys.push(key),
                    Points(points) => keys.extend(*points),
                    Contact => {}
                }
            }
        }
        keys
    }

    #[test]
    fn every_notice_has_its_words_in_each_language() {
        let values = values(&Config::default());
        let values: Vec<(&'static str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for key in [&ACCESSIBILITY, &PRIVACY, &COOKIES, &IMPRINT, &FEEDBACK].into_iter().flat_map(keys) {
            for language in Language::WRITTEN {
                let text = crate::web::text_with(*language, key, &values);
                assert!(!text.contains(key) && !text.contains('$'), "{key}: {text}");
            }
        }
    }
}
