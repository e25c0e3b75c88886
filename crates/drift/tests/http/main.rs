//! The API over HTTP: the answers of the original, who is let in, the document.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod authorisation;
#[cfg(test)]
mod causes;
#[cfg(test)]
mod first_api;
#[cfg(test)]
mod outliers;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod reports;
mod siblings;

#[test]
fn the_documents_are_the_committed_ones() {
    servicekit::document::check("drift", &drift::api::document());
    servicekit::document::check("causes", &drift::api::native_document());
}
