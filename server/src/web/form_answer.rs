//! What a form without scripts is answered stands in the address of the page that follows (`__path`, `__err`, as Leptos has it). Anybody
//! could write such an address, and have our page say their words: so it is sealed, and what isn't ours is left out.

use super::WebState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, Method, Uri, header};
use kernel::seal::SealingKey;
use sha2::{Digest, Sha256};

const ERROR: &str = "__err";
const PATH: &str = "__path";
const SEAL: &str = "__seal";
const SEALED_AS: &str = "the answer to a form";

/// Leads pages with an answer that isn't ours to themselves without it, and seals those that are.
pub(super) async fn guard(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let key = &state.app.sealing;
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
    if is_page && let Some(clean) = without_foreign_answer(key, request.uri()) {
        return Redirect::to(&clean).into_response();
    }
    let mut response = next.run(request).await;
    let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
    if let Some(sealed) = location.and_then(|location| sealed(key, location))
        && let Ok(sealed) = HeaderValue::from_str(&sealed)
    {
        response.headers_mut().insert(header::LOCATION, sealed);
    }
    response
}

/// The parts of a query, of which the last of a name counts.
fn last<'q>(parts: &[(&'q str, &'q str)], name: &str) -> Option<&'q str> {
    parts.iter().rfind(|(key, _)| *key == name).map(|(_, value)| *value)
}

fn parts(query: &str) -> Vec<(&str, &str)> {
    query.split('&').filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, ""))).collect()
}

/// What the page itself was asked for, without the answers to forms.
fn own<'q>(parts: &[(&'q str, &'q str)]) -> String {
    let own = parts.iter().filter(|(name, _)| ![ERROR, PATH, SEAL].contains(name));
    own.map(|(name, value)| if value.is_empty() { (*name).to_owned() } else { format!("{name}={value}") })
        .collect::<Vec<_>>()
        .join("&")
}

fn address(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn digest(path: &str, error: &str) -> Vec<u8> {
    Sha256::new().chain_update(path).chain_update([0]).chain_update(error).finalize().to_vec()
}

/// `None` when there is nothing to leave out.
fn without_foreign_answer(key: &SealingKey, uri: &Uri) -> Option<String> {
    let parts = parts(uri.query()?);
    if last(&parts, ERROR).is_none() && last(&parts, PATH).is_none() {
        return None;
    }
    let count = |name: &str| parts.iter().filter(|(key, _)| *key == name).count();
    let answer = (last(&parts, PATH), last(&parts, ERROR), last(&parts, SEAL).and_then(|seal| hex::decode(seal).ok()));
    let is_ours = match answer {
        (Some(path), Some(error), Some(seal)) if count(ERROR) == 1 && count(PATH) == 1 => {
            key.open(SEALED_AS, &seal).is_ok_and(|sealed| sealed == digest(path, error))
        }
        _ => false,
    };
    (!is_ours).then(|| address(uri.path(), &own(&parts)))
}

/// The address with one answer, sealed: those of attempts before are left out, or it would grow with each. `None` where there is no answer.
fn sealed(key: &SealingKey, location: &str) -> Option<String> {
    let (path, query) = location.split_once('?')?;
    let parts = parts(query);
    let (form, error) = (last(&parts, PATH)?, last(&parts, ERROR)?);
    let seal = hex::encode(key.seal(SEALED_AS, &digest(form, error)).ok()?);
    let own = own(&parts);
    let separator = if own.is_empty() { "" } else { "&" };
    Some(format!("{path}?{own}{separator}{PATH}={form}&{ERROR}={error}&{SEAL}={seal}"))
}

#[cfg(test)]
mod tests {
    use super::{sealed, without_foreign_answer};
    use kernel::seal::{SEALING_KEY_BYTES, SealingKey};

    #[test]
    fn an_answer_is_shown_that_is_ours_and_no_other() {
        let key = SealingKey::new(&[7; SEALING_KEY_BYTES]).unwrap();
        let left_out = |address: &str| without_foreign_answer(&key, &address.parse().unwrap());
        let ours =
            sealed(&key, "/register?a=1&__path=%2Fold&__err=b2xk&__seal=00&__path=%2Fapi%2Fx&__err=bmV3").unwrap();
        assert!(ours.starts_with("/register?a=1&__path=%2Fapi%2Fx&__err=bmV3&__seal="), "{ours}");
        assert_eq!(ours.matches("__err").count(), 1, "it doesn't grow");
        assert_eq!(left_out(&ours), None);
        assert_eq!(left_out(&ours.replace("bmV3", "ZXZpbA")), Some("/register?a=1".to_owned()));
        assert_eq!(left_out(&format!("{ours}&__err=ZXZpbA")), Some("/register?a=1".to_owned()));
        assert_eq!(left_out("/register?__path=%2Fapi%2Fx&__err=ZXZpbA"), Some("/register".to_owned()));
        assert_eq!(
            left_out("/register?sent&__path=x&__err=y&__seal=\u{e9}".replace('\u{e9}', "zz").as_str()),
            Some("/register?sent".to_owned())
        );
        let other = SealingKey::new(&[8; SEALING_KEY_BYTES]).unwrap();
        assert!(without_foreign_answer(&other, &ours.parse().unwrap()).is_some());
        assert_eq!(left_out("/?period=year"), None);
        assert_eq!(sealed(&key, "/staff"), None);
    }
}
