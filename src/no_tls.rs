//! [`NoTls`]: what stands for the verification of certificates where the base URL is plain http.
//!
//! No connection ever asks it, since redirects are off; but rustls wants one, and that of the system fails on a machine
//! without certificates, which need not have any here.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};

/// Refuses every certificate.
#[derive(Debug)]
pub(crate) struct NoTls;

impl ServerCertVerifier for NoTls {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Err(CertificateError::UnknownIssuer.into())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::BadSignature.into())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::BadSignature.into())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_accepted() {
        let certificate = CertificateDer::from(Vec::new());
        let name = ServerName::try_from("localhost").unwrap();
        assert!(NoTls.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now()).is_err());
        assert!(NoTls.supported_verify_schemes().is_empty(), "so that no signature can be offered either");
    }
}
