use super::*;

/// The lines that are kept, each as `(open, ms)`.
fn kept(lines: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let lines = lines.iter().map(|&(open, ms)| Line { open, ms: Some(ms) });
    largest(lines.collect()).iter().map(|line| (line.open, line.ms.unwrap())).collect()
}

#[test]
fn a_line_is_kept_where_it_is_the_largest_for_some_delay() {
    // The outer two cross at a delay of 25, where both are at 100.
    assert_eq!(kept(&[(0, 100), (2, 51), (4, 0)]), [(0, 100), (2, 51), (4, 0)]);
    assert_eq!(kept(&[(0, 100), (2, 50), (4, 0)]), [(0, 100), (4, 0)]);
    assert_eq!(kept(&[(4, 0), (0, 100), (2, 49)]), [(0, 100), (4, 0)]);
    // The same with a first line that grows as well.
    assert_eq!(kept(&[(3, 100), (5, 51), (7, 0)]), [(3, 100), (5, 51), (7, 0)]);
    assert_eq!(kept(&[(3, 100), (5, 50), (7, 0)]), [(3, 100), (7, 0)]);
    // Where the last line is steep the middle one is soon below it.
    assert_eq!(kept(&[(0, 100), (1, 90), (11, 80)]), [(0, 100), (11, 80)]);
    assert_eq!(kept(&[(0, 100), (1, 99), (11, 80)]), [(0, 100), (1, 99), (11, 80)]);
    // A line that begins no higher and grows less is never the largest.
    assert_eq!(kept(&[(1, 100), (2, 100)]), [(2, 100)]);
    assert_eq!(kept(&[(1, 100), (1, 90)]), [(1, 100)]);
}

#[test]
fn what_is_not_bounded_is_one_line() {
    let lines = vec![Line { open: 3, ms: Some(5) }, Line { open: 1, ms: None }];
    assert_eq!(largest(lines), [Line { open: 0, ms: None }]);
}
