//! Whether a webhook comes from Twilio: the header `X-Twilio-Signature`.
//!
//! An HMAC over the address and the form's parameters, with the account's token or a shared key
//! (twilio.com/docs/usage/webhooks/webhooks-security and …/webhook-shared-keys). It carries no time: a replay is
//! recognised by the call, not here. One rule: fails closed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What webhooks are signed with. Empty keys count as none.
#[derive(Clone, Copy)]
pub struct SigningKeys<'a> {
    /// The account's token, for HMAC-SHA1.
    pub auth_token: Option<&'a str>,
    /// Id and secret of a shared key, for HMAC-SHA256.
    pub shared_key: Option<(&'a str, &'a str)>,
}

/// A webhook as it arrived.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    /// The address that Twilio was given: the configured public one with path and query, never a `Host` header.
    pub url: &'a str,
    pub body: &'a [u8],
    /// The header `X-Twilio-Signature`.
    pub signature: Option<&'a str>,
    /// The header `X-Twilio-Webhooks-Signature-Settings`.
    pub settings: Option<&'a str>,
}

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the webhook is not signed")]
    Unsigned,
    #[error("there is no key to check the webhook's signature with")]
    NoKey,
    #[error("the webhook is signed in a way that this program does not know")]
    UnknownAlgorithm,
    #[error("the webhook's signature is wrong")]
    WrongSignature,
    #[error("the webhook's body was changed")]
    BodyChanged,
}

impl SigningKeys<'_> {
    /// Agrees only if the webhook was signed with one of the keys.
    pub fn verify(&self, webhook: &Signed) -> Result<(), Refused> {
        let signature = webhook.signature.ok_or(Refused::Unsigned)?;
        let signature = STANDARD.decode(signature.trim()).map_err(|_| Refused::WrongSignature)?;
        let key = self.key_for(webhook.settings)?;
        let parameters = match body_hash(webhook.url) {
            Some(hash) => {
                let same = hex(&Sha256::digest(webhook.body)).as_bytes().ct_eq(hash.to_ascii_lowercase().as_bytes());
                bool::from(same).then(String::new).ok_or(Refused::BodyChanged)?
            }
            None => sorted_parameters(webhook.body),
        };
        let right = possible_urls(webhook.url).iter().any(|url| key.made(&signature, &format!("{url}{parameters}")));
        right.then_some(()).ok_or(Refused::WrongSignature)
    }

    /// The key that the header names; without the header, the account's token.
    fn key_for(&self, settings: Option<&str>) -> Result<MacKey<'_>, Refused> {
        let key = match settings {
            None => self.auth_token.map(MacKey::Sha1),
            Some(settings) => {
                let setting = |name| settings.split(',').find_map(|part| part.trim().strip_prefix(name));
                if setting("algorithm=") != Some("HMAC_SHA256") {
                    return Err(Refused::UnknownAlgorithm);
                }
                let named = self.shared_key.filter(|(id, _)| setting("key=") == Some(*id));
                named.map(|(_, secret)| MacKey::Sha256(secret))
            }
        };
        key.filter(|key| !key.secret().is_empty()).ok_or(Refused::NoKey)
    }
}

enum MacKey<'a> {
    Sha1(&'a str),
    Sha256(&'a str),
}

impl MacKey<'_> {
    fn secret(&self) -> &str {
        match self {
            Self::Sha1(secret) | Self::Sha256(secret) => secret,
        }
    }

    /// Whether this key made the signature of the text, compared in constant time.
    fn made(&self, signature: &[u8], text: &str) -> bool {
        match self {
            Self::Sha1(secret) => matches_mac::<Hmac<Sha1>>(secret, text, signature),
            Self::Sha256(secret) => matches_mac::<Hmac<Sha256>>(secret, text, signature),
        }
    }
}

fn matches_mac<M: Mac + KeyInit>(secret: &str, text: &str, signature: &[u8]) -> bool {
    <M as KeyInit>::new_from_slice(secret.as_bytes())
        .is_ok_and(|mac| mac.chain_update(text.as_bytes()).verify_slice(signature).is_ok())
}

/// The form's parameters by name, each value once, as they are signed.
fn sorted_parameters(body: &[u8]) -> String {
    let mut parameters: Vec<_> = form_urlencoded::parse(body).collect();
    parameters.sort();
    parameters.dedup();
    parameters.iter().flat_map(|(name, value)| [name.as_ref(), value.as_ref()]).collect()
}

/// The hash of a body that is no form, from the address.
fn body_hash(url: &str) -> Option<&str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("bodySHA256="))
}

/// The address as Twilio may have written it: with and without the port, and with old escapes in the query.
fn possible_urls(url: &str) -> Vec<String> {
    let mut urls = vec![url.to_owned()];
    if let Some((scheme, rest)) = url.split_once("://") {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        let bare = host.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix(':').unwrap_or(host);
        let port = if scheme == "http" { 80 } else { 443 };
        urls.extend([format!("{scheme}://{bare}{path}"), format!("{scheme}://{bare}:{port}{path}")]);
    }
    if url.contains('\'') {
        urls.extend(urls.iter().map(|url| url.replace('\'', "%27")).collect::<Vec<_>>());
    }
    urls
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const FORM: &str =
        "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
    const RIGHT: &str = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    const SETTINGS: &str = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256";
    const JSON: &str = r#"{"property": "value", "boolean": true}"#;
    const JSON_URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=\
        0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    const EMPTY_JSON_URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=\
        44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    const UTF8_URL: &str = "https://beratung.example.de/t/twilio/voice?flow=haupt&lang=de";
    const UTF8_FORM: &str = "CallSid=CA%C3%BC&SpeechResult=Einbruchschutz+f%C3%BCr+T%C3%BCren+%26+Fenster\
        &From=%2B49301234567&To=%2B4930999&Empty=";

    const KEYS: SigningKeys =
        SigningKeys { auth_token: Some("12345"), shared_key: Some(("webhooks_sharedkey_1", "12345")) };

    fn check(url: &str, body: &str, signature: &str, settings: Option<&str>) -> Result<(), Refused> {
        KEYS.verify(&Signed { url, body: body.as_bytes(), signature: Some(signature), settings })
    }

    /// The vectors of Twilio's own libraries for Python and Node (MIT), and their results for our own inputs.
    #[test]
    fn every_published_vector_is_accepted() {
        let cases = [
            (URL, FORM, RIGHT),
            (URL, FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),
            ("https://mycompany.com:443/myapp.php?foo=1&bar=2", FORM, RIGHT),
            ("https://mycompany.com:443/myapp.php?foo=1&bar=2", FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),
            ("https://mycompany.com:1234/myapp.php?foo=1&bar=2", FORM, RIGHT),
            ("http://mycompany.com/myapp.php?foo=1&bar=2", FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
            ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", FORM, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
            ("https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", FORM, "CukzLTc1tT5dXEDIHm/tKBanW10="),
            ("https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", FORM, "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI="),
            ("https://user@mycompany.com/myapp.php?foo=1&bar=2", FORM, "2YRLlVAflCqxaNicjMpJcSTgzSs="),
            ("https://mycompany.com/myapp.php?foo=1&bar=2&Body=It's+amazing", FORM, "TfZzewPq8wqrGlMfyAud8+/IvJ0="),
            ("https://mycompany.com/myapp.php?foo=1&bar=2&Body=It's+amazing", FORM, "dsq4Ehbj6cs+KdTkpF5sSSplOWw="),
            (
                URL,
                "MessagingBinding.Address=%2B1415xxxxxxx&MessagingBinding.Address=%2B1325xxxxxxx",
                "83O6e2vORAoJHUNzJjDWN1jz+BA=",
            ),
            (URL, "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
            (JSON_URL, JSON, "a9nBmqA0ju/hNViExpshrM61xv4="),
            (EMPTY_JSON_URL, "{}", "Ldidvp12m26NI7eqEvxnEpkd9Hc="),
            (
                "https://mycompany.com/myapp.php?bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
                JSON,
                "y77kIzt2vzLz71DgmJGsen2scGs=",
            ),
            (UTF8_URL, UTF8_FORM, "rAF3d6NpvRs0nSkqiHU4PqU3fdU="),
        ];
        for (url, body, signature) in cases {
            assert_eq!(check(url, body, signature, None), Ok(()), "{url} {signature}");
        }
        let shared = [
            (URL, FORM, "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="),
            (JSON_URL, JSON, "+UOCWf84gdgo/5Hpg4m5/EgKnJA2/TbOw5sPNVr3bPk="),
            (UTF8_URL, UTF8_FORM, "rih5mavRq6ZiowiisUWc+UaDEma73/U4OZ0CR3yjJS8="),
        ];
        for (url, body, signature) in shared {
            assert_eq!(check(url, body, signature, Some(SETTINGS)), Ok(()), "{url} {signature}");
        }
    }

    #[test]
    fn the_order_of_a_form_does_not_matter_and_its_content_does() {
        let turned =
            "To=%2B18005551212&From=%2B14158675309&Digits=1234&Caller=%2B14158675309&CallSid=CA1234567890ABCDE";
        assert_eq!(check(URL, turned, RIGHT, None), Ok(()));
        let wrong = Err(Refused::WrongSignature);
        assert_eq!(check(URL, &FORM.replace("1234&", "1235&"), RIGHT, None), wrong);
        assert_eq!(check(URL, &format!("{FORM}&Extra=1"), RIGHT, None), wrong);
        assert_eq!(check(&URL.replace("foo=1", "foo=2"), FORM, RIGHT, None), wrong);
        assert_eq!(check(&URL.replace("mycompany", "yourcompany"), FORM, RIGHT, None), wrong);
        for signature in ["", "RSOYDt4T1cUTdK1PDd93", "RSOYDt4T1cUTdK1PDd93/VVr8B9=", "nonsense!"] {
            assert_eq!(check(URL, FORM, signature, None), wrong, "{signature}");
        }
        assert_eq!(check(JSON_URL, "{}", "a9nBmqA0ju/hNViExpshrM61xv4=", None), Err(Refused::BodyChanged));
    }

    #[test]
    fn without_a_signature_or_a_known_key_nothing_is_believed() {
        let webhook = Signed { url: URL, body: FORM.as_bytes(), signature: Some(RIGHT), settings: None };
        assert_eq!(KEYS.verify(&Signed { signature: None, ..webhook }), Err(Refused::Unsigned));
        for auth_token in [None, Some("")] {
            let keys = SigningKeys { auth_token, shared_key: None };
            assert_eq!(keys.verify(&webhook), Err(Refused::NoKey));
        }
        let wrong_token = SigningKeys { auth_token: Some("12346"), shared_key: None };
        assert_eq!(wrong_token.verify(&webhook), Err(Refused::WrongSignature));
    }

    #[test]
    fn a_shared_key_counts_only_by_its_name_and_algorithm() {
        let signature = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=";
        let cases = [
            (Some("algorithm=HMAC_SHA256, key=webhooks_sharedkey_1"), Ok(())),
            (Some("key=webhooks_sharedkey_2,algorithm=HMAC_SHA256"), Err(Refused::NoKey)),
            (Some("key=webhooks_sharedkey_1,algorithm=HMAC_MD5"), Err(Refused::UnknownAlgorithm)),
            (Some(""), Err(Refused::UnknownAlgorithm)),
            (None, Err(Refused::WrongSignature)),
        ];
        for (settings, expected) in cases {
            assert_eq!(check(URL, FORM, signature, settings), expected, "{settings:?}");
        }
    }
}
