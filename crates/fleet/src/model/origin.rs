//! Where a change came from.

use std::borrow::Cow;

use access::{Caller, REQUEST_ID_HEADER};

/// Where a change came from: what its event must repeat.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    /// The request's id.
    pub request_id: Option<String>,
    /// The sender's metadata, to the letter: the text of a JSON object.
    pub metadata: Option<Box<str>>,
    /// Whether a person deleted the host in the browser.
    pub by_frontend: bool,
}

/// Stands in stored metadata where the id of the request was. In JSON no such byte stands by itself.
const REQUEST_ID: char = '\0';

impl Origin {
    /// The metadata as it is stored: without the id of the request, which the row of the log has beside it. What is left
    /// is the same from report to report, and so is stored once.
    pub(crate) fn stored_metadata(&self) -> Option<Cow<'_, str>> {
        let json = self.metadata.as_deref()?;
        let id = self.request_id.as_deref().filter(|id| !id.is_empty());
        let place = id.and_then(|id| Some((json.find(&format!("\"{id}\""))? + 1, id.len())));
        Some(match place {
            Some((at, length)) if !json.contains(REQUEST_ID) => {
                Cow::Owned(format!("{}{REQUEST_ID}{}", &json[..at], &json[at + length..]))
            }
            _ => Cow::Borrowed(json),
        })
    }

    /// The metadata as it was sent, from what is stored.
    pub(crate) fn sent_metadata(stored: &str, request_id: Option<&str>) -> Box<str> {
        stored.replacen(REQUEST_ID, request_id.unwrap_or_default(), 1).into()
    }
}

impl From<&Caller> for Origin {
    /// What the events of a request tell of it (contract inventory-http §23).
    fn from(caller: &Caller) -> Self {
        Self {
            request_id: caller.header(REQUEST_ID_HEADER).map(str::to_owned),
            metadata: Some(format!(r#"{{"b64_identity":"{}"}}"#, caller.identity.b64()).into()),
            by_frontend: caller.header("x-rh-frontend-origin") == Some("hcc"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_stored_without_the_request_and_read_with_it() {
        let sent = |request: Option<&str>, json: &str| {
            let origin = Origin {
                request_id: request.map(str::to_owned),
                metadata: Some(json.into()),
                by_frontend: false,
            };
            let stored = origin.stored_metadata().unwrap().into_owned();
            assert_eq!(&*Origin::sent_metadata(&stored, request), json);
            stored
        };
        let of = |id: &str| format!(r#"{{"request_id" : "{id}", "b64_identity": "x{id}"}}"#);
        assert_eq!(
            sent(Some("r1"), &of("r1")).replace("xr1", ""),
            sent(Some("r2"), &of("r2")).replace("xr2", "")
        );
        assert_eq!(sent(None, &of("r1")), of("r1"));
        assert_eq!(sent(Some(""), r#"{"request_id":""}"#), r#"{"request_id":""}"#);
        // Written otherwise than it reads: it stays as it is.
        assert_eq!(sent(Some("é"), r#"{"request_id":"\u00e9"}"#), r#"{"request_id":"\u00e9"}"#);
    }
}
