//! Secrets are masked, everything else is left alone, and nothing moves.

use std::borrow::Cow;

use clientc_check::{FileId, Level, Sources};
use clientc_report::{MaskedSources, Options, Report, mask, write_concise, write_json};

use crate::sources::{Files, assert_linear, finding, full, scope, written};

#[test]
fn known_keys_are_masked_wherever_they_stand() {
    let cases = [
        ("sk-1a2b3c4d5e6f7g8h9i0j", "sk-1a2*****************"),
        ("x \"sk-ant-api03-h3kD9sLq02mZpW8r\" y", "x \"sk-ant-api*******************\" y"),
        ("key=AIzaSyA1234567890abcdefghijklmnopqrstu", "key=AIzaSyA*******************************"),
        ("`gsk_8sJd92KdmQpZ71nVb3xY`", "`gsk_8sJ*****************`"),
        ("xai-8sJd92KdmQpZ71nVb3xY", "xai-8sJ*****************"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C*********************************"),
        ("AKIAIOSFODNN7EXAMPLE", "AKIAIOS*************"),
        ("hf_aBcDeFgHiJkLmNoPqRsT", "hf_aBc*****************"),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
            "eyJhbG***************************************************",
        ),
        (
            "https://x.com/v1?key=sk-1a2b3c4d5e6f7g8h9i0j&a=b",
            "https://x.com/v1?key=sk-1a2*****************&a=b",
        ),
        ("https://me:hunter22@example.com/v1", "https://me:********@example.com/v1"),
        ("Authorization: Bearer 8f7d6s5a4q3w2e1r9t8y7u", "Authorization: Bearer 8f7*******************"),
        ("\"Basic dXNlcjpwYXNzd29yZDEyMw\"", "\"Basic dXN*******************\""),
    ];
    for (text, masked) in cases {
        assert_eq!(mask(text), masked);
    }
}

#[test]
fn random_values_of_telling_names_are_masked() {
    let cases = [
        ("api_key \"8f7d6s5a4q3w2e1r9t8y7u\"", "api_key \"8f7*******************\""),
        ("api_key 8f7d6s5a4q3w2e1r9t8y7u", "api_key 8f7*******************"),
        ("api_key #\"8f7d6s5a4q3w2e1r9t8y7u\"#", "api_key #\"8f7*******************\"#"),
        (
            "\"x-api-key\": '0f8fad5b-d9cb-469f-a165-70867728950e',",
            "\"x-api-key\": '0f8*********************************',",
        ),
        (
            "aws_secret_access_key=wJalrXUtnFEMIK7MDENGbPxRfiCYkey1",
            "aws_secret_access_key=wJa*****************************",
        ),
        ("session_token \"FwoGZXIvYXdzEBYaDH7s8J+/x==\"", "session_token \"Fwo**********************==\""),
        ("apiKey: \"qwertzuiopasdfghjklyxcv\"", "apiKey: \"qwe********************\""),
        ("password \"12345678901234567890\"", "password \"123*****************\""),
    ];
    for (text, masked) in cases {
        assert!(mask(text).starts_with(masked), "{text} became {}", mask(text));
    }
}

#[test]
fn other_texts_are_left_alone() {
    let cases = [
        "api_key env.OPENAI_API_KEY_FOR_PRODUCTION",
        "api_key \"OPENAI_API_KEY_FOR_PRODUCTION_2\"",
        "api_key \"$OPENAI_API_KEY_FOR_PRODUCTION\"",
        "api_key \"your-api-key-goes-here-please\"",
        "api_key \"sk-your-openai-api-key-here\"",
        "api_key \"xxxxxxxxxxxxxxxxxxxxxxxxxxxx\"",
        "api_key \"sk-xxxxxxxxxxxxxxxxxxxxxxxx\"",
        "api_key \"<put-the-key-of-the-service-here>\"",
        "api_key short8f7d6s5",
        "api_key \"theVariableForThisSecret\"",
        "key_takeaways ConversationTakeaway01[]",
        "time_to_first_token_timeout_ms 9007199254740991",
        "max_tokens 4096",
        "tokenizer \"mistralai/Mixtral-8x7B-Instruct-v0.1\"",
        "model \"8f7d6s5a4q3w2e1r9t8y7u\"",
        "task-1a2b3c4d5e6f7g8h9i0j1k",
        "base_url \"https://my-resource.openai.azure.com/openai/deployments/gpt-4o\"",
        "api_key \"https://example.com/a1b2c3d4e5f6g7h8\"",
        "// the token of a very-long-hyphenated-word-in-prose is here",
    ];
    for text in cases {
        assert!(matches!(mask(text), Cow::Borrowed(_)), "{text} became {}", mask(text));
    }
}

#[test]
fn bytes_and_characters_stay_where_they_are() {
    let text = "a\r\napi_key \"8f7über日本語🦀qwertz1234567890\" // später\n";
    let masked = mask(text);
    assert_eq!(masked, "a\r\napi_key \"8f7×***＊＊＊🞰****************\" // später\n");
    assert_eq!(masked.len(), text.len());
    assert_eq!(masked.chars().count(), text.chars().count());
}

#[test]
fn no_format_shows_a_secret() {
    let secret = "8f7d6s5a4q3w2e1r9t8y7u";
    let files = Files::new(&[("a.baml", &format!("options {{\n  api_key \"{secret}\"\n}}\n"))]);
    let label = files.label(0, secret, &format!("this is {secret}"));
    let mut diagnostic =
        finding(Level::Warning, "hardcoded-secret", &format!("write env.NAME for `{secret}`"), label);
    diagnostic.help = Some(format!("remove {secret}, {secret}"));
    let diagnostics = [diagnostic];
    let report = Report::new(&diagnostics, &files, scope());
    let outputs = [
        full(&files, &diagnostics, &Options::default()),
        written(|writer| write_concise(writer, &report, &Options::default())),
        written(|writer| write_json(writer, &report)),
    ];
    for output in &outputs {
        assert!(!output.contains(&secret[..6]), "{output}");
    }
    insta::assert_snapshot!(outputs[0]);
}

#[test]
fn masked_sources_are_lazy_and_kept() {
    let files = Files::new(&[("a.baml", "token = \"8f7d6s5a4q3w2e1r9t8y7u\""), ("b.baml", "plain")]);
    let masked = MaskedSources::new(&files);
    assert_eq!(masked.text(FileId(0)), "token = \"8f7*******************\"");
    assert!(std::ptr::eq(masked.text(FileId(0)), masked.text(FileId(0))));
    assert!(std::ptr::eq(masked.text(FileId(1)), files.text(FileId(1))));
    assert_eq!(masked.display_path(FileId(1)), "b.baml");
}

#[test]
fn a_text_is_read_in_a_time_that_fits_its_length() {
    for piece in [
        "client<llm> Name { provider openai }\n",
        "a1B2",
        "sk-",
        "sk-/",
        "api_key \"8f7d6s5a4q3w2e1r9t8y7u\"\n",
        "-----BEGIN PRIVATE KEY-----\n",
    ] {
        assert_linear(200_000 / piece.len(), |pieces| drop(mask(&piece.repeat(pieces))));
    }
}
