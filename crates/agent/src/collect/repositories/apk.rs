//! apk: one address a line, perhaps with a tag before it.

use super::{Repository, without_password};
use crate::{Root, found::Found};

const FILE: &str = "/etc/apk/repositories";
const PARTS: &str = "/etc/apk/repositories.d";

pub(super) fn read(root: &Root, found: &mut Found) -> Vec<Repository> {
    let mut texts = vec![found.read(root, FILE, "yum_repos")];
    for path in root.files(PARTS, "list") {
        texts.push(found.read(root, &path, "yum_repos"));
    }
    texts.iter().flatten().flat_map(|text| text.lines()).filter_map(one).collect()
}

fn one(line: &str) -> Option<Repository> {
    let line = line.split('#').next()?.trim();
    let url = without_password(line.rsplit(char::is_whitespace).next().filter(|url| !url.is_empty())?);
    let tag = line.strip_prefix('@').and_then(|rest| rest.split_ascii_whitespace().next());
    let name = tag.map_or_else(|| url.clone(), |tag| format!("@{tag} {url}"));
    // apk takes nothing without a signature.
    Some(Repository {
        id: name.clone(),
        name,
        enabled: Some(true),
        gpgcheck: Some(true),
        base_url: Some(url),
        mirrorlist: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::collect;
    use crate::testing::tree;

    #[test]
    fn lines_are_repositories() {
        let text = "\
#/media/cdrom/apks
https://dl-cdn.alpinelinux.org/alpine/v3.20/main
@edge https://dl-cdn.alpinelinux.org/alpine/edge/community
";
        let found = tree(&[("/etc/apk/repositories", text)]).collect(collect);
        let repo = |name: &str, url: &str| json!({"id": name, "name": name, "base_url": url, "enabled": true, "gpgcheck": true});
        let (main, edge) = (
            "https://dl-cdn.alpinelinux.org/alpine/v3.20/main",
            "https://dl-cdn.alpinelinux.org/alpine/edge/community",
        );
        assert_eq!(
            found.profile()["yum_repos"],
            json!([repo(&format!("@edge {edge}"), edge), repo(main, main)])
        );
    }
}
