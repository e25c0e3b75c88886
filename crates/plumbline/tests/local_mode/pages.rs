//! The pages, as a browser asks for them. They are there or not: `make pages` builds them.

use reqwest::{Method, header};
use tempfile::tempdir;

use crate::support::{Server, send};

const HTML: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

/// Bytes of a file that is not worth compressing.
const TINY: usize = 200;

#[tokio::test]
async fn every_path_of_theirs_is_the_same_page_and_those_of_the_api_are_not() {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let browse = async |path: &str| {
        send(server.request(Method::GET, path).header(header::ACCEPT, HTML)).await.unwrap()
    };
    let page = browse("/").await;
    assert_eq!((page.status, page.kind.as_str()), (200, "text/html; charset=utf-8"));
    assert!(page.text.contains("<title>Plumbline</title>"), "{}", page.text);
    for path in ["/hosts", "/hosts/0d9f3e0e-0000-4000-8000-000000000000?at=3", "/groups", "/elsewhere"] {
        assert_eq!(browse(path).await.text, page.text, "{path}");
    }
    for path in ["/api/nothing", "/api/inventory/v1/nothing", "/metrics/nothing", "/assets/nothing.js"] {
        let answer = browse(path).await;
        assert_eq!((answer.status, answer.kind.as_str()), (404, "application/problem+json"), "{path}");
    }
    assert_eq!(server.get("/hosts").await.status, 404, "a program that mistypes is told so");
}

#[tokio::test]
async fn what_the_page_names_is_there_for_good_or_the_page_says_how_to_build_it() {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let page = server.get("/").await;
    let names: Vec<&str> = page.text.split('"').filter(|text| text.starts_with("/assets/")).collect();
    if names.is_empty() {
        assert!(page.text.contains("make pages"), "{}", page.text);
        return;
    }
    let each = names.iter().flat_map(|name| [(*name, "gzip", "gzip"), (name, "gzip, deflate, br", "br")]);
    for (name, taken, sent) in each {
        // What is tiny gets no smaller.
        let plain = server.request(Method::GET, name).send().await.unwrap().bytes().await.unwrap();
        if plain.len() < TINY {
            continue;
        }
        let request = server.request(Method::GET, name).header(header::ACCEPT_ENCODING, taken);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
        let header = |of: header::HeaderName| response.headers()[of].to_str().unwrap().to_owned();
        assert!(header(header::CACHE_CONTROL).contains("immutable"), "{name}");
        assert_eq!(header(header::CONTENT_ENCODING), sent, "{name}");
        assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        let tag = header(header::ETAG);
        let again = server.request(Method::GET, name).header(header::ACCEPT_ENCODING, taken);
        let again = again.header(header::IF_NONE_MATCH, tag).send().await.unwrap();
        assert_eq!(again.status(), 304, "{name}");
    }
}
