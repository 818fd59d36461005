//! `tradepost health`: for a container's manager, which has no HTTP client at hand.

use super::{CommandError, print};
use clap::Args;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long the server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST: &[u8] = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[derive(Debug, Args)]
pub(crate) struct Health {
    /// Where the server listens, when it was told so by a flag and not by the settings.
    #[arg(long)]
    listen: Option<SocketAddr>,
}

impl Health {
    pub(crate) async fn run(self, configured: SocketAddr) -> Result<(), CommandError> {
        ask(reachable(self.listen.unwrap_or(configured))).await
    }
}

async fn ask(address: SocketAddr) -> Result<(), CommandError> {
    let not_ready = |why: String| CommandError::NotReady(address, why);
    let answer = tokio::time::timeout(TIMEOUT, get(address)).await;
    let answer =
        answer.map_err(|_| not_ready("no answer".to_owned()))?.map_err(|error| not_ready(error.to_string()))?;
    let status = answer.lines().next().unwrap_or_default();
    if !status.contains(" 200 ") {
        return Err(not_ready(status.to_owned()));
    }
    print("ready\n");
    Ok(())
}

async fn get(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(REQUEST).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A server that listens everywhere is asked on this machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, listen.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, listen.port()).into(),
        _ => listen,
    }
}
