//! Which rows the page shows, as its address says it.

use model::audit::{Action, AuditQuery};

/// The address of a page that shows this.
pub(super) fn address(path: &str, query: &AuditQuery) -> String {
    let pairs = [
        ("actor", query.actor.map(|id| id.to_string())),
        ("action", query.action.map(|action| Action::word(action).to_owned())),
        ("from", query.from.map(|day| day.to_string())),
        ("to", query.to.map(|day| day.to_string())),
        ("before", query.before.map(|id| id.to_string())),
    ];
    let pairs: Vec<_> =
        pairs.into_iter().filter_map(|(key, value)| value.map(|value| format!("{key}={value}"))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::address;
    use model::audit::{Action, AuditQuery};

    #[test]
    fn an_address_reads_back_as_what_it_was_made_from() {
        let pairs = [("action", "user.logged_in"), ("from", "2026-03-01"), ("to", "")];
        let parameter = |key: &str| pairs.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
        let (query, problem) = AuditQuery::read(parameter);
        assert_eq!((query.action, query.to, problem), (Some(Action::LoggedIn), None, None));
        assert_eq!(address("/audit", &query), "/audit?action=user.logged_in&from=2026-03-01");
        assert_eq!(address("/audit", &AuditQuery::default()), "/audit");
    }
}
