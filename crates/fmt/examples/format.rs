//! Formats the files that are named, in place; with `-`, standard input to standard output. With `--time` it
//! writes nothing and only says how long reading and laying out took.

use std::io::{Read as _, Write as _};

fn main() -> std::io::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let time = arguments.first().is_some_and(|first| first == "--time");
    if time {
        arguments.remove(0);
        return measure(&arguments);
    }
    for path in arguments {
        if path == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            std::io::stdout().write_all(clientc_fmt::format(&text).text.as_bytes())?;
            continue;
        }
        // A file that is not UTF-8 is none of the formatter's business.
        let Ok(text) = String::from_utf8(std::fs::read(&path)?) else { continue };
        let formatted = clientc_fmt::format(&text);
        if formatted.changed {
            std::fs::write(&path, formatted.text)?;
        }
    }
    Ok(())
}

fn measure(paths: &[String]) -> std::io::Result<()> {
    let texts: Vec<String> = paths.iter().map(std::fs::read_to_string).collect::<Result<_, _>>()?;
    let bytes: usize = texts.iter().map(String::len).sum();
    let start = std::time::Instant::now();
    let changed = texts.iter().filter(|text| clientc_fmt::format(text).changed).count();
    let took = start.elapsed();
    writeln!(std::io::stdout(), "{} files, {bytes} bytes, {changed} changed: {took:?}", texts.len())
}
