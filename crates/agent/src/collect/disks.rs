//! What is mounted from disks and from other machines.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{Root, found::Found};

/// Filesystems without a device of their own that hold data all the same.
const REMOTE: [&str; 11] =
    ["nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "lustre", "gpfs", "zfs", "9p", "virtiofs"];

pub(super) fn collect(root: &Root, found: &mut Found) {
    // Of the first process where it may be seen: the program may have been given a view of its own.
    let mounts =
        root.read("/proc/1/mounts").ok().or_else(|| found.read(root, "/proc/mounts", "disk_devices"));
    let Some(mounts) = mounts else { return };
    let labels = labels(root);
    let mut disks = BTreeMap::new();
    for line in mounts.lines() {
        let mut words = line.split(' ').map(plain);
        let (Some(device), Some(place), Some(kind), Some(options)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        if !(device.starts_with("/dev/") || REMOTE.contains(&kind.as_str()) || kind.starts_with("fuse.s")) {
            continue;
        }
        // What containers mount for themselves comes and goes with them.
        if place.starts_with("/var/lib/docker/") || place.starts_with("/var/lib/containers/storage/") {
            continue;
        }
        let mut disk =
            json!({"device": device, "mount_point": place, "type": kind, "options": read_options(&options)});
        if let (Some(label), Some(disk)) = (labels.get(&device), disk.as_object_mut()) {
            disk.insert("label".to_owned(), label.as_str().into());
        }
        disks.insert((place, device), disk);
    }
    if !disks.is_empty() {
        found.set("disk_devices", disks.into_values().collect::<Vec<_>>());
    }
}

/// Options by name; an option without a value is true. Nothing that could open another machine is kept.
fn read_options(options: &str) -> Map<String, Value> {
    let secret = |name: &str| ["pass", "secret", "cred", "key"].iter().any(|part| name.contains(part));
    options
        .split(',')
        .filter(|option| !option.is_empty())
        .map(|option| match option.split_once('=') {
            Some((name, _)) if secret(&name.to_ascii_lowercase()) => {
                (name.to_owned(), "(not reported)".into())
            }
            Some((name, value)) => (name.to_owned(), value.into()),
            None => (option.to_owned(), true.into()),
        })
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

/// Labels of filesystems, by device.
fn labels(root: &Root) -> BTreeMap<String, String> {
    let folder = "/dev/disk/by-label";
    let names = root.names(folder).into_iter();
    names
        .filter_map(|name| {
            let target = root.link(&format!("{folder}/{name}"))?;
            Some((format!("/dev/{}", target.rsplit('/').next()?), unescaped(&name, "\\x", 16, 2)))
        })
        .collect()
}

/// A word of the table of mounts, in which blanks stand as `\040`.
fn plain(word: &str) -> String {
    unescaped(word, "\\", 8, 3)
}

/// Text with characters written as a mark and digits.
fn unescaped(text: &str, mark: &str, radix: u32, digits: usize) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(mark) {
        bytes.extend(before.bytes());
        let code = after.get(..digits).and_then(|code| u8::from_str_radix(code, radix).ok());
        rest = if let Some(byte) = code {
            bytes.push(byte);
            &after[digits..]
        } else {
            bytes.extend(mark.bytes());
            after
        };
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tree;

    /// Recorded on Debian, and lines for other filesystems as proc(5) has them.
    const MOUNTS: &str = "\
proc /proc proc rw,relatime 0 0
sysfs /sys sysfs rw,relatime 0 0
tmpfs /dev/shm tmpfs rw,relatime,size=24684092k 0 0
/dev/vda / ext4 rw,relatime,discard,errors=remount-ro 0 0
/dev/sdb1 /mnt/my\\040disk xfs ro 0 0
filer:/home /home nfs4 rw,vers=4.2,addr=192.0.2.7 0 0
//filer/share /mnt/share cifs rw,username=me,password=hush 0 0
overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0
/dev/vda /var/lib/docker/volumes/y ext4 rw 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw 0 0
";

    #[test]
    fn disks_and_shares_are_reported_and_the_kernels_own_are_not() {
        let found = tree(&[("/proc/mounts", MOUNTS)])
            .link("/dev/disk/by-label/my\\x20disk", "../../sdb1")
            .collect(collect);
        assert_eq!(
            found.profile()["disk_devices"],
            json!([
                {"device": "/dev/vda", "mount_point": "/", "type": "ext4",
                    "options": {"rw": true, "relatime": true, "discard": true, "errors": "remount-ro"}},
                {"device": "filer:/home", "mount_point": "/home", "type": "nfs4",
                    "options": {"rw": true, "vers": "4.2", "addr": "192.0.2.7"}},
                {"device": "/dev/sdb1", "mount_point": "/mnt/my disk", "type": "xfs", "label": "my disk",
                    "options": {"ro": true}},
                {"device": "//filer/share", "mount_point": "/mnt/share", "type": "cifs",
                    "options": {"rw": true, "username": "me", "password": "(not reported)"}},
            ])
        );
    }

    #[test]
    fn the_view_of_the_first_process_comes_first() {
        let files =
            [("/proc/mounts", "/dev/b /b ext4 rw 0 0\n"), ("/proc/1/mounts", "/dev/a / ext4 rw 0 0\n")];
        let found = tree(&files).collect(collect);
        assert_eq!(found.profile["disk_devices"][0]["device"], "/dev/a");
    }

    #[test]
    fn a_mark_that_is_no_code_stays() {
        assert_eq!(plain("a\\040b\\134c\\9\\"), "a b\\c\\9\\");
        assert_eq!(plain("\\303\\244"), "ä");
    }
}
