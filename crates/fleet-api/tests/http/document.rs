//! The document of the operations is the committed one.

use fleet_api::api::openapi::openapi;
use servicekit::document;

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    document::check("fleet", &openapi());
    document::refuses_with_problems(&openapi());
}
