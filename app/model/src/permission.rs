//! What may be done, resource by resource.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a role may include, as `resource:action`.
    Permission:
    ReadAnalytics = "analytics:read", "See the dashboard and reports";
}
