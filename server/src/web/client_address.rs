//! Where a request comes from: the other end of the connection, or what proxies say that are trusted by setting.

use super::WebState;
use app::context::ClientAddress;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of the connection; put into every request by whoever accepted it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Tells everything that follows where the request comes from.
pub(super) async fn find(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    if let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() {
        let address = client(peer.to_canonical(), request.headers(), &state.public.trusted_proxies);
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

/// Each proxy adds whom it heard from at the end of the list. So it is read from there, and only for as long as who said it is
/// trusted: what a client wrote into it itself stands further in front.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let lists = headers.get_all(FORWARDED_FOR).into_iter();
    // A client may have written anything into its part, which must not spoil the part of the proxy.
    let parts = lists.flat_map(|list| list.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let mut told: Vec<&[u8]> = parts.filter(|part| !part.is_empty()).collect();
    let mut address = peer;
    while is_trusted(&address) {
        let Some(before) = told.pop().and_then(parse) else { break };
        address = before.to_canonical();
    }
    address
}

/// An address, perhaps with the port that some proxies write.
fn parse(part: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(part).ok()?;
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::client;
    use http::HeaderMap;
    use ipnet::IpNet;

    fn seen(peer: &str, told: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for list in told {
            headers.append("x-forwarded-for", list.parse().unwrap());
        }
        let trusted: [IpNet; 1] = ["10.0.0.0/8".parse().unwrap()];
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9", "anybody can write a header");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 198.51.100.1", "10.0.0.2"]), "198.51.100.1", "through two of them");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, nonsense"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1:5555, "]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::7]:443"]), "2001:db8::7");
    }

    #[test]
    fn what_a_client_writes_does_not_spoil_what_the_proxy_adds() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", http::HeaderValue::from_bytes(b"\xe9, 198.51.100.7").unwrap());
        let trusted: [IpNet; 1] = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(client("10.0.0.1".parse().unwrap(), &headers, &trusted).to_string(), "198.51.100.7");
    }
}
