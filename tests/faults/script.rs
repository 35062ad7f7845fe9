//! A server that does on its first connection what a script says, and answers well on all others.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use test_support::request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One thing that the server does.
#[derive(Clone)]
pub(crate) enum Step {
    /// Reads the request to its end.
    Read,
    /// Reads no further than the first byte of the request.
    ReadOne,
    /// Sends all of it at once.
    Send(Vec<u8>),
    /// Sends it byte by byte, with a pause behind each.
    Drip(Vec<u8>, Duration),
    /// Sends it again and again, until the client goes.
    Forever(Vec<u8>),
    /// Breaks the connection off, so that the other side is told so (RST).
    Reset,
    /// Says that nothing more will come (FIN), but goes on listening until the client goes.
    HalfClose,
    /// Does nothing until the client goes.
    Stall,
}

pub(crate) struct Server {
    pub(crate) base_url: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(steps: Vec<Step>, good: Vec<u8>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", socket.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (counter, kept) = (Arc::clone(&connections), Arc::clone(&requests));
        tokio::spawn(async move {
            let (steps, good) = (Arc::new(steps), Arc::new(vec![Step::Read, Step::Send(good)]));
            while let Ok((connection, _)) = socket.accept().await {
                let first = counter.fetch_add(1, Ordering::SeqCst) == 0;
                let steps = if first { Arc::clone(&steps) } else { Arc::clone(&good) };
                let kept = Arc::clone(&kept);
                tokio::spawn(async move { follow(connection, &steps, &kept).await });
            }
        });
        Self { base_url, connections, requests }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The requests that were read whole.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn follow(mut connection: TcpStream, steps: &[Step], requests: &Mutex<Vec<String>>) {
    for step in steps {
        // The client may go at any time; that is its business.
        let done = match step {
            Step::Read => {
                let request = request::read(&mut connection).await;
                requests.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
                Ok(())
            }
            Step::ReadOne => connection.read(&mut [0]).await.map(drop),
            Step::Send(bytes) => connection.write_all(bytes).await,
            Step::Drip(bytes, pause) => drip(&mut connection, bytes, *pause).await,
            Step::Forever(bytes) => loop {
                if let Err(error) = connection.write_all(bytes).await {
                    break Err(error);
                }
            },
            Step::Reset => {
                let _ = connection.set_zero_linger();
                return;
            }
            Step::HalfClose => {
                let _ = connection.shutdown().await;
                gone(&mut connection).await;
                return;
            }
            Step::Stall => {
                gone(&mut connection).await;
                return;
            }
        };
        if done.is_err() {
            return;
        }
    }
    let _ = connection.shutdown().await;
    gone(&mut connection).await;
}

async fn drip(connection: &mut TcpStream, bytes: &[u8], pause: Duration) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    for byte in bytes {
        connection.write_all(std::slice::from_ref(byte)).await?;
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

/// Waits until the client closes, so that the connection is not reset under what was sent.
async fn gone(connection: &mut TcpStream) {
    while matches!(connection.read(&mut [0; 4096]).await, Ok(1..)) {}
}
