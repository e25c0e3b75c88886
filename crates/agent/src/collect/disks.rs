//! What is mounted from disks and from other machines.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use crate::{Root, collected::Collected};

/// Filesystems without a device of their own that hold data all the same.
const REMOTE: [&str; 30] = [
    "9p",
    "acfs",
    "afs",
    "bcachefs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "drvfs",
    "fhgfs",
    "glusterfs",
    "gpfs",
    "jffs2",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "panfs",
    "prl_fs",
    "pvfs2",
    "smb3",
    "smbfs",
    "ubifs",
    "vboxsf",
    "virtiofs",
    "vmhgfs",
    "wekafs",
    "zfs",
];
/// Filesystems of FUSE that are helpers of programs on this machine, by their type or what stands for the device.
const HELPERS: [&str; 14] = [
    "archivemount",
    "fuse-overlayfs",
    "gvfsd-fuse",
    "jmtpfs",
    "kio-fuse",
    "lxcfs",
    "portal",
    "rar2fs",
    "revokefs-fuse",
    "snapfuse",
    "squashfuse",
    "squashfuse_ll",
    "vmware-vmblock",
    "xdg-document-portal",
];
/// Where snaps, containers, pods, sessions and the system itself mount for a while.
const PASSING: [&str; 20] = [
    "/proc/",
    "/run/containerd/",
    "/run/containers/",
    "/run/credentials/",
    "/run/docker/",
    "/run/flatpak/",
    "/run/k3s/",
    "/run/lxd",
    "/run/media/",
    "/run/netns/",
    "/run/snapd/",
    "/run/systemd/",
    "/run/user/",
    "/snap/",
    "/sys/",
    "/tmp/.",
    "/var/lib/snapd/snap/",
    "/var/lib/containerd/",
    "/var/lib/docker/",
    "/var/lib/machines/",
];
/// The same by a part of the path: the folders of container engines may stand anywhere, also in a home.
const PASSING_PARTS: [&str; 10] = [
    "/.mount_",
    "/buildkit/",
    "/containers/storage/",
    "/docker/containers/",
    "/docker/overlay2",
    "/io.containerd.",
    "/kubelet/plugins/",
    "/kubelet/pods/",
    "/volumes/kubernetes.io~",
    "/lxcfs/",
];

pub(super) fn collect(root: &Root, found: &mut Collected) {
    // Of the first process where it may be seen: the program may have been given a view of its own.
    let mounts =
        root.read("/proc/1/mounts").ok().or_else(|| found.read(root, "/proc/mounts", "disk_devices"));
    let Some(mounts) = mounts else { return };
    let mounts: Vec<Mount> = mounts.lines().filter_map(Mount::read).collect();
    // What is mounted when somebody looks into it, and goes when nobody does.
    let automatic: Vec<&str> =
        mounts.iter().filter(|mount| mount.kind == "autofs").map(|mount| mount.place.as_str()).collect();
    let labels = labels(root);
    let mut disks = BTreeMap::new();
    for Mount { device, place, kind, options } in &mounts {
        let on_demand = automatic.iter().any(|top| Path::new(place).starts_with(top));
        if !holds_data(device, kind) || is_passing(place) || on_demand {
            continue;
        }
        let mut disk =
            json!({"device": device, "mount_point": place, "type": kind, "options": read_options(options)});
        if let (Some(label), Some(disk)) = (labels.get(&root.resolved(device)), disk.as_object_mut()) {
            disk.insert("label".to_owned(), label.as_str().into());
        }
        disks.insert((place, device), disk);
    }
    if !disks.is_empty() {
        found.set("disk_devices", disks.into_values().collect::<Vec<_>>());
    }
}

/// A line of the table of mounts.
struct Mount {
    device: String,
    place: String,
    kind: String,
    options: String,
}

impl Mount {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ').map(plain);
        Some(Self {
            device: without_user(words.next()?),
            place: words.next()?,
            kind: words.next()?,
            options: words.next()?,
        })
    }
}

/// Whether a filesystem keeps data, here or elsewhere, and is not made up by the kernel or a program.
fn holds_data(device: &str, kind: &str) -> bool {
    if kind == "fuse" || kind.starts_with("fuse.") {
        let of = kind.strip_prefix("fuse.").unwrap_or_default();
        return !HELPERS.contains(&of) && !HELPERS.contains(&device) && !of.ends_with(".AppImage");
    }
    device.starts_with("/dev/") || REMOTE.contains(&kind)
}

fn is_passing(place: &str) -> bool {
    PASSING.iter().any(|begin| place.starts_with(begin))
        || PASSING_PARTS.iter().any(|part| place.contains(part))
}

/// A device that is an address without a scheme, `user:password@host:/path`, keeps its host alone.
fn without_user(device: String) -> String {
    match device.rsplit_once('@') {
        Some((user, host)) if user.contains(':') && !device.contains("//") => host.to_owned(),
        _ => device,
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

/// Labels of filesystems, by the device that the link of each leads to.
fn labels(root: &Root) -> BTreeMap<PathBuf, String> {
    let folder = "/dev/disk/by-label";
    let names = root.names(folder).into_iter();
    names.map(|name| (root.resolved(&format!("{folder}/{name}")), unescaped(&name, "\\x", 16, 2))).collect()
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

    fn places(mounts: &str) -> Vec<String> {
        let profile = tree(&[("/proc/mounts", mounts)]).collect(collect).profile();
        let disks = profile["disk_devices"].as_array().cloned().unwrap_or_default();
        disks.iter().map(|disk| disk["mount_point"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn shares_by_way_of_fuse_are_reported_and_helpers_of_programs_are_not() {
        let mounts = "\
srv1:/vol0 /a fuse.glusterfs rw 0 0
https://dav.example.com/ /b fuse rw 0 0
me@host:/x /c fuse.sshfs rw 0 0
ubi0:rootfs /d ubifs rw 0 0
lxcfs /var/lib/lxcfs fuse.lxcfs rw 0 0
portal /home/u/doc fuse rw 0 0
gvfsd-fuse /home/u/.gvfs fuse.gvfsd-fuse rw 0 0
Etcher /tmp/x fuse.Etcher.AppImage ro 0 0
fuse-overlayfs /x fuse.fuse-overlayfs rw 0 0
";
        assert_eq!(places(mounts), ["/a", "/b", "/c", "/d"]);
    }

    #[test]
    fn what_is_mounted_for_a_while_is_not_reported() {
        let mounts = "\
/dev/vda1 / ext4 rw 0 0
/dev/sdb /var/lib/docker xfs rw 0 0
/dev/loop3 /snap/core20/1974 squashfs ro 0 0
/dev/sdc /var/lib/kubelet/pods/0b0c/volumes/kubernetes.io~csi/pvc-1/mount ext4 rw 0 0
/dev/sdc /var/lib/kubelet/plugins/kubernetes.io/csi/x/globalmount ext4 rw 0 0
/dev/vda1 /home/u/.local/share/containers/storage/overlay ext4 rw 0 0
/dev/vda1 /data/docker/overlay2 ext4 rw 0 0
/dev/sdd1 /run/media/u/STICK vfat rw 0 0
systemd-1 /efi autofs rw 0 0
/dev/vda2 /efi vfat rw 0 0
/etc/auto.home /home2 autofs rw 0 0
filer:/u /home2/u nfs4 rw 0 0
filer:/v /home22 nfs4 rw 0 0
";
        assert_eq!(places(mounts), ["/", "/home22", "/var/lib/docker"]);
    }

    #[test]
    fn a_label_is_found_over_all_links() {
        let mounts = "/dev/mapper/vg0-root / ext4 rw 0 0\n/dev/vg0/home /home ext4 rw 0 0\n";
        let found = tree(&[("/proc/mounts", mounts), ("/dev/dm-0", ""), ("/dev/mapper/vg0-home", "")])
            .link("/dev/mapper/vg0-root", "../dm-0")
            .link("/dev/vg0/home", "/dev/mapper/vg0-home")
            .link("/dev/disk/by-label/ROOT", "../../dm-0")
            .link("/dev/disk/by-label/HOME", "../../mapper/vg0-home")
            .collect(collect);
        let disks = &found.profile["disk_devices"];
        assert_eq!((&disks[0]["label"], &disks[1]["label"]), (&json!("ROOT"), &json!("HOME")));
    }

    #[test]
    fn a_device_keeps_no_password() {
        let mounts = "me:hush@host:/x /a fuse.sshfs rw 0 0\nhttps://me:hush@dav/x /b fuse rw 0 0\n";
        let found = tree(&[("/proc/mounts", mounts)]).collect(collect);
        let disks = &found.profile["disk_devices"];
        assert_eq!((&disks[0]["device"], &disks[1]["device"]), (&json!("host:/x"), &json!("https://dav/x")));
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
