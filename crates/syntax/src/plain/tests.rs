use super::{block_end, members};

/// How far a block with this body is in the usual layout; `Ok` for all of it.
fn layout(body: &str) -> Result<usize, usize> {
    let text = format!("{{\n{body}}}\nclient<llm> Next {{\n}}\n");
    block_end(text.as_bytes(), 0)
}

#[test]
fn blocks_as_most_people_write_them_are_in_the_usual_layout() {
    for body in [
        "",
        "\n",
        "  provider openai\n",
        "    provider   openai\n\n\n",
        "  // a comment of its own\n  provider \"openai\"\n",
        "  options {\n    model \"gpt-4o\"\n    base_url https://example.com/v1\n  }\n",
        "  options {}\n",
        "  strategy [A, B,C]\n  note a text of many words\n",
        "  strategy [\"openai/gpt-4o\", \"a, b\", 1]\n",
        "  a 0\n  b -1.5\n  c 10.25\n  d -x\n  e \"a \\\" b\\\\\"\n",
    ] {
        assert_eq!(layout(body), Ok(body.len() + 3), "{body:?}");
    }
}

#[test]
fn whatever_may_be_at_fault_is_not() {
    for body in [
        "provider openai\n",
        "  provider: openai\n",
        "  provider openai,\n",
        "  provider openai // why\n",
        "  provider openai \n",
        "  provider\topenai\n",
        "  provider openai\r\n",
        "  provider = openai\n",
        "  provider\n",
        "  \"provider\" openai\n",
        "  a::b openai\n",
        "  a 01\n",
        "  a 1s\n",
        "  a +1\n",
        "  a 1.\n",
        "  a \"\"\"b\"\"\"\n",
        "  a \"{\"\n",
        "  a #\"b\"#\n",
        "  a {{ b }}\n",
        "  a f(x)\n",
        "  a b\"c d\n",
        "  a [b c, ]\n",
        "  a [b\n",
        "  a [b // c]\n",
        "  a \u{a0}b\n",
        "  // a {\n  // }\n",
        "  // a\rb\n",
        "  // a }\n",
        "  @a\n",
        "  a //b\n",
    ] {
        assert!(layout(body).is_err(), "{body:?}");
    }
}

#[test]
fn members_end_where_they_were_found_to_end() {
    let array = b"[\"a, b\", c d,1]";
    let found: Vec<&[u8]> = members(array).map(|member| &array[member]).collect();
    assert_eq!(found, [&b"\"a, b\""[..], b"c d", b"1"]);
}
