//! Prints the page of the book about settings, rendered from the declarations.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(settings::Settings::table().as_bytes())
}
