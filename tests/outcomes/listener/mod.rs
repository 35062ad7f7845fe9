//! A bare listener that answers with prepared bytes, and counts what arrives: for what no real server can be made to do.

mod http2;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use ory_oidc::Client;
use test_support::request;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Listener {
    pub base_url: String,
    address: SocketAddr,
    requests: Arc<Mutex<Vec<(SocketAddr, String)>>>,
    peers: watch::Receiver<Vec<SocketAddr>>,
}

impl Listener {
    /// Gives each request the next of the answers. An empty one, or none, closes the connection instead.
    pub async fn answering(answers: impl IntoIterator<Item = String>) -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let answers: Vec<String> = answers.into_iter().collect();
        let answers = Arc::new(Mutex::new(answers.into_iter()));
        let (arrivals, peers) = watch::channel(Vec::new());
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut stream, peer)) = socket.accept().await {
                arrivals.send_modify(|peers| peers.push(peer));
                let (kept, answers) = (Arc::clone(&kept), Arc::clone(&answers));
                let next = move |request: String| {
                    kept.lock().unwrap().push((peer, request));
                    answers.lock().unwrap().next().unwrap_or_default()
                };
                tokio::spawn(async move {
                    if http2::is_spoken(&stream).await {
                        return http2::serve(stream, next).await;
                    }
                    loop {
                        let request = request::read(&mut stream).await;
                        if !request::is_complete(&request) {
                            break;
                        }
                        let answer = next(String::from_utf8_lossy(&request).into_owned());
                        if answer.is_empty() || stream.write_all(answer.as_bytes()).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
        Self { base_url: format!("http://{address}"), address, requests, peers }
    }

    pub async fn silent() -> Self {
        Self::answering([]).await
    }

    /// The default one; the outcomes make theirs by `World`.
    #[allow(dead_code)]
    pub fn client(&self) -> Client {
        Client::builder(&self.base_url).build().unwrap()
    }

    /// The requests that have come in, each with the connection that it came by.
    pub fn requests(&self) -> Vec<(SocketAddr, String)> {
        self.requests.lock().unwrap().clone()
    }

    /// How many connections have come in.
    ///
    /// They are accepted in the order in which they were made: when one of our own is there, all earlier ones are.
    pub async fn connections(&self) -> usize {
        let own = TcpStream::connect(self.address).await.unwrap();
        let own = own.local_addr().unwrap();
        let mut peers = self.peers.clone();
        let seen = peers.wait_for(|peers| peers.contains(&own)).await.unwrap();
        seen.iter().take_while(|peer| **peer != own).count()
    }
}

/// An answer that leaves the connection open.
pub fn answer(status: &str, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

pub fn json(status: &str, body: &str) -> String {
    answer(status, &["content-type: application/json"], body)
}
