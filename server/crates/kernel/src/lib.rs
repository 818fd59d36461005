//! What every context stands on: the database and its tenant transaction, the event writer, clock and ids, tasks, errors.

mod actor;
pub mod audit;
pub mod bulk;
mod clock;
pub mod csv;
pub mod database;
pub mod event;
mod ids;
pub mod installation_log;
pub mod problem;
pub mod seal;
pub mod task;
mod tenant_tx;

pub use actor::Actor;
pub use clock::{Clock, FixedClock, SystemClock};
pub use database::Database;
pub use ids::Ids;
pub use problem::Problem;
pub use tenant_tx::TenantTx;
