//! Calls a webhook, signed as [Standard Webhooks](https://www.standardwebhooks.com) has it.

use std::time::Duration;

use access::{Outside, OutsideLimits, Unreached};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use ground::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use sha2::Sha256;
use uuid::Uuid;

use crate::delivery::Attempt;

/// Longest time for one call.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest time for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// Calls webhooks.
#[derive(Debug, Clone)]
pub struct Webhooks(Outside);

impl Webhooks {
    /// `allowed` are URLs of the operator: only these may be within this network, or without TLS.
    pub fn new<'u>(allowed: impl IntoIterator<Item = &'u str>) -> Self {
        let limits = OutsideLimits { connect: CONNECT, total: PATIENCE, bytes: 0, redirects: 0 };
        Self(Outside::new(allowed, limits))
    }

    /// Sends a document to a URL.
    pub(crate) async fn send(
        &self,
        id: Uuid,
        (url, secret): (&str, &str),
        event: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Attempt {
        let at = now.micros() / 1_000_000;
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("webhook-id", id.to_string()),
            ("webhook-timestamp", at.to_string()),
            ("webhook-signature", signature(secret, &id.to_string(), at, body)),
            ("plumbline-event", event.to_owned()),
        ] {
            // Ids, numbers, Base64 and names of events are texts that a header can hold.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self.0.post(url, headers, body.to_vec()).await {
            Ok(status) => answered(status),
            Err(error @ Unreached::Refused(..)) => Attempt::Never(error.to_string()),
            Err(error @ (Unreached::Down(..) | Unreached::Late(..))) => Attempt::Later(error.to_string()),
        }
    }
}

/// What an answer means. Statuses that say that this very request will never do are not tried again.
fn answered(status: StatusCode) -> Attempt {
    match status.as_u16() {
        200..=299 => Attempt::Delivered,
        300..=399 => Attempt::Later(format!("it answered {status}; redirects are not followed")),
        400 | 410 | 413 | 415 | 422 => Attempt::Never(format!("it answered {status}")),
        _ => Attempt::Later(format!("it answered {status}")),
    }
}

/// The value of `webhook-signature`: HMAC-SHA256 over `id.timestamp.body`. A secret that begins with `whsec_` is Base64.
pub fn signature(secret: &str, id: &str, seconds: i64, body: &[u8]) -> String {
    let decoded = secret.strip_prefix("whsec_").and_then(|text| BASE64_STANDARD.decode(text).ok());
    let key = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    // A key of any length will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // The example of the specification.
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn an_answer_that_will_never_change_is_not_waited_for() {
        let answer = |number: u16| answered(StatusCode::from_u16(number).unwrap());
        assert_eq!(answer(204), Attempt::Delivered);
        assert!([400, 410, 413].map(answer).iter().all(|answer| matches!(answer, Attempt::Never(_))));
        assert!(
            [302, 401, 404, 429, 500, 503]
                .map(answer)
                .iter()
                .all(|answer| matches!(answer, Attempt::Later(_)))
        );
    }
}
