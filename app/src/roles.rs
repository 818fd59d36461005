//! Roles: what people may do, by a name.

mod form;
mod list;
pub mod server;

pub use form::{NewRolePage, RolePage};
pub(crate) use list::PATH;
pub use list::RolesPage;
