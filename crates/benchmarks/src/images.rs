//! Whether a container image exists (contract benchmarks §9): its registry is asked for the manifest.

use std::time::Duration;

use access::{Outside, OutsideLimits, Unreached};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;

/// Forms of manifests.
const ACCEPTED: &str = "application/vnd.docker.distribution.manifest.v2+json, \
                        application/vnd.docker.distribution.manifest.v1+prettyjws, \
                        application/vnd.docker.distribution.manifest.list.v2+json, \
                        application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
                        application/json";

/// Attempts, when a registry does not answer.
const ATTEMPTS: usize = 3;

/// Whether images are looked for.
#[derive(Debug)]
pub enum Images {
    /// Every image is taken to exist: for places without a way out.
    Unchecked,
    /// Their registries are asked.
    Checked(Registries),
}

/// The registries.
#[derive(Debug)]
pub struct Registries {
    outside: Outside,
    /// Where images without a host are.
    usual: String,
    /// Those that the operator named: also without TLS, and within this network.
    named: Vec<String>,
}

impl Registries {
    /// `usual` is where images without a host are; `named` are further registries, with their scheme, that may be within
    /// this network.
    pub fn new(usual: &str, named: &[String]) -> Self {
        let limits = OutsideLimits {
            connect: Duration::from_secs(6),
            total: Duration::from_secs(12),
            bytes: 4 << 20,
            redirects: 3,
        };
        let usual = usual.trim_end_matches('/').to_owned();
        let named: Vec<String> = named.iter().map(|url| url.trim_end_matches('/').to_owned()).collect();
        let outside = Outside::new(named.iter().chain([&usual]).map(String::as_str), limits);
        Self { outside, usual, named }
    }

    /// The registry and the repository of an image.
    fn place(&self, image: &str) -> (String, String) {
        if let Some((host, repository)) = image.split_once('/') {
            let named =
                self.named.iter().find(|url| url.split_once("://").is_some_and(|(_, rest)| rest == host));
            if let Some(url) = named {
                return (url.clone(), repository.to_owned());
            }
            if host == "docker.io" {
                return self.place(repository);
            }
            if host.contains('.') {
                return (format!("https://{host}"), repository.to_owned());
            }
            return (self.usual.clone(), image.to_owned());
        }
        let official = self.usual.contains("docker.io");
        (self.usual.clone(), if official { format!("library/{image}") } else { image.to_owned() })
    }

    async fn check(&self, image: &str, tag: &str) -> Result<(), String> {
        let (registry, repository) = self.place(image);
        if !is_name(&repository) || !is_name(tag) {
            return Err("Error: manifest not found".to_owned());
        }
        let url = format!("{registry}/v2/{repository}/manifests/{tag}");
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPTED));
        let mut answer = self.ask(&url, &headers).await?;
        if answer.0 == StatusCode::UNAUTHORIZED
            && let Some(token) = self.token(answer.1.as_ref(), &repository).await
        {
            headers.insert(header::AUTHORIZATION, token);
            answer = self.ask(&url, &headers).await?;
        }
        match answer.0 {
            StatusCode::OK => Ok(()),
            StatusCode::UNAUTHORIZED => Err("Error: not authorized".to_owned()),
            StatusCode::NOT_FOUND => Err("Error: manifest not found".to_owned()),
            _ => Err("Error: pulling manifest".to_owned()),
        }
    }

    /// The status, and how to be let in.
    async fn ask(&self, url: &str, headers: &HeaderMap) -> Result<(StatusCode, Option<HeaderValue>), String> {
        let mut reason = String::new();
        for _ in 0..ATTEMPTS {
            match self.outside.get(url, headers.clone()).await {
                Ok(answer) => {
                    return Ok((answer.status, answer.headers.get(header::WWW_AUTHENTICATE).cloned()));
                }
                Err(refused @ Unreached::Refused(..)) => return Err(refused.to_string()),
                Err(down) => reason = down.to_string(),
            }
        }
        Err(reason)
    }

    /// A token for anybody, as the registry's challenge says.
    async fn token(&self, challenge: Option<&HeaderValue>, repository: &str) -> Option<HeaderValue> {
        let challenge = challenge?.to_str().ok()?.strip_prefix("Bearer ")?;
        let parameter = |name: &str| {
            let (_, rest) = challenge.split_once(&format!("{name}=\""))?;
            rest.split_once('"').map(|(value, _)| value)
        };
        let scope = format!("repository:{repository}:pull");
        let service = parameter("service").map(|service| ("service", service));
        let pairs = service.into_iter().chain([("scope", scope.as_str())]);
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let url = format!("{}?{query}", parameter("realm")?);
        let answer = self.outside.get(&url, HeaderMap::new()).await.ok()?;
        let said: Value = serde_json::from_slice(&answer.body).ok()?;
        let token = said.get("token").or_else(|| said.get("access_token"))?.as_str()?;
        HeaderValue::try_from(format!("Bearer {token}")).ok()
    }
}

impl Images {
    /// Whether an image exists; why not, in the words of the original.
    pub async fn check(&self, image: &str, tag: &str) -> Result<(), String> {
        match self {
            Self::Unchecked => Ok(()),
            Self::Checked(registries) => registries.check(image, tag).await,
        }
    }
}

/// Nothing that would lead elsewhere within the registry.
fn is_name(text: &str) -> bool {
    let parts_fit = text.split('/').all(|part| !part.is_empty() && part.chars().any(|c| c != '.'));
    parts_fit && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/:".contains(&byte))
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::get};

    use super::*;

    async fn registry() -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let challenge = format!("Bearer realm=\"{url}/token\",service=\"here\",scope=\"x\"");
        let private = get(move |headers: HeaderMap| async move {
            let known = headers.get("authorization").is_some_and(|token| token == "Bearer anybody");
            let status = if known { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
            (status, [(header::WWW_AUTHENTICATE, challenge)])
        });
        let router = Router::new()
            .route("/v2/org/there/manifests/1.0", get(|| async { "{}" }))
            .route("/v2/org/asks/manifests/1.0", private)
            .route("/v2/org/private/manifests/1.0", get(|| async { StatusCode::UNAUTHORIZED }))
            .route("/v2/org/broken/manifests/1.0", get(|| async { StatusCode::BAD_GATEWAY }))
            .route("/token", get(|| async { "{\"token\": \"anybody\"}" }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    #[tokio::test]
    async fn an_image_that_is_not_there_is_told_from_one_that_is_private_and_from_a_registry_that_is_down() {
        let url = registry().await;
        let check = async |image: &str| Registries::new(&url, &[]).check(image, "1.0").await;
        assert_eq!(check("org/there").await, Ok(()));
        assert_eq!(check("org/asks").await, Ok(()));
        assert_eq!(check("org/private").await.unwrap_err(), "Error: not authorized");
        assert_eq!(check("org/missing").await.unwrap_err(), "Error: manifest not found");
        assert_eq!(check("org/broken").await.unwrap_err(), "Error: pulling manifest");
        let down = Registries::new("http://127.0.0.1:9", &[]).check("org/there", "1.0").await.unwrap_err();
        assert!(down.contains("does not answer"), "{down}");
    }

    #[tokio::test]
    async fn a_user_cannot_have_this_network_looked_at() {
        let registries = Registries::new("https://registry-1.docker.io", &[]);
        for image in ["127.0.0.1:9/x", "169.254.169.254/latest", "10.0.0.1/x/y"] {
            let refused = registries.check(image, "1").await.unwrap_err();
            assert!(refused.contains("not a public one"), "{image}: {refused}");
        }
        let url = registry().await;
        let host = url.strip_prefix("http://").unwrap();
        let named = Registries::new("https://registry-1.docker.io", std::slice::from_ref(&url));
        assert_eq!(named.check(&format!("{host}/org/there"), "1.0").await, Ok(()));
    }

    #[test]
    fn the_host_of_an_image_is_its_first_part_with_a_dot() {
        let registries = Registries::new("https://registry-1.docker.io", &[]);
        for (image, registry, repository) in [
            ("alpine", "https://registry-1.docker.io", "library/alpine"),
            ("org/image", "https://registry-1.docker.io", "org/image"),
            ("docker.io/org/image", "https://registry-1.docker.io", "org/image"),
            ("quay.io/x/y", "https://quay.io", "x/y"),
        ] {
            assert_eq!(registries.place(image), (registry.to_owned(), repository.to_owned()));
        }
        for bad in ["", "a/../b", "a?b", "a#b", "a b", "/a", "a//b"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
