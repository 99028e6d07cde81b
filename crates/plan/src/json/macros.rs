//! JSON written in Rust.

/// Makes a [`json::Value`](crate::json::Value) out of JSON in which expressions may stand for values and for keys.
///
/// ```
/// use clientc_plan::json::json;
///
/// let limit = 5;
/// let value = json!({"model": "m", "stop": ["a", null], "max_tokens": limit + 1});
/// assert_eq!(value.to_string(), r#"{"model":"m","stop":["a",null],"max_tokens":6}"#);
/// ```
#[macro_export]
macro_rules! json {
    (null) => { $crate::json::Value::Null };
    ([$($items:tt)*]) => {{
        #[allow(unused_mut, reason = "an array may be empty")]
        let mut items: Vec<$crate::json::Value> = Vec::new();
        $crate::json!(@items items $($items)*);
        $crate::json::Value::Array(items)
    }};
    ({$($entries:tt)*}) => {{
        #[allow(unused_mut, reason = "an object may be empty")]
        let mut map: $crate::json::Map<String, $crate::json::Value> = $crate::json::Map::new();
        $crate::json!(@entries map $($entries)*);
        $crate::json::Value::Object(map)
    }};
    (@items $items:ident) => {};
    (@items $items:ident null $(, $($rest:tt)*)?) => { $crate::json!(@item $items (null) $($($rest)*)?) };
    (@items $items:ident [$($value:tt)*] $(, $($rest:tt)*)?) => {
        $crate::json!(@item $items ([$($value)*]) $($($rest)*)?)
    };
    (@items $items:ident {$($value:tt)*} $(, $($rest:tt)*)?) => {
        $crate::json!(@item $items ({$($value)*}) $($($rest)*)?)
    };
    (@items $items:ident $value:expr $(, $($rest:tt)*)?) => {
        $crate::json!(@item $items ($value) $($($rest)*)?)
    };
    (@item $items:ident ($($value:tt)*) $($rest:tt)*) => {
        $items.push($crate::json!($($value)*));
        $crate::json!(@items $items $($rest)*);
    };
    (@entries $map:ident) => {};
    (@entries $map:ident $key:tt: null $(, $($rest:tt)*)?) => {
        $crate::json!(@entry $map $key (null) $($($rest)*)?)
    };
    (@entries $map:ident $key:tt: [$($value:tt)*] $(, $($rest:tt)*)?) => {
        $crate::json!(@entry $map $key ([$($value)*]) $($($rest)*)?)
    };
    (@entries $map:ident $key:tt: {$($value:tt)*} $(, $($rest:tt)*)?) => {
        $crate::json!(@entry $map $key ({$($value)*}) $($($rest)*)?)
    };
    (@entries $map:ident $key:tt: $value:expr $(, $($rest:tt)*)?) => {
        $crate::json!(@entry $map $key ($value) $($($rest)*)?)
    };
    (@entry $map:ident $key:tt ($($value:tt)*) $($rest:tt)*) => {
        $map.insert(String::from($key), $crate::json!($($value)*));
        $crate::json!(@entries $map $($rest)*);
    };
    // A value is cloned, so a borrowed one can be written as it is.
    ($value:expr) => { $crate::json::Value::from(Clone::clone(&$value)) };
}
