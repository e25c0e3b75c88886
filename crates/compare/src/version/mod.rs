//! Which of two versions is newer, as the package managers themselves say.

mod alpm;
mod apk;
mod deb;
mod rpm;
mod segments;

use std::cmp::Ordering;

/// A family of package managers: each orders versions in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ecosystem {
    /// RPM: `epoch:version-release`, with `~` before and `^` after everything.
    Rpm,
    /// dpkg: `epoch:upstream-revision`, with `~` before everything.
    Deb,
    /// pacman (libalpm): `epoch:version-release`.
    Alpm,
    /// apk: digits with dots, a letter, suffixes as `_rc1`, a commit, `-r1`.
    Apk,
}

impl Ecosystem {
    /// The one of this name: `rpm`, `deb`, `pacman` (or `alpm`), `apk`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "rpm" => Self::Rpm,
            "deb" => Self::Deb,
            "pacman" | "alpm" => Self::Alpm,
            "apk" => Self::Apk,
            _ => return None,
        })
    }

    /// How two versions are ordered. Every text has a place, also one that [`accepts`](Self::accepts) refuses.
    ///
    /// With [`Rpm`](Self::Rpm) and [`Alpm`](Self::Alpm) a version without a release is equal to the same one with any:
    /// among versions that all have a release, or all have none, this is a total order.
    ///
    /// ```
    /// use std::cmp::Ordering;
    /// use compare::Ecosystem;
    /// assert_eq!(Ecosystem::Rpm.order("1.0~rc1", "1.0"), Ordering::Less);
    /// assert_eq!(Ecosystem::Deb.order("2:2.5", "1:7.5"), Ordering::Greater);
    /// assert_eq!(Ecosystem::Alpm.order("1.5", "1.5-1"), Ordering::Equal);
    /// assert_eq!(Ecosystem::Apk.order("1.1_alpha1", "1.1"), Ordering::Less);
    /// ```
    pub fn order(self, a: &str, b: &str) -> Ordering {
        self.order_bytes(a.as_bytes(), b.as_bytes())
    }

    /// The same for bytes that need not be UTF-8.
    pub fn order_bytes(self, a: &[u8], b: &[u8]) -> Ordering {
        match self {
            Self::Rpm => rpm::order(a, b),
            Self::Deb => deb::order(a, b),
            Self::Alpm => alpm::order(a, b),
            Self::Apk => apk::order(a, b),
        }
    }

    /// Whether the package manager takes this text for a version; RPM and pacman take any.
    pub fn accepts(self, version: &str) -> bool {
        match self {
            Self::Rpm | Self::Alpm => true,
            Self::Deb => deb::accepts(version.as_bytes()),
            Self::Apk => apk::accepts(version.as_bytes()),
        }
    }
}
