//! A raw HTTP/1.1 listener. Each connection follows a script of steps, byte by byte if necessary, and requests are
//! recorded.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::request;

/// A step of the listener on a connection.
#[derive(Clone, Debug)]
pub enum Step {
    /// Reads one request to its end, and records it.
    Read,
    /// Reads only the first byte of the request.
    ReadOne,
    /// Sends these bytes at once.
    Send(Vec<u8>),
    /// Sends these bytes one by one, with a pause after each.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes repeatedly until the client closes.
    Forever(Vec<u8>),
    /// Waits.
    Pause(Duration),
    /// Closes the connection with a reset (RST).
    Reset,
    /// Closes the sending side (FIN), and waits until the client closes.
    HalfClose,
    /// Sends nothing, and waits until the client closes.
    Stall,
}

/// A listener on a free port of this machine. It runs until the runtime of the test ends.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    base_url: String,
    log: Arc<Mutex<Log>>,
}

#[derive(Debug, Default)]
struct Log {
    connections: usize,
    requests: Vec<String>,
}

impl Listener {
    /// Follows these steps on each connection.
    ///
    /// After the last step the listener closes its side, and waits until the client closes.
    pub async fn scripted(steps: impl Into<Vec<Step>>) -> Self {
        let steps: Arc<[Step]> = steps.into().into();
        Self::serve(move |connection, _, log| follow(connection, Arc::clone(&steps), log)).await
    }

    /// Follows these steps on the first connection, and sends a good response on all others.
    pub async fn scripted_once(steps: impl Into<Vec<Step>>, good: impl Into<Vec<u8>>) -> Self {
        let steps: Arc<[Step]> = steps.into().into();
        let good: Arc<[Step]> = [Step::Read, Step::Send(good.into())].into();
        Self::serve(move |connection, number, log| {
            let steps = if number == 0 { &steps } else { &good };
            follow(connection, Arc::clone(steps), log)
        })
        .await
    }

    /// Sends these bytes as the response to each request, and closes the connection.
    pub async fn respond(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::respond_with(move |_| bytes.clone()).await
    }

    /// Sends the bytes that `respond` returns for a request, and closes the connection.
    pub async fn respond_with(respond: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let respond = Arc::new(respond);
        Self::serve(move |mut connection, _, log| {
            let respond = Arc::clone(&respond);
            async move {
                if let Some(request) = record(&mut connection, &log).await {
                    follow(connection, [Step::Send(respond(&request))].into(), log).await;
                }
            }
        })
        .await
    }

    /// Sends these responses in order, one for each request. Closes all further connections without a response.
    pub async fn respond_in_turn<B: Into<Vec<u8>>>(responses: impl IntoIterator<Item = B>) -> Self {
        let responses: Vec<Vec<u8>> = responses.into_iter().map(Into::into).collect();
        let responses = Mutex::new(responses.into_iter());
        Self::respond_with(move |_| responses.lock().unwrap().next().unwrap_or_default()).await
    }

    /// Passes each connection to `handle`, for protocols other than plain HTTP/1.1. Records no requests.
    pub async fn raw<F>(handle: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::serve(move |connection, _, _| handle(connection)).await
    }

    /// Accepts connections; `serve` receives each with its number, from 0.
    async fn serve<F>(serve: impl Fn(TcpStream, usize, Arc<Mutex<Log>>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let socket = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Log::default()));
        let kept = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok((connection, _)) = socket.accept().await {
                let number = {
                    let mut log = kept.lock().unwrap();
                    log.connections += 1;
                    log.connections - 1
                };
                tokio::spawn(serve(connection, number, Arc::clone(&kept)));
            }
        });
        Self { address, base_url: format!("http://{address}"), log }
    }

    /// The address of the listener.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://` and the address, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The number of accepted connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.log.lock().unwrap().connections
    }

    /// The requests so far. A connection without a request counts as an empty one.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.log.lock().unwrap().requests.clone()
    }

    /// The only request so far.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one.
    #[must_use]
    pub fn request(&self) -> String {
        let [request] = <[String; 1]>::try_from(self.requests()).unwrap();
        request
    }

    /// The request targets: path and query.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        let target = |request: &String| request.split(' ').nth(1).unwrap_or_default().to_owned();
        self.requests().iter().map(target).collect()
    }

    /// The requests since the last call of this method.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().unwrap().requests)
    }
}

/// A complete response that closes the connection. Each of `headers` ends with `\r\n`.
#[must_use]
pub fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// An endless response: this head, and then chunks of white space while the client reads.
#[must_use]
pub fn endless(head: &str) -> Vec<Step> {
    let chunk = [b"1000\r\n".as_slice(), &[b' '; 0x1000], b"\r\n"].concat();
    vec![Step::Read, Step::Send(head.into()), Step::Forever(chunk)]
}

/// Reads a request and records it before the response, so that a client with a response finds its request here.
///
/// Returns `None` if the request is incomplete.
async fn record(connection: &mut TcpStream, log: &Mutex<Log>) -> Option<String> {
    let request = request::read(connection).await;
    let text = String::from_utf8_lossy(&request).into_owned();
    log.lock().unwrap().requests.push(text.clone());
    request::is_complete(&request).then_some(text)
}

async fn follow(mut connection: TcpStream, steps: Arc<[Step]>, log: Arc<Mutex<Log>>) {
    for step in steps.iter() {
        // The client may close at any time.
        let done = match step {
            Step::Read => {
                record(&mut connection, &log).await;
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
            Step::Pause(pause) => {
                tokio::time::sleep(*pause).await;
                Ok(())
            }
            Step::Reset => {
                let _ = connection.set_zero_linger();
                return;
            }
            Step::HalfClose => break,
            Step::Stall => {
                closed(&mut connection).await;
                return;
            }
        };
        if done.is_err() {
            return;
        }
    }
    let _ = connection.shutdown().await;
    closed(&mut connection).await;
}

async fn drip(connection: &mut TcpStream, bytes: &[u8], pause: Duration) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    for byte in bytes {
        connection.write_all(std::slice::from_ref(byte)).await?;
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

/// Waits until the client closes. An earlier close could reset the connection before the client has read everything.
async fn closed(connection: &mut TcpStream) {
    while matches!(connection.read(&mut [0; 4096]).await, Ok(1..)) {}
}
