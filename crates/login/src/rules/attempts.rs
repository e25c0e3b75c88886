//! Log-ins that are under way, in a cookie each: several tabs have several.

use access::oidc::Attempt;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ground::Timestamp;
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use super::cookies::{self, From};
use crate::PublicUrl;

/// A log-in that takes longer is begun anew.
const LONGEST_SECONDS: i64 = 600;

/// So many may be under way in one browser: proxies take 8 KiB of cookies.
const MOST: usize = 3;

const NAME: &str = "plumbline-login-";

/// A log-in that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What belongs together at the provider.
    #[serde(flatten)]
    pub attempt: Attempt,
    /// The page to go to afterwards.
    pub next: String,
    /// When it began, in microseconds.
    pub began: i64,
}

impl Pending {
    fn read(text: &str) -> Option<Self> {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    fn name(public: &PublicUrl, state: &str) -> String {
        let state: String = state.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        cookies::name(public, &format!("{NAME}{state}"))
    }

    /// What has a browser keep it, and forget the oldest where there are too many.
    pub fn keep(&self, public: &PublicUrl, headers: &HeaderMap) -> Vec<HeaderValue> {
        let value = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        let own = Self::name(public, &self.attempt.state);
        let prefix = cookies::name(public, NAME);
        let mut others: Vec<(i64, &str)> = cookies::all(headers)
            .filter(|(name, _)| name.starts_with(&prefix))
            .map(|(name, value)| (Self::read(value).map_or(0, |pending| pending.began), name))
            .collect();
        others.sort_unstable();
        let surplus = (others.len() + 1).saturating_sub(MOST);
        let forgotten = others.into_iter().take(surplus);
        let forgotten = forgotten.filter_map(|(_, name)| cookies::set(public, name, "", 0, From::Anywhere));
        let kept = cookies::set(public, &own, &value, LONGEST_SECONDS, From::Anywhere);
        forgotten.chain(kept).collect()
    }

    /// The log-in of this state in this browser.
    pub fn find(public: &PublicUrl, headers: &HeaderMap, state: &str, now: Timestamp) -> Option<Self> {
        let value = cookies::get(headers, &Self::name(public, state))?;
        let pending = Self::read(value).filter(|pending| pending.attempt.state == state)?;
        let began = Timestamp::from_micros(pending.began);
        (began <= now && now < began.plus_seconds(LONGEST_SECONDS)).then_some(pending)
    }

    /// What has a browser forget the log-in of this state.
    pub fn forget(public: &PublicUrl, state: &str) -> Option<HeaderValue> {
        cookies::set(public, &Self::name(public, state), "", 0, From::Anywhere)
    }
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    fn pending(state: &str, began: i64) -> Pending {
        let text = |text: &str| text.to_owned();
        let attempt =
            Attempt { issuer: text("i"), state: text(state), nonce: text("n"), verifier: text("v") };
        Pending { attempt, next: text("/hosts"), began }
    }

    /// What a browser has after these answers.
    fn browser(answers: &[HeaderValue], headers: &mut HeaderMap) {
        for set in answers {
            let set = set.to_str().unwrap();
            let (cookie, rest) = set.split_once(';').unwrap();
            let name = cookie.split_once('=').unwrap().0;
            let mut kept: Vec<String> = cookies::all(headers)
                .filter(|(own, _)| *own != name)
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            if !rest.contains("Max-Age=0") {
                kept.push(cookie.to_owned());
            }
            headers.insert(header::COOKIE, kept.join("; ").parse().unwrap());
        }
    }

    #[test]
    fn each_tab_has_its_own_and_the_oldest_goes() {
        let public = PublicUrl::parse("https://a.example", false).unwrap();
        let mut headers = HeaderMap::new();
        for (n, state) in
            ["aaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbb", "ccccccccccccccc", "ddddddddddddddd"].iter().enumerate()
        {
            let answers = pending(state, n as i64).keep(&public, &headers);
            browser(&answers, &mut headers);
        }
        let now = Timestamp::from_micros(10);
        let find = |state: &str| Pending::find(&public, &headers, state, now);
        assert_eq!(find("ddddddddddddddd"), Some(pending("ddddddddddddddd", 3)));
        assert!(find("bbbbbbbbbbbbbbb").is_some() && find("aaaaaaaaaaaaaaa").is_none());
        assert!(headers[header::COOKIE].len() < 8_000);
    }

    #[test]
    fn a_forged_state_and_an_old_log_in_are_none() {
        let public = PublicUrl::parse("https://a.example", false).unwrap();
        let mut headers = HeaderMap::new();
        let answers = pending("aaaaaaaaaaaaaaa", 0).keep(&public, &headers);
        browser(&answers, &mut headers);
        let find = |state: &str, seconds| {
            Pending::find(&public, &headers, state, Timestamp::from_micros(0).plus_seconds(seconds)).is_some()
        };
        assert!(find("aaaaaaaaaaaaaaa", 599) && !find("aaaaaaaaaaaaaaa", 600));
        assert!(!find("aaaaaaaaaaaaaab", 1) && !find("", 1) && !find("aaaaaaaaaaaaaaa", -1));
    }
}
