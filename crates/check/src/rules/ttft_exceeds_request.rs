use clientc_plan::Field;
use clientc_semantic::Span;

use crate::context::Context;
use crate::core::diagnostic::{FileEdit, Safety};
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::conflict::ways_out;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "ttft-exceeds-request",
    summary: "a time to first token above the request limit of the same client",
    level: Setting::Error,
    is_fixed: false,
    page: include_str!("ttft_exceeds_request.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for client in &file.clients {
            let Some(http) = &client.http else { continue };
            let (Some(first_token), Some(request)) =
                (http.limits.get(Field::TimeToFirstToken), http.limits.get(Field::Request))
            else {
                continue;
            };
            if first_token.ms() <= request.ms() {
                continue;
            }
            let name = &client.name.text;
            let message = format!(
                "`{name}` may wait {} ms for the first token, but its requests end after {} ms",
                grouped(first_token.ms()),
                grouped(request.ms())
            );
            let subject = format!("{name}/http/{}", Field::TimeToFirstToken.key());
            let place = Span::new(file.file, first_token.value);
            let request_place = Span::new(file.file, request.value);
            let exchange = vec![
                FileEdit::new(place, request.ms().to_string()),
                FileEdit::new(request_place, first_token.ms().to_string()),
            ];
            out.push(
                Finding::new(place, subject, message)
                    .label(format!("{} ms for the first token", grouped(first_token.ms())))
                    .related(request_place, format!("{} ms for the whole request", grouped(request.ms())))
                    .help(ways_out(first_token.ms(), request.ms()))
                    .fix(Safety::Unsafe, "exchange the two numbers", exchange),
            );
        }
    }
}
