//! The parts of a page of documentation that runs write.

use std::{fs, io, path::Path};

/// Puts `text` between the marks of `part` on a page: `<!-- PART -->` and `<!-- /PART -->`, each on a line.
pub fn write(page: &Path, part: &str, text: &str) -> io::Result<()> {
    let whole = fs::read_to_string(page)?;
    let replaced = replace(&whole, part, text)
        .ok_or_else(|| io::Error::other(format!("{} has no place for `{part}`", page.display())))?;
    fs::write(page, replaced)
}

fn replace(whole: &str, part: &str, text: &str) -> Option<String> {
    let (opening, closing) = (format!("<!-- {part} -->\n"), format!("<!-- /{part} -->\n"));
    let (before, rest) = whole.split_once(&opening)?;
    let (_, after) = rest.split_once(&closing)?;
    Some(format!("{before}{opening}{}\n{closing}{after}", text.trim_end()))
}

/// The machine that a run is made on, in a line.
pub fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let model = field(&cpu, "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = field(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
    let kilobytes: u64 = memory.trim_end_matches(" kB").parse().unwrap_or(0);
    let system = read("/proc/sys/kernel/osrelease");
    format!("{model}, {cores} cores, {} GiB, Linux {}", kilobytes >> 20, system.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_between_the_marks_is_replaced() {
        let page = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n";
        assert_eq!(replace(page, "x", "new\n\n"), Some("a\n<!-- x -->\nnew\n<!-- /x -->\nb\n".to_owned()));
        assert_eq!(replace(page, "y", "new"), None);
    }
}
