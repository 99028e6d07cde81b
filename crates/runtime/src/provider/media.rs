//! How media go into a request: as a URL or as bytes.

use clientc_plan::json::{Map, Value};

use super::error::BuildError;
use super::options::{Options, wrong};
use crate::chat::{Media, MediaKind, MediaSource};

/// What a client says about URLs of media.
pub(super) struct MediaRules<'a> {
    provider: &'a str,
    handlers: Map<String, Value>,
}

impl<'a> MediaRules<'a> {
    /// Takes the rules of a client.
    pub(super) fn take(options: &mut Options<'a>) -> Result<Self, BuildError> {
        let handlers = match options.take("media_url_handler") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(handlers)) => handlers,
            Some(_) => return Err(wrong("media_url_handler", "a map from kinds of media to what to do")),
        };
        Ok(MediaRules { provider: options.provider(), handlers })
    }

    /// The canonical name of the provider.
    pub(super) fn provider(&self) -> &'a str {
        self.provider
    }

    /// Checks that media can be sent as they are.
    ///
    /// URLs are never fetched here: that would be a request which no plan knows of. Where a client asks for it, that
    /// is an error.
    pub(super) fn check(&self, media: &Media) -> Result<(), BuildError> {
        let MediaSource::Url { url, .. } = &media.source else { return Ok(()) };
        let kind = media.kind.as_str();
        let handler = self.handlers.get(kind).and_then(Value::as_str).unwrap_or("send_url");
        let is_googles = ["gs://", "https://generativelanguage.googleapis.com/"]
            .iter()
            .any(|prefix| url.starts_with(prefix));
        match handler {
            "send_base64" => {}
            "send_base64_unless_google_url" if !is_googles => {}
            _ => return Ok(()),
        }
        Err(self.cannot(&format!(
            "the URL of {} as `media_url_handler` wants it: URLs are not fetched; send the bytes, or write send_url",
            article(media.kind)
        )))
    }

    /// Says that the provider cannot express something.
    pub(super) fn cannot(&self, what: &str) -> BuildError {
        BuildError::Inexpressible { provider: self.provider.into(), what: what.into() }
    }

    /// Says that the provider wants to know the media type, and nothing tells it.
    pub(super) fn cannot_tell_type(&self, media: &Media) -> BuildError {
        let what = article(media.kind);
        self.cannot(&format!("{what} at a URL whose file extension does not give its type; send its bytes"))
    }

    /// Says that the provider cannot express media from this source.
    pub(super) fn cannot_send(&self, media: &Media) -> BuildError {
        let what = article(media.kind);
        self.cannot(&match media.source {
            MediaSource::Data { .. } => what.to_owned(),
            MediaSource::Url { .. } => format!("{what} at a URL; send its bytes"),
            MediaSource::Id(_) => format!("{what} by the id of a file; send its bytes"),
        })
    }
}

/// The media type that the name of a file stands for, where it is one that models take.
pub(super) fn type_of_name(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let (_, ending) = path.rsplit_once('.')?;
    Some(match &*ending.to_ascii_lowercase() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "heic" => "image/heic",
        "heif" => "image/heif",
        "pdf" => "application/pdf",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "ogg" => "audio/ogg",
        "flac" => "audio/flac",
        "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        _ => return None,
    })
}

fn article(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "an image",
        MediaKind::Audio => "a sound",
        MediaKind::Pdf => "a PDF document",
        MediaKind::Video => "a film",
    }
}

/// Writes bytes as a URL.
pub(super) fn data_url(media_type: &str, data: &str) -> String {
    format!("data:{media_type};base64,{data}")
}

/// OpenAI's word for the format of a sound.
pub(super) fn audio_format(media_type: &str) -> &str {
    match media_type.strip_prefix("audio/").unwrap_or(media_type) {
        "mpeg" => "mp3",
        "x-wav" | "wave" | "vnd.wave" => "wav",
        format => format,
    }
}
