//! What a server can do to a call only over HTTP/2, by frames that are written by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ory_oidc::{Client, ClientMetadata, ErrorKind, RegistrationHandle};
use test_support::Listener;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];

/// Reads each request to its end, counts it, and then refuses it as not processed (RFC 9113, section 8.7).
async fn deny(mut stream: TcpStream, requests: Arc<AtomicUsize>) -> std::io::Result<()> {
    stream.read_exact(&mut [0; "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len()]).await?;
    stream.write_all(&[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0]).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, id @ ..] = head;
        let length = u32::from_be_bytes([0, a, b, c]).try_into().unwrap();
        stream.read_exact(&mut vec![0; length]).await?;
        // Data and headers are the only frames that end a stream.
        if kind <= HEADERS && flags & END_STREAM != 0 {
            requests.fetch_add(1, Ordering::SeqCst);
            stream.write_all(&[&[0, 0, 4, RST_STREAM, 0][..], &id, &REFUSED_STREAM].concat()).await?;
        }
    }
}

async fn replace(http: reqwest::ClientBuilder) -> usize {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let server = Listener::raw(move |stream| {
        let denied = deny(stream, Arc::clone(&counted));
        // It ends with an error when the client closes the connection.
        async { drop(denied.await) }
    })
    .await;
    let http = http.http2_prior_knowledge().build().unwrap();
    let ory = Client::builder(server.base_url()).http_client(http).build().unwrap();
    let mut handle = RegistrationHandle::new("c", "token");
    let error = ory.replace_client(&mut handle, ClientMetadata::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Transport, false), "{error}");
    assert_eq!(handle, RegistrationHandle::new("c", "token"));
    requests.load(Ordering::SeqCst)
}

#[tokio::test]
async fn a_request_that_is_denied_is_not_sent_again() {
    assert_eq!(replace(ory_oidc::http_client_builder().unwrap()).await, 1);
    // reqwest by itself believes the server, which is why it has to be told.
    assert!(replace(reqwest::Client::builder().tls_backend_preconfigured(no_tls())).await > 1);
}

/// reqwest wants to have some, though there is no `https` here.
fn no_tls() -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
}
