//! Documents of version 1, written once and never again: every later version reads them, finds that they follow
//! from their own clients, and writes them back byte for byte.

#![allow(clippy::expect_used, missing_docs)]

use clientc_plan::document::Resolved;
use clientc_tests::shared::repository;

#[test]
fn documents_of_version_1_are_read_and_written_back() {
    let folder = repository().join("tests/frozen");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the documents can be listed") {
        let path = entry.expect("an entry can be read").path();
        let text = std::fs::read_to_string(&path).expect("a document can be read");
        let document = Resolved::read(&text).expect("a document of version 1 is read");
        assert!(document.plan().is_ok(), "{} does not follow from its clients", path.display());
        let mut written = Vec::new();
        document.write_pretty(&mut written).expect("a document can be written");
        assert_eq!(String::from_utf8_lossy(&written), text, "{}", path.display());
        count += 1;
    }
    assert_eq!(count, 5, "a document of version 1 is gone");
}
