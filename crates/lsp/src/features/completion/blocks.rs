//! Whole blocks, as snippets.

use super::{Completion, CompletionKind, Place};

impl Place<'_> {
    /// Whole blocks.
    pub(super) fn blocks(&self) -> Vec<Completion> {
        let block = |label: &str, detail: &str, snippet: &str| Completion {
            snippet: snippet.to_owned(),
            ..self.item(label, CompletionKind::Snippet, detail)
        };
        // BAML enforces no total.
        let fallback = match self.scene.project.plan.run_time().differences().composes {
            true => block(
                "client fallback",
                "members in order until one succeeds, with a total",
                BOUNDED_FALLBACK,
            ),
            false => block("client fallback", "members in order until one succeeds", FALLBACK),
        };
        let mut items = vec![
            block("client", "a client that makes requests, with limits", LEAF),
            fallback,
            block("client round-robin", "one member per call", ROUND_ROBIN),
            block("retry_policy", "further attempts with exponential backoff", POLICY),
            block("retry_policy constant", "further attempts with a constant delay", CONSTANT),
        ];
        items.iter_mut().for_each(|item| item.is_important = true);
        items
    }
}

const LEAF: &str = "client<llm> ${1:MyClient} {
  provider ${2|openai,anthropic,google-ai,vertex-ai,aws-bedrock,azure-openai,openai-generic,openrouter,ollama|}
  options {
    model \"${3:gpt-4o}\"
    api_key env.${4:OPENAI_API_KEY}
    http {
      connect_timeout_ms ${5:5000}
      request_timeout_ms ${6:60000}
    }
  }
}
";

const FALLBACK: &str = "client<llm> ${1:MyFallback} {
  provider fallback
  options {
    strategy [${2:First}, ${3:Second}]
  }
}
";

const BOUNDED_FALLBACK: &str = "client<llm> ${1:MyFallback} {
  provider fallback
  options {
    strategy [${2:First}, ${3:Second}]
    http {
      total_timeout_ms ${4:120000}
    }
  }
}
";

const ROUND_ROBIN: &str = "client<llm> ${1:MyRoundRobin} {
  provider round-robin
  options {
    strategy [${2:First}, ${3:Second}]
  }
}
";

const POLICY: &str = "retry_policy ${1:MyRetries} {
  max_retries ${2:2}
  strategy {
    type exponential_backoff
    delay_ms ${3:200}
    multiplier ${4:1.5}
    max_delay_ms ${5:10000}
  }
}
";

const CONSTANT: &str = "retry_policy ${1:MyRetries} {
  max_retries ${2:2}
  strategy {
    type constant_delay
    delay_ms ${3:200}
  }
}
";
