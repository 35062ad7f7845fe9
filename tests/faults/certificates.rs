//! TLS: certificates that must not be accepted, and handshakes that fail.
//!
//! The client is the default one. Which authorities it trusts is up to the system, and the system reads that from the file
//! that `SSL_CERT_FILE` names: the whole test runs in a process of its own with this variable set.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ory_oidc::testing::{Failure, Operation, OryServer};
use ory_oidc::{Client, CompactJwt, ErrorKind, JwtVerifier};
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType, date_time_ymd,
};
use test_support::{Listener, Step, request, response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion, version};

use crate::cases::{BODY, Outcome};
use crate::report::Report;

const ALLOWED: Duration = Duration::from_secs(20);
const HASTY: Duration = Duration::from_secs(1);
const TOKEN: &str = "canary-access-token";

/// The authority that the process trusts, made anew for each run and handed over in files.
pub(crate) struct Authority {
    certificate: String,
    key: String,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = authority(name).self_signed(&key).unwrap();
        Self { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    pub(crate) fn write(&self, folder: &Path) {
        std::fs::write(folder.join("authority.pem"), &self.certificate).unwrap();
        std::fs::write(folder.join("authority.key"), &self.key).unwrap();
    }

    pub(crate) fn read(folder: &Path) -> Self {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        Self { certificate: read("authority.pem"), key: read("authority.key") }
    }

    fn issue(&self, name: &str, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::new(authority(name), KeyPair::from_pem(&self.key).unwrap());
        identity(params.signed_by(&key, &issuer).unwrap().der(), &key)
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn identity(certificate: &CertificateDer<'_>, key: &KeyPair) -> Identity {
    (vec![certificate.clone().into_owned()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
}

/// A certificate for this machine, good for now.
fn leaf() -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2100, 1, 1);
    params
}

fn config((chain, key): Identity, versions: &[&'static SupportedProtocolVersion]) -> ServerConfig {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_protocol_versions(versions).unwrap();
    builder.with_no_client_auth().with_single_cert(chain, key).unwrap()
}

/// What the server does with a connection.
enum Manner {
    /// Completes the handshake, responds, and ends TLS properly if `farewell`.
    Tls { config: Box<ServerConfig>, response: Vec<u8>, farewell: bool },
    /// Follows these steps, without TLS.
    Plain(Vec<Step>),
}

impl Manner {
    /// Sends these bytes instead of the server's part of the handshake, and closes.
    fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Plain(vec![Step::ReadOne, Step::Send(bytes.into())])
    }
}

struct Server {
    base_url: String,
    /// How many handshakes were completed.
    handshakes: Arc<AtomicUsize>,
}

impl Server {
    async fn start(manner: Manner) -> Self {
        let handshakes = Arc::new(AtomicUsize::new(0));
        let listener = match manner {
            Manner::Plain(steps) => Listener::scripted(steps).await,
            Manner::Tls { config, response, farewell } => {
                let acceptor = TlsAcceptor::from(Arc::from(config));
                let (response, counter) = (Arc::<[u8]>::from(response), Arc::clone(&handshakes));
                Listener::raw(move |connection| {
                    let handshake = acceptor.accept(connection);
                    let (response, counter) = (Arc::clone(&response), Arc::clone(&counter));
                    async move {
                        if let Ok(stream) = handshake.await {
                            counter.fetch_add(1, Ordering::SeqCst);
                            speak(stream, &response, farewell).await;
                        }
                    }
                })
                .await
            }
        };
        Self { base_url: format!("https://{}", listener.address()), handshakes }
    }
}

async fn speak(mut stream: tokio_rustls::server::TlsStream<TcpStream>, response: &[u8], farewell: bool) {
    request::read(&mut stream).await;
    let _ = stream.write_all(response).await;
    let _ = stream.flush().await;
    if farewell {
        let _ = stream.shutdown().await;
    } else {
        let _ = stream.get_mut().0.shutdown().await;
    }
    while matches!(stream.get_mut().0.read(&mut [0; 4096]).await, Ok(1..)) {}
}

pub(crate) async fn run(report: &mut Report, trusted: &Authority) {
    const NAME: &str = "Authority of a test";
    const REFUSED: Outcome = Outcome::Error(ErrorKind::Connect, None);
    let fine = || response("200 OK", "", BODY);
    let tls = |identity, response, farewell| Manner::Tls {
        config: Box::new(config(identity, &[&version::TLS12, &version::TLS13])),
        response,
        farewell,
    };
    let issued = |change: fn(&mut CertificateParams)| {
        let mut params = leaf();
        change(&mut params);
        tls(trusted.issue(NAME, &params), fine(), true)
    };
    let stranger = Authority::new(NAME);
    let alone = KeyPair::generate().unwrap();
    let self_signed = identity(leaf().self_signed(&alone).unwrap().der(), &alone);
    let good = || trusted.issue(NAME, &leaf());
    let old = |version| Manner::Tls { config: Box::new(config(good(), version)), response: fine(), farewell: true };
    let mut other_protocol = config(good(), &[&version::TLS13]);
    other_protocol.alpn_protocols = vec![b"imap".to_vec()];
    let unframed = || [b"HTTP/1.1 200 OK\r\n\r\n", BODY.as_bytes()].concat();
    keys_over_https_with_a_plain_http_base_url(
        report,
        tls(good(), response("200 OK", "content-type: application/json", "{\"keys\":[]}"), true),
    )
    .await;
    for (name, manner, outcome) in [
        ("a good certificate", tls(good(), fine(), true), Outcome::Value),
        ("a good certificate, TLS 1.2", old(&[&version::TLS12]), Outcome::Value),
        (
            "a certificate of another authority of the same name",
            tls(stranger.issue(NAME, &leaf()), fine(), true),
            REFUSED,
        ),
        ("a certificate that is its own authority", tls(self_signed, fine(), true), REFUSED),
        ("a certificate that expired", issued(|params| params.not_after = date_time_ymd(2021, 1, 1)), REFUSED),
        ("a certificate of the future", issued(|params| params.not_before = date_time_ymd(2099, 1, 1)), REFUSED),
        (
            "a certificate for another host",
            issued(|params| params.subject_alt_names = vec![SanType::DnsName("other.example".try_into().unwrap())]),
            REFUSED,
        ),
        (
            "a certificate for clients",
            issued(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]),
            REFUSED,
        ),
        (
            "a server of another protocol",
            Manner::Tls { config: Box::new(other_protocol), response: fine(), farewell: true },
            REFUSED,
        ),
        ("handshake cut", Manner::bytes([]), REFUSED),
        ("handshake cut within a record", Manner::bytes(b"\x16\x03\x03\x00\x7a\x02\0\0"), REFUSED),
        ("handshake reset", Manner::Plain(vec![Step::ReadOne, Step::Reset]), REFUSED),
        ("handshake refused by an alert", Manner::bytes(b"\x15\x03\x03\x00\x02\x02\x28"), REFUSED),
        ("handshake that never completes", Manner::Plain(vec![Step::Stall]), Outcome::Error(ErrorKind::Timeout, None)),
        ("plain HTTP in place of a handshake", Manner::bytes(response("400 Bad Request", "", "")), REFUSED),
        ("garbage in place of a handshake", Manner::bytes((0..=255).cycle().take(1000).collect::<Vec<u8>>()), REFUSED),
        ("response with a length, connection cut behind it", tls(good(), fine(), false), Outcome::Value),
        ("response without a length, ended as it should be", tls(good(), unframed(), true), Outcome::Value),
        // An attacker who cuts the connection would choose the end of the response.
        (
            "response without a length, connection cut behind it",
            tls(good(), unframed(), false),
            Outcome::Error(ErrorKind::Transport, Some(200)),
        ),
    ] {
        let server = Server::start(manner).await;
        let builder = Client::builder(&server.base_url).timeout(ALLOWED);
        let ory = builder.connect_timeout(if outcome == REFUSED { ALLOWED } else { HASTY }).build().unwrap();
        let allowed = if name.contains("never") { HASTY } else { ALLOWED };
        let error = report.case(name, outcome, allowed, async { ory.userinfo(TOKEN).await }).await;
        let handshakes = server.handshakes.load(Ordering::SeqCst);
        let spoken = outcome == Outcome::Value || matches!(outcome, Outcome::Error(_, Some(_)));
        report.check(spoken == (handshakes > 0), || format!("{name}: {handshakes} handshakes"));
        if name.starts_with("a certificate") {
            let text = error.as_ref().map(ToString::to_string).unwrap_or_default();
            report.check(text.contains("certificate"), || format!("{name}: says nothing of it: {text}"));
            report.check(error.is_some_and(|error| !error.is_retryable()), || format!("{name}: tried again"));
        }
    }
}

/// The certificate at `jwks_uri` is verified even if the base URL itself needs no TLS.
async fn keys_over_https_with_a_plain_http_base_url(report: &mut Report, manner: Manner) {
    let keys = Server::start(manner).await;
    let server = OryServer::start().await.unwrap();
    let jwks_uri = format!("{}/keys", keys.base_url);
    server.fail_always(
        Operation::DiscoverOidcConfiguration,
        Failure::rewrite(move |document| document["jwks_uri"] = jwks_uri.clone().into()),
    );
    let ory = Client::builder(server.base_url()).build().unwrap();
    let jwt = CompactJwt::parse("eyJhbGciOiJFUzI1NiJ9.e30.AAAA").unwrap();
    let error = ory.discover().cached(ALLOWED).keys(ALLOWED).credential_verifier().verify(&jwt).await.unwrap_err();
    report.check(error.to_string().contains("none of the issuer's fits"), || format!("keys over https: {error}"));
}
