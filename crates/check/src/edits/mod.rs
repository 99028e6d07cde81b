//! Edits that keep comments and layout, and the places that they need.

pub(crate) mod fix_limits;
pub(crate) mod http_block;
pub(crate) mod moves;
pub(crate) mod option_limits;
pub(crate) mod policy_places;
pub(crate) mod removal;
pub(crate) mod wrap;
