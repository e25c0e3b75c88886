//! Prints the default file, rendered from the declarations.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(settings::Settings::default_file().as_bytes())
}
