//! Whether the options of a client ask its model to think.

use clientc_semantic::ValueKind;

use crate::facts::leaf::Leaf;

/// Whether the options ask the model to think, or not to; `None` where they do not say.
pub(crate) fn asked(leaf: &Leaf<'_>) -> Option<bool> {
    if !leaf.options().iter().any(|option| asks(&option.key)) {
        return None;
    }
    effort(leaf).or_else(|| switch(leaf)).or_else(|| budget(leaf))
}

/// Whether an option can ask for thinking. Almost no client has one, and one look at each option is cheap.
fn asks(option: &str) -> bool {
    matches!(
        option,
        "reasoning_effort"
            | "reasoning"
            | "thinking"
            | "additional_model_request_fields"
            | "generationConfig"
            | "generation_config"
            | "thinkingConfig"
            | "thinking_config"
    )
}

/// An effort, as OpenAI and others have it.
fn effort(leaf: &Leaf<'_>) -> Option<bool> {
    const EFFORTS: [&[&str]; 2] = [&["reasoning_effort"], &["reasoning", "effort"]];
    let written = EFFORTS.iter().find_map(|path| leaf.value(path))?;
    match &written.kind {
        ValueKind::Null => None,
        // The value of a variable is only known at run time, and whoever asks for an effort hardly asks for none.
        _ => Some(!matches!(written.text(), Some("none" | "minimal"))),
    }
}

/// A block with a type, as Anthropic has it.
fn switch(leaf: &Leaf<'_>) -> Option<bool> {
    const BLOCKS: [&[&str]; 2] = [&["thinking"], &["additional_model_request_fields", "thinking"]];
    let block = BLOCKS.iter().find_map(|path| leaf.value(path))?;
    match &block.kind {
        ValueKind::Map(keys) => {
            let kind = keys.iter().find(|key| &*key.key == "type").and_then(|key| key.value.text());
            Some(kind != Some("disabled"))
        }
        ValueKind::Bool(is_on) => Some(*is_on),
        _ => None,
    }
}

/// A budget or a level, as Google has it. A budget of 0 switches it off.
fn budget(leaf: &Leaf<'_>) -> Option<bool> {
    const BLOCKS: [&[&str]; 4] = [
        &["generationConfig", "thinkingConfig"],
        &["generation_config", "thinking_config"],
        &["thinkingConfig"],
        &["thinking_config"],
    ];
    let block = BLOCKS.iter().find_map(|path| leaf.value(path))?;
    let ValueKind::Map(keys) = &block.kind else { return None };
    let budget = keys.iter().find(|key| matches!(&*key.key, "thinkingBudget" | "thinking_budget"));
    Some(budget.is_none_or(|budget| budget.value.kind != ValueKind::Number("0".into())))
}
