//! What rules need to know of a project: functions of the input and of earlier facts. Nothing is kept here; the
//! context remembers what several rules ask for.

pub(crate) mod answer_time;
pub(crate) mod asked;
pub(crate) mod conflict;
pub(crate) mod costs;
pub(crate) mod duplicates;
pub(crate) mod endpoint;
pub(crate) mod entries;
pub(crate) mod entry_routes;
pub(crate) mod leaf;
pub(crate) mod limit_faults;
pub(crate) mod losses;
pub(crate) mod models;
pub(crate) mod pooling;
pub(crate) mod reached;
pub(crate) mod readable;
pub(crate) mod route_facts;
pub(crate) mod servers;
pub(crate) mod tables;
pub(crate) mod timeout_story;
pub(crate) mod too_long;
pub(crate) mod visits;
pub(crate) mod without;
