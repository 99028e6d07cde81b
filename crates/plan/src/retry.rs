//! Retry policies and their delays, computed with exact decimals.

use std::fmt;

use crate::limit::sum_ms;

/// The largest `max_retries`; the smallest is 0.
pub const MAX_RETRIES: u32 = 100;
/// The largest `delay_ms` and `max_delay_ms`, one day in milliseconds; the smallest is 0.
pub const MAX_DELAY_MS: u64 = 86_400_000;
/// The largest `multiplier`; the smallest is [`Multiplier::SMALLEST`].
pub const MAX_MULTIPLIER: u32 = 1000;
/// The most digits after the point of a `multiplier`.
pub const MULTIPLIER_PLACES: usize = 6;
/// The largest `start` of a round-robin; the smallest is 0.
pub const MAX_START: u32 = 2_147_483_647;
/// The `delay_ms` of a strategy that sets none.
pub const DEFAULT_DELAY_MS: u64 = 200;
/// The `max_delay_ms` of an exponential backoff that sets none.
pub const DEFAULT_MAX_DELAY_MS: u64 = 10_000;

const MILLION: u32 = 1_000_000;

/// Whether an answer with this status may be another one the next time: 408, 409, 429 and 5xx. Such a failure is retried.
#[must_use]
pub const fn is_retried_status(status: u16) -> bool {
    matches!(status, 408 | 409 | 429 | 500..=599)
}

/// How often and after which delays a client is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RetryPolicy {
    /// The name of the policy.
    pub name: Box<str>,
    /// The number of further attempts after the first, up to [`MAX_RETRIES`].
    pub max_retries: u32,
    /// How the delays grow.
    pub strategy: RetryStrategy,
    /// Whether a delay is drawn evenly from 0 up to its planned length. Growth and sums use the planned length.
    pub jitter: bool,
}

/// How the delays of a policy grow. All times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetryStrategy {
    /// Every delay is the same.
    ConstantDelay {
        /// The delay, up to [`MAX_DELAY_MS`].
        delay_ms: u64,
    },
    /// Every delay is the one before times the multiplier, cut to whole milliseconds.
    ExponentialBackoff {
        /// The first delay, up to [`MAX_DELAY_MS`].
        delay_ms: u64,
        /// The growth from one delay to the next.
        multiplier: Multiplier,
        /// The longest delay, up to [`MAX_DELAY_MS`].
        max_delay_ms: u64,
    },
}

/// Why a policy is out of its allowed ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There are more retries than allowed.
    #[error("max_retries is {0}, more than {MAX_RETRIES}")]
    MaxRetries(u32),
    /// The delay is longer than a day.
    #[error("delay_ms is {0}, more than {MAX_DELAY_MS}")]
    Delay(u64),
    /// The longest delay is longer than a day.
    #[error("max_delay_ms is {0}, more than {MAX_DELAY_MS}")]
    MaxDelay(u64),
}

impl RetryPolicy {
    /// Goes through the planned delays, one before each retry, in milliseconds.
    pub fn delays(&self) -> Delays {
        Delays { strategy: self.strategy, left: self.max_retries, next_ms: self.strategy.first_delay_ms() }
    }

    /// The sum of all planned delays in milliseconds. It stops at [`crate::MAX_MS`].
    pub fn delay_sum_ms(&self) -> u64 {
        self.delays().fold(0, sum_ms)
    }

    /// Checks the ranges of the numbers. The multiplier is in range by its type.
    pub fn check(&self) -> Result<(), PolicyError> {
        let (delay_ms, max_delay_ms) = match self.strategy {
            RetryStrategy::ConstantDelay { delay_ms } => (delay_ms, 0),
            RetryStrategy::ExponentialBackoff { delay_ms, max_delay_ms, .. } => (delay_ms, max_delay_ms),
        };
        if self.max_retries > MAX_RETRIES {
            return Err(PolicyError::MaxRetries(self.max_retries));
        }
        if delay_ms > MAX_DELAY_MS {
            return Err(PolicyError::Delay(delay_ms));
        }
        if max_delay_ms > MAX_DELAY_MS {
            return Err(PolicyError::MaxDelay(max_delay_ms));
        }
        Ok(())
    }
}

impl Default for RetryStrategy {
    /// The strategy of a policy that names none: a constant delay of 200 ms.
    fn default() -> Self {
        Self::ConstantDelay { delay_ms: DEFAULT_DELAY_MS }
    }
}

impl RetryStrategy {
    /// The word for the strategy in source and in JSON.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::ConstantDelay { .. } => "constant_delay",
            Self::ExponentialBackoff { .. } => "exponential_backoff",
        }
    }

    /// The delay before the first retry, in milliseconds.
    pub fn first_delay_ms(&self) -> u64 {
        match *self {
            Self::ConstantDelay { delay_ms } => delay_ms,
            Self::ExponentialBackoff { delay_ms, max_delay_ms, .. } => delay_ms.min(max_delay_ms),
        }
    }

    /// The delay that follows one of `previous_ms` milliseconds, in milliseconds.
    pub fn next_delay_ms(&self, previous_ms: u64) -> u64 {
        match *self {
            Self::ConstantDelay { delay_ms } => delay_ms,
            Self::ExponentialBackoff { multiplier, max_delay_ms, .. } => {
                multiplier.times(previous_ms).min(max_delay_ms)
            }
        }
    }
}

/// The planned delays of a policy in milliseconds, as [`RetryPolicy::delays`] returns them.
#[derive(Debug, Clone)]
pub struct Delays {
    strategy: RetryStrategy,
    left: u32,
    next_ms: u64,
}

impl Iterator for Delays {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let delay_ms = self.next_ms;
        self.next_ms = self.strategy.next_delay_ms(delay_ms);
        Some(delay_ms)
    }
}

/// An exact decimal above 0 and up to 1000, with at most six digits after the point.
///
/// It is shown as the shortest decimal with its value: `1.50` becomes `1.5`, `2.0` becomes `2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Multiplier {
    millionths: u32,
}

/// Why a text is no [`Multiplier`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MultiplierError {
    /// The text is not made of digits with at most one point among them.
    #[error("the multiplier is not a decimal number")]
    NotADecimal,
    /// There are more than six digits after the point.
    #[error("the multiplier has more than {MULTIPLIER_PLACES} digits after the point")]
    TooManyPlaces,
    /// The value is 0, negative or above 1000.
    #[error("the multiplier is not above 0 and up to {MAX_MULTIPLIER}")]
    OutOfRange,
}

impl Multiplier {
    /// One millionth, the smallest multiplier.
    pub const SMALLEST: Self = Self { millionths: 1 };
    /// Whether delays shrink with it.
    pub const fn is_below_one(self) -> bool {
        self.millionths < MILLION
    }

    /// The multiplier of an exponential backoff that sets none: 1.5.
    pub const DEFAULT: Self = Self { millionths: 1_500_000 };

    /// Reads a multiplier from the spelling of a number. The spelling is digits, or digits, a point and digits,
    /// with an optional minus sign.
    pub fn parse(text: &str) -> Result<Self, MultiplierError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let (whole, places) = match digits.split_once('.') {
            Some((_, "")) => return Err(MultiplierError::NotADecimal),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(places) {
            return Err(MultiplierError::NotADecimal);
        }
        if negative {
            return Err(MultiplierError::OutOfRange);
        }
        if places.len() > MULTIPLIER_PLACES {
            return Err(MultiplierError::TooManyPlaces);
        }
        let whole: u32 = whole.parse().map_err(|_| MultiplierError::OutOfRange)?;
        let millionths: u32 = format!("{places:0<MULTIPLIER_PLACES$}").parse().unwrap_or(0);
        let value = u64::from(whole) * u64::from(MILLION) + u64::from(millionths);
        u32::try_from(value).ok().and_then(Self::from_millionths).ok_or(MultiplierError::OutOfRange)
    }

    /// Makes a multiplier from millionths, or `None` where it would be 0 or above 1000.
    pub fn from_millionths(millionths: u32) -> Option<Self> {
        (1..=MAX_MULTIPLIER * MILLION).contains(&millionths).then_some(Self { millionths })
    }

    /// The value in millionths.
    pub const fn millionths(self) -> u32 {
        self.millionths
    }

    /// Multiplies a number of milliseconds exactly and cuts the product to whole milliseconds.
    pub fn times(self, ms: u64) -> u64 {
        let product = u128::from(ms) * u128::from(self.millionths) / u128::from(MILLION);
        u64::try_from(product).unwrap_or(u64::MAX)
    }
}

impl Default for Multiplier {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for Multiplier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.millionths / MILLION, self.millionths % MILLION);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let places = format!("{rest:06}");
        write!(f, "{whole}.{}", places.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests;
