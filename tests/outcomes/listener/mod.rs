//! A listener that sends prepared bytes and records requests, for responses that no real server can be made to send.

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
    /// Sends the next response to each request. An empty or missing response closes the connection instead.
    pub async fn responding_with(responses: impl IntoIterator<Item = String>) -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let responses: Vec<String> = responses.into_iter().collect();
        let responses = Arc::new(Mutex::new(responses.into_iter()));
        let (arrivals, peers) = watch::channel(Vec::new());
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut stream, peer)) = socket.accept().await {
                arrivals.send_modify(|peers| peers.push(peer));
                let (kept, responses) = (Arc::clone(&kept), Arc::clone(&responses));
                let next = move |request: String| {
                    kept.lock().unwrap().push((peer, request));
                    responses.lock().unwrap().next().unwrap_or_default()
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
                        let response = next(String::from_utf8_lossy(&request).into_owned());
                        if response.is_empty() || stream.write_all(response.as_bytes()).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
        Self { base_url: format!("http://{address}"), address, requests, peers }
    }

    pub async fn silent() -> Self {
        Self::responding_with([]).await
    }

    /// A default client. The outcomes make theirs with `World`.
    #[allow(dead_code)]
    pub fn client(&self) -> Client {
        Client::builder(&self.base_url).build().unwrap()
    }

    /// The requests so far, each with the address of its connection.
    pub fn requests(&self) -> Vec<(SocketAddr, String)> {
        self.requests.lock().unwrap().clone()
    }

    /// The number of connections so far.
    ///
    /// A connection of its own makes sure that all earlier ones are counted: connections are accepted in order.
    pub async fn connections(&self) -> usize {
        let own = TcpStream::connect(self.address).await.unwrap();
        let own = own.local_addr().unwrap();
        let mut peers = self.peers.clone();
        let seen = peers.wait_for(|peers| peers.contains(&own)).await.unwrap();
        seen.iter().take_while(|peer| **peer != own).count()
    }
}

/// A response that leaves the connection open.
pub fn response(status: &str, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

pub fn json(status: &str, body: &str) -> String {
    response(status, &["content-type: application/json"], body)
}
