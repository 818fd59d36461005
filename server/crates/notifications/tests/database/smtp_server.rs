//! A mail server (RFC 5321) that keeps what it is given, or answers as it is told.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One that listens on a port of its own for as long as the test runs.
#[derive(Clone)]
pub(crate) struct SmtpServer {
    pub(crate) url: String,
    /// What came in, as it came over the line.
    taken: Arc<Mutex<Vec<String>>>,
    /// What every message is answered with, when not with yes.
    refusal: Arc<Mutex<Option<&'static str>>>,
}

impl SmtpServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let server = Self { url, taken: Arc::default(), refusal: Arc::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().talk(stream));
            }
        });
        server
    }

    pub(crate) fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    pub(crate) fn answer(&self, refusal: Option<&'static str>) {
        *self.refusal.lock().unwrap() = refusal;
    }

    async fn talk(self, stream: TcpStream) -> Option<()> {
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        let mut say = async |line: &str| writing.write_all(format!("{line}\r\n").as_bytes()).await.ok();
        say("220 test ready").await?;
        while let Some(line) = lines.next_line().await.ok()? {
            match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
                "EHLO" => say("250 test").await?,
                "DATA" => {
                    say("354 go on").await?;
                    let mut message = String::new();
                    while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                        message.push_str(&line);
                        message.push('\n');
                    }
                    let refusal = *self.refusal.lock().unwrap();
                    if refusal.is_none() {
                        self.taken.lock().unwrap().push(message);
                    }
                    say(refusal.unwrap_or("250 taken")).await?;
                }
                "QUIT" => return say("221 bye").await,
                _ => say("250 yes").await?,
            }
        }
        Some(())
    }
}
