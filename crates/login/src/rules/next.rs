//! Where a browser goes when it is logged in.

/// A longer address is shortened to its path: it stands in a cookie meanwhile.
const MOST_BYTES: usize = 1_024;

/// The address of a page of this program; the overview when it is anything else. No other site is ever gone to.
pub fn page(asked: &str) -> &str {
    let asked = if asked.len() > MOST_BYTES { asked.split(['?', '#']).next().unwrap_or("/") } else { asked };
    let plain = asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let of_ours = asked.starts_with('/') && !asked.starts_with("//") && !asked.starts_with("/api/");
    if plain && of_ours && asked.len() <= MOST_BYTES { asked } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_program_are_gone_back_to_with_all_that_their_address_says() {
        for good in ["/", "/hosts?q=os%3Drhel&page=2", "/benchmarks#x", "/hosts/1?next=https://evil.example"]
        {
            assert_eq!(page(good), good);
        }
        let long = format!("/hosts?q={}", "x".repeat(2_000));
        assert_eq!(page(&long), "/hosts");
    }

    #[test]
    fn no_other_site_is_gone_to() {
        for bad in [
            "",
            "hosts",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "javascript:alert(1)",
            "/api/login/v1/start",
            "/ü",
        ] {
            assert_eq!(page(bad), "/", "{bad:?}");
        }
        assert_eq!(page(&format!("/{}", "x".repeat(2_000))), "/");
    }
}
