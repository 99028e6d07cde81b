//! Calls a client of a resolved plan, whole and as a stream. `clientc resolve --format json` writes the plan.
#![allow(clippy::print_stdout, reason = "a program may print")]

use clientc_runtime::{ChatRequest, Chunk, Message, Runtime};
use futures_util::StreamExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let plan = std::env::args().nth(1).unwrap_or_else(|| "examples/runtime/resolved.json".into());
    let runtime = Runtime::from_json(&std::fs::read_to_string(plan)?)?;
    let client = runtime.client("Chat")?;
    let request = ChatRequest::new([Message::system("Answer in one word."), Message::user("Say hello.")]);

    match client.chat(&request).await {
        Ok(answer) => {
            println!("{}", answer.response.text.unwrap_or_default());
            println!("{} requests, {} ms", answer.record.requests, answer.record.end_ms);
        }
        Err(error) => match error.timeout() {
            Some(limit) => println!("{} passed after {} ms: {error}", limit.timeout_type, limit.elapsed_ms),
            None => println!("{error}"),
        },
    }

    let mut stream = client.stream(&request).await?;
    while let Some(chunk) = stream.next().await {
        if let Chunk::Text(text) = chunk? {
            print!("{text}");
        }
    }
    println!();
    Ok(())
}
