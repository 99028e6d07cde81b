//! Media as blocks of the Converse API.

use clientc_plan::json::{Value, json};

use crate::chat::{Media, MediaKind, MediaSource};
use crate::provider::error::BuildError;
use crate::provider::media::MediaRules;

/// Writes media as a block: their bytes, or where they are in S3.
pub(super) fn block(media: &Media, rules: &MediaRules<'_>) -> Result<Value, BuildError> {
    rules.check(media)?;
    let (format, source) = match &media.source {
        MediaSource::Data { media_type, data } => (format_of(media_type, '/'), json!({"bytes": data})),
        MediaSource::Url { url, media_type } if url.starts_with("s3://") => {
            let format = match media_type {
                Some(media_type) => format_of(media_type, '/'),
                None => format_of(url, '.'),
            };
            (format, json!({"s3Location": {"uri": url}}))
        }
        MediaSource::Url { .. } | MediaSource::Id(_) => return Err(rules.cannot_send(media)),
    };
    Ok(match media.kind {
        MediaKind::Image => json!({"image": {"format": format, "source": source}}),
        MediaKind::Video => json!({"video": {"format": format, "source": source}}),
        MediaKind::Pdf => {
            let name = media.name.as_deref().map_or_else(|| "document".into(), document_name);
            json!({"document": {"format": "pdf", "name": name, "source": source}})
        }
        MediaKind::Audio => return Err(rules.cannot_send(media)),
    })
}

/// The API's word for a format: what is last in a media type, or in the name of a file.
fn format_of(text: &str, before: char) -> String {
    let format = text.rsplit(before).next().unwrap_or_default().to_ascii_lowercase();
    if format == "jpg" { "jpeg".into() } else { format }
}

/// The API allows few letters in the name of a document.
fn document_name(name: &str) -> String {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "-()[]".contains(letter);
    name.trim_end_matches(".pdf")
        .chars()
        .map(|letter| if is_allowed(letter) { letter } else { '-' })
        .collect()
}
