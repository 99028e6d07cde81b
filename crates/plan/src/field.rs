//! The five limits of a call, and a small table with one entry for each of them.

use serde::{Deserialize, Serialize};

/// One of the limits that an `http` block may set. Every limit is in milliseconds.
///
/// The order is that of every output: `timeouts`, `effective` and `origin` follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `connect_timeout_ms`.
    Connect,
    /// `time_to_first_token_timeout_ms`.
    TimeToFirstToken,
    /// `idle_timeout_ms`.
    Idle,
    /// `request_timeout_ms`.
    Request,
    /// `total_timeout_ms`, which only composites have.
    Total,
}

impl Field {
    /// All five fields, in the order of every output.
    pub const ALL: [Self; 5] =
        [Self::Connect, Self::TimeToFirstToken, Self::Idle, Self::Request, Self::Total];

    /// The four fields that bound one attempt. Leaves, composites and the defaults may set them.
    pub const ATTEMPT: [Self; 4] = [Self::Connect, Self::TimeToFirstToken, Self::Idle, Self::Request];

    /// The key of the field as it is written in an `http` block and in JSON.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Connect => "connect_timeout_ms",
            Self::TimeToFirstToken => "time_to_first_token_timeout_ms",
            Self::Idle => "idle_timeout_ms",
            Self::Request => "request_timeout_ms",
            Self::Total => "total_timeout_ms",
        }
    }

    /// The field with this key, or `None` where no field has it. The case matters.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// A short label for tables and messages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::TimeToFirstToken => "first token",
            Self::Idle => "idle",
            Self::Request => "request",
            Self::Total => "total",
        }
    }

    /// One sentence about what the limit bounds.
    pub const fn documentation(self) -> &'static str {
        match self {
            Self::Connect => {
                "The longest time to establish the connection: DNS, TCP and TLS. In milliseconds."
            }
            Self::TimeToFirstToken => {
                "The longest time from the start of an attempt to the first event with content. \
                 Streaming calls only. In milliseconds."
            }
            Self::Idle => {
                "The longest time between consecutive events after the first. Streaming calls only. \
                 In milliseconds."
            }
            Self::Request => {
                "The longest time of one attempt, from its start, connecting included, to the last byte. \
                 In milliseconds."
            }
            Self::Total => {
                "The longest time of a whole call through this composite: every member, retry and delay. \
                 In milliseconds."
            }
        }
    }

    /// Whether the field bounds one attempt, which is so for all but the total.
    pub const fn is_attempt(self) -> bool {
        !matches!(self, Self::Total)
    }
}

/// At most one value for each field. It is written as an object whose keys are those of the fields that
/// have a value, in the order of [`Field::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ByField<T> {
    /// For the time to establish the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_timeout_ms: Option<T>,
    /// For the time to the first event with content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_to_first_token_timeout_ms: Option<T>,
    /// For the time between consecutive events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout_ms: Option<T>,
    /// For the time of one attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_timeout_ms: Option<T>,
    /// For the time of a whole call through a composite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_timeout_ms: Option<T>,
}

impl<T> Default for ByField<T> {
    fn default() -> Self {
        Self::NONE
    }
}

impl ByField<u64> {
    /// Sets a limit in milliseconds to a time, rounded up.
    #[must_use]
    pub fn with(mut self, field: Field, time: core::time::Duration) -> Self {
        let ms = u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        self.set(field, ms);
        self
    }
}

impl<T> ByField<T> {
    /// No value for any field.
    pub const NONE: Self = Self {
        connect_timeout_ms: None,
        time_to_first_token_timeout_ms: None,
        idle_timeout_ms: None,
        request_timeout_ms: None,
        total_timeout_ms: None,
    };

    /// Makes a table by asking for the value of each field in turn.
    pub fn from_fn(mut value: impl FnMut(Field) -> Option<T>) -> Self {
        Self {
            connect_timeout_ms: value(Field::Connect),
            time_to_first_token_timeout_ms: value(Field::TimeToFirstToken),
            idle_timeout_ms: value(Field::Idle),
            request_timeout_ms: value(Field::Request),
            total_timeout_ms: value(Field::Total),
        }
    }

    /// The value of a field, or `None` where it has none.
    pub const fn get(&self, field: Field) -> Option<&T> {
        match field {
            Field::Connect => self.connect_timeout_ms.as_ref(),
            Field::TimeToFirstToken => self.time_to_first_token_timeout_ms.as_ref(),
            Field::Idle => self.idle_timeout_ms.as_ref(),
            Field::Request => self.request_timeout_ms.as_ref(),
            Field::Total => self.total_timeout_ms.as_ref(),
        }
    }

    /// The place of a field's value, to be changed.
    pub const fn slot(&mut self, field: Field) -> &mut Option<T> {
        match field {
            Field::Connect => &mut self.connect_timeout_ms,
            Field::TimeToFirstToken => &mut self.time_to_first_token_timeout_ms,
            Field::Idle => &mut self.idle_timeout_ms,
            Field::Request => &mut self.request_timeout_ms,
            Field::Total => &mut self.total_timeout_ms,
        }
    }

    /// Sets the value of a field, and replaces any that it had.
    pub fn set(&mut self, field: Field, value: T) {
        *self.slot(field) = Some(value);
    }

    /// Goes through the fields that have a value, in the order of [`Field::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Field, &T)> {
        Field::ALL.into_iter().filter_map(|field| self.get(field).map(|value| (field, value)))
    }

    /// Makes a table with a new value for each field that has one.
    pub fn map<U>(&self, mut change: impl FnMut(Field, &T) -> U) -> ByField<U> {
        ByField::from_fn(|field| self.get(field).map(|value| change(field, value)))
    }

    /// Whether no field has a value.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_back_to_their_fields() {
        for field in Field::ALL {
            assert_eq!(Field::from_key(field.key()), Some(field));
        }
        assert_eq!(Field::from_key("Request_Timeout_MS"), None);
        assert_eq!(Field::ATTEMPT, Field::ALL[..4]);
        assert!(Field::ATTEMPT.into_iter().all(Field::is_attempt));
        assert!(!Field::Total.is_attempt());
    }

    #[test]
    fn records_name_a_limit_by_its_key() {
        for field in Field::ALL {
            let named = crate::record::TimeoutType(field);
            assert_eq!(named.to_string(), field.key());
            let written = format!("\"{}\"", field.key());
            assert_eq!(serde_json::to_string(&named).unwrap(), written);
            assert_eq!(serde_json::from_str::<crate::record::TimeoutType>(&written).unwrap().0, field);
        }
        assert!(serde_json::from_str::<crate::record::TimeoutType>("\"total\"").is_err());
    }

    #[test]
    fn a_time_is_rounded_up_to_milliseconds() {
        let with =
            |nanos| ByField::NONE.with(Field::Idle, core::time::Duration::from_nanos(nanos)).idle_timeout_ms;
        assert_eq!([0, 1, 999_999, 1_000_000, 1_000_001].map(with), [0, 1, 1, 1, 2].map(Some));
    }

    #[test]
    fn a_table_is_written_in_the_order_of_the_fields() {
        let mut table = ByField::NONE;
        for field in Field::ALL.into_iter().rev() {
            table.set(field, field.label());
        }
        let written = serde_json::to_string(&table).unwrap();
        assert_eq!(
            written,
            "{\"connect_timeout_ms\":\"connect\",\"time_to_first_token_timeout_ms\":\"first token\",\
             \"idle_timeout_ms\":\"idle\",\"request_timeout_ms\":\"request\",\"total_timeout_ms\":\"total\"}"
        );
        assert_eq!(serde_json::to_string(&ByField::<u64>::NONE).unwrap(), "{}");
    }
}
