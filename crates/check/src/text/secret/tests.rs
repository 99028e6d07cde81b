use super::*;

/// Characters of a key: no words, and hardly one twice.
const RANDOM: &str = "aB3dE5gH7jK9mN1pQ2rS4tU6";

/// A text with three dots in the place of what is hidden.
fn masked(text: &str) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for secret in find(text) {
        out.push_str(&text[at..secret.hidden.start]);
        out.push_str("...");
        at = secret.hidden.end;
    }
    out + &text[at..]
}

#[test]
fn a_key_of_a_known_shape_is_hidden_from_its_shortest_length_on() {
    for (prefix, following) in SHAPES {
        let key = format!("{prefix}{}", &RANDOM[..*following]);
        assert_eq!(masked(&key), format!("{prefix}aB3..."), "{key}");
        let short = format!("{prefix}{}", &RANDOM[..following - 1]);
        assert_eq!(masked(&short), short);
    }
}

#[test]
fn a_key_begins_where_no_other_word_goes_on_and_takes_along_what_is_joined() {
    let key = format!("sk-{RANDOM}");
    for (text, expected) in [
        (format!("x{key}"), None),
        (format!("x_{key}"), None),
        (format!("x-{key}"), None),
        (format!("x.{key}"), Some("x.sk-aB3...".to_owned())),
        (format!("{key}.a/b+c~d_e-f"), Some("sk-aB3...".to_owned())),
        (format!("{key}!rest"), Some("sk-aB3...!rest".to_owned())),
        (format!("{key}:{key}"), Some("sk-aB3...:sk-aB3...".to_owned())),
        (format!("say {key}, {key}"), Some("say sk-aB3..., sk-aB3...".to_owned())),
        ("sk-your-key-goes-in-here".to_owned(), None),
    ] {
        assert_eq!(masked(&text), expected.unwrap_or_else(|| text.clone()));
    }
}

#[test]
fn the_password_of_an_address_is_hidden() {
    for (text, expected) in [
        ("https://name:word@host.test/a", "https://name:...@host.test/a"),
        ("https://name:a:b@c@host.test/a", "https://name:...@host.test/a"),
        ("see https://name:w@host.test", "see https://name:...@host.test"),
        ("https://name:@host.test/abc", "https://name:@host.test/abc"),
        ("https://name@host.test/a:b@c", "https://name@host.test/a:b@c"),
        ("https://host.test/path:a@b.c", "https://host.test/path:a@b.c"),
        ("h://name:word@host.t", "h://name:...@host.t"),
        ("h://name:word@host.", "h://name:word@host."),
    ] {
        assert_eq!(masked(text), expected);
    }
}

#[test]
fn a_value_that_looks_random_is_hidden_under_a_telling_name() {
    let value = &RANDOM[..20];
    for (before, is_hidden) in [
        ("api_key \"", true),
        ("Authorization: Bearer ", true),
        ("token=", true),
        ("model \"", false),
        ("", false),
        (&*format!("key{}", " ".repeat(64)), true),
        (&*format!("key{}", " ".repeat(65)), false),
    ] {
        let expected = if is_hidden { format!("{before}aB3...") } else { format!("{before}{value}") };
        assert_eq!(masked(&format!("{before}{value}")), expected);
    }
    assert_eq!(masked("key aB3dE5gH7jK9mN1pQ2r"), "key aB3dE5gH7jK9mN1pQ2r");
    assert_eq!(masked("key https://aB3dE5gH7jK9mN1pQ"), "key https://aB3dE5gH7jK9mN1pQ");
    assert_eq!(masked("key äöüaB3dE5gH7jK9mN1pQ2rS"), "key äöü...");
}

#[test]
fn names_tell_a_secret_by_their_end_or_by_one_of_their_words() {
    for name in [
        "key",
        "API_KEY",
        "apikey",
        "bearer",
        "Basic",
        "x-token-2",
        "my_Password",
        "clientSecret",
        "CREDENTIALS",
    ] {
        assert!(is_secret_name(name), "{name}");
    }
    for name in ["", "keys", "key_id", "tokens", "max_tokens", "passwords", "bearers", "secretary", "ke", "ö"]
    {
        assert!(!is_secret_name(name), "{name}");
    }
}

#[test]
fn words_placeholders_and_what_hardly_varies_are_no_secrets() {
    for value in [
        "$aB3dE5gH7jK9mN1pQ2rS",
        "this-is_a.longDescription",
        "Your-aB3dE5gH7jK9mN1",
        "aB3dE5gH-CHANGEME",
        "x9x9x9x9x9x9x9x9x9x9",
        "12 345 6789",
    ] {
        assert!(is_harmless(value), "{value}");
    }
    // The last has exactly the 2.5 bits of a byte that are enough.
    for value in [RANDOM, "12345-aB3d", "a1b2c3d4", "word-aB3dE5gH", "q7Z3q7Z3q7Z3k9k9k9k9k9k9"] {
        assert!(!is_harmless(value), "{value}");
    }
}

#[test]
fn words_have_one_case_a_vowel_and_few_digits() {
    for part in [
        "",
        "a",
        "word",
        "Word",
        "WORD",
        "word1234",
        "1234",
        "rhtm",
        "syzygy",
        "größe",
        "bcdfgö",
        "wordOfThree",
        "abcdefghijklmno",
        "camelCase",
    ] {
        // `Of` is too short for a part of a name in camel case.
        assert_eq!(is_wording(part), part != "wordOfThree", "{part}");
    }
    for part in [
        "word12345",
        "12345",
        "rhtms",
        "WOrd",
        "wORD",
        "myKey",
        "abcdefghijklmnop",
        "wo1rd",
        "longRhtms",
        "a-b",
    ] {
        assert!(!is_wording(part), "{part}");
    }
    let all = |text| humps(text).collect::<Vec<_>>().join(" ");
    assert_eq!(all("oneTwoThree"), "one Two Three");
    assert_eq!(all("HTTPServer"), "HTTPServer");
    assert_eq!(all(""), "");
}

#[test]
fn entropy_is_the_bits_of_a_byte() {
    for (text, bits) in [
        ("", 0.0),
        ("aaaa", 0.0),
        ("ab", 1.0),
        ("aabb", 1.0),
        ("abcd", 2.0),
        ("aaab", 0.811),
        ("abcdefgh", 3.0),
    ] {
        assert!((entropy(text) - bits).abs() < 0.001, "{text}");
    }
}

#[test]
fn long_words_stand_between_what_ends_them() {
    let (short, shortest, longer) = ("a".repeat(19), "b".repeat(20), "c".repeat(45));
    for end in "\"'`,;()[]{}<>=?&#| \t\n".chars() {
        let text = format!("{short}{end}{shortest}{end}{end}{longer}{end}{short}");
        let words: Vec<&str> = long_words(&text).map(|word| &text[word]).collect();
        assert_eq!(words, [&*shortest, &*longer], "{end:?}");
    }
    for inner in "/:.-_+~@!%*\\^ä".chars() {
        let text = format!("{shortest}{inner}{short}");
        let words: Vec<&str> = long_words(&text).map(|word| &text[word]).collect();
        assert_eq!(words, [&*text], "{inner:?}");
    }
}

#[test]
fn the_lines_of_a_private_key_are_hidden() {
    let begin = "-----BEGIN RSA PRIVATE KEY-----";
    for (text, expected) in [
        (
            format!("{begin}\nMIIE/x+=\nabcd\n-----END RSA PRIVATE KEY-----\nmore"),
            format!("{begin}\n...\n...\n-----END RSA PRIVATE KEY-----\nmore"),
        ),
        (format!("\"{begin}\nMI!E\" more"), format!("\"{begin}\n...\" more")),
        (format!("'{begin}\nMI\"E' more"), format!("'{begin}\n...' more")),
        (format!("{begin} MIIE! more"), format!("{begin} ...! more")),
        (format!("{begin} MIIE-x"), format!("{begin} ...")),
        (format!("{begin} a ! {begin} b !"), format!("{begin} ... ! {begin} ... !")),
    ] {
        assert_eq!(masked(&text), expected);
    }
    let kinds = ["PRIVATE KEY", "PGP PRIVATE KEY BLOCK", &*format!("{}PRIVATE KEY", "A".repeat(28))];
    let others = ["CERTIFICATE", "PUBLIC KEY", "PRIVATE KEYS", &*format!("{}PRIVATE KEY", "A".repeat(29))];
    let pem = |kind: &str| format!(" \n-----BEGIN {kind}-----\nMIIE");
    for (kind, is_key) in kinds.into_iter().map(|kind| (kind, true)).chain(others.map(|kind| (kind, false))) {
        assert_eq!((is_pem(&pem(kind)), find(&pem(kind)).len()), (is_key, usize::from(is_key)), "{kind}");
    }
    assert!(!is_pem("x-----BEGIN PRIVATE KEY-----") && !is_pem("-----BEGIN PRIVATE KEY"));
}

#[test]
fn a_key_beside_a_private_key_is_found_in_its_order() {
    let begin = "-----BEGIN PRIVATE KEY-----";
    let text = format!("sk-{RANDOM} {begin} {RANDOM}{RANDOM} ! sk-{RANDOM}");
    assert_eq!(masked(&text), format!("sk-aB3... {begin} ... ! sk-aB3..."));
    let places: Vec<usize> = find(&text).iter().map(|secret| secret.hidden.start).collect();
    assert!(places.is_sorted() && places.len() == 3, "{places:?}");
    // What looks like another key inside of a private key is hidden with it, and is no secret of its own.
    assert_eq!(find(&format!("{begin} sk-{RANDOM} ! more")).len(), 1);
}
