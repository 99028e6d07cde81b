//! Calls one client of a resolved plan once, and says how many requests that took and how long. The arguments are the file
//! of the plan and the name of the client.
#![allow(clippy::print_stdout, reason = "a program may print")]

use clientc_runtime::{ChatRequest, Message, Runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (plan, client) =
        arguments.next().zip(arguments.next()).ok_or("the arguments are a plan and a client")?;
    let runtime = Runtime::from_json(&std::fs::read_to_string(plan)?)?;
    let request = ChatRequest::new([Message::user("Say hello.")]);
    match runtime.client(&client)?.chat(&request).await {
        Ok(answer) => {
            println!("succeeded after {} requests and {} ms", answer.record.requests, answer.record.end_ms);
        }
        Err(error) => match error.record() {
            Some(record) => println!("failed after {} requests and {} ms", record.requests, record.end_ms),
            None => println!("failed: {error}"),
        },
    }
    Ok(())
}
