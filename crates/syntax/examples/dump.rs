//! Prints the tree and the faults of the text on standard input.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if args.len() > 1 {
        let texts: Vec<String> =
            args[1..].iter().map(|p| std::fs::read_to_string(p).unwrap_or_default()).collect();
        let bytes: usize = texts.iter().map(|t| t.len()).sum();
        for _ in 0..5 {
            let start = std::time::Instant::now();
            let mut nodes = 0;
            let mut faults = 0;
            if std::env::var("SCAN").is_ok() {
                for t in &texts {
                    nodes += clientc_syntax::scan_only(t) as u32;
                }
            } else {
                for t in &texts {
                    let p = clientc_syntax::parse(t);
                    nodes += p.tree.len();
                    faults += p.faults.len();
                }
            }
            let s = start.elapsed().as_secs_f64();
            println!("{bytes} bytes {nodes} nodes {faults} faults {:.1} MB/s", bytes as f64 / s / 1e6);
        }
        return;
    }
    let mut s = String::new();
    std::io::Read::read_to_string(&mut std::io::stdin(), &mut s).unwrap();
    let p = clientc_syntax::parse(&s);
    for n in p.tree.nodes() {
        println!("{n:?} {:?} {}", n.text(&s).chars().take(40).collect::<String>(), n.is_broken());
    }
    for f in &p.faults {
        println!("FAULT {f:?} {:?}", f.range.slice(&s));
    }
}
