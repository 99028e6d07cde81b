use proptest::prelude::*;

use super::*;

fn exponential(delay_ms: u64, multiplier: &str, max_delay_ms: u64, max_retries: u32) -> Vec<u64> {
    let multiplier = Multiplier::parse(multiplier).unwrap();
    let strategy = RetryStrategy::ExponentialBackoff { delay_ms, multiplier, max_delay_ms };
    RetryPolicy { name: "P".into(), max_retries, strategy, jitter: false }.delays().collect()
}

#[test]
fn delays_begin_with_the_delay_and_grow_exactly() {
    assert_eq!(exponential(200, "1.5", 10_000, 3), [200, 300, 450]);
    assert_eq!(exponential(100, "1.15", 10_000, 3), [100, 115, 132]);
    assert_eq!(exponential(500, "2", 100, 3), [100, 100, 100]);
    assert_eq!(exponential(400, "0.5", 10_000, 4), [400, 200, 100, 50]);
    assert_eq!(exponential(0, "1000", 10_000, 2), [0, 0]);
    let constant =
        RetryPolicy { name: "P".into(), max_retries: 2, strategy: RetryStrategy::default(), jitter: true };
    assert_eq!(constant.delays().collect::<Vec<_>>(), [200, 200]);
    assert_eq!(constant.delay_sum_ms(), 400);
}

#[test]
fn multipliers_outside_their_range_are_refused() {
    for (text, error) in [
        ("0", MultiplierError::OutOfRange),
        ("0.000000", MultiplierError::OutOfRange),
        ("-1.5", MultiplierError::OutOfRange),
        ("1000.000001", MultiplierError::OutOfRange),
        ("99999999999999999999", MultiplierError::OutOfRange),
        ("1.0000000", MultiplierError::TooManyPlaces),
        ("1e3", MultiplierError::NotADecimal),
        (".5", MultiplierError::NotADecimal),
        ("5.", MultiplierError::NotADecimal),
        ("1.5.5", MultiplierError::NotADecimal),
        ("--1", MultiplierError::NotADecimal),
        ("", MultiplierError::NotADecimal),
    ] {
        assert_eq!(Multiplier::parse(text), Err(error), "{text}");
    }
    assert_eq!(Multiplier::parse("0.000001"), Ok(Multiplier::SMALLEST));
    assert_eq!(Multiplier::parse("1000").map(|value| value.to_string()), Ok("1000".into()));
    assert_eq!(Multiplier::parse("1.50").map(|value| value.to_string()), Ok("1.5".into()));
    assert_eq!(Multiplier::default(), Multiplier::DEFAULT);
}

#[test]
fn policies_outside_their_ranges_are_refused() {
    let policy =
        |max_retries, strategy| RetryPolicy { name: "P".into(), max_retries, strategy, jitter: false };
    let constant = |delay_ms| RetryStrategy::ConstantDelay { delay_ms };
    assert_eq!(policy(100, constant(MAX_DELAY_MS)).check(), Ok(()));
    assert_eq!(policy(101, constant(0)).check(), Err(PolicyError::MaxRetries(101)));
    assert_eq!(policy(0, constant(86_400_001)).check(), Err(PolicyError::Delay(86_400_001)));
    let strategy = RetryStrategy::ExponentialBackoff {
        delay_ms: 0,
        multiplier: Multiplier::DEFAULT,
        max_delay_ms: 86_400_001,
    };
    assert_eq!(policy(0, strategy).check(), Err(PolicyError::MaxDelay(86_400_001)));
}

proptest! {
    #[test]
    fn what_is_shown_is_read_again(millionths in 1u32..=1_000_000_000) {
        let multiplier = Multiplier::from_millionths(millionths).unwrap();
        prop_assert_eq!(Multiplier::parse(&multiplier.to_string()), Ok(multiplier));
    }

    #[test]
    fn any_text_is_judged(text in "\\PC*") {
        let _ = Multiplier::parse(&text);
    }

    #[test]
    fn any_product_is_bounded(ms in any::<u64>(), millionths in 1u32..=1_000_000_000) {
        let multiplier = Multiplier::from_millionths(millionths).unwrap();
        let exact = u128::from(ms) * u128::from(millionths) / 1_000_000;
        prop_assert_eq!(u128::from(multiplier.times(ms)), exact.min(u128::from(u64::MAX)));
    }
}
