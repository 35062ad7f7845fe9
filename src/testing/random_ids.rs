//! [`RandomIds`]: unguessable ids, tokens and secrets, and one nonce for each encryption.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

/// A keyed counter. The system's randomness is asked once, at start, so that new ids never fail afterwards.
pub(super) struct RandomIds {
    key: hmac::Key,
    counter: AtomicU64,
}

impl RandomIds {
    pub(super) fn new() -> std::io::Result<Self> {
        let mut seed = [0; 32];
        SystemRandom::new()
            .fill(&mut seed)
            .map_err(|_| std::io::Error::other("the system has no randomness to give"))?;
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &seed), counter: AtomicU64::new(0) })
    }

    /// A number that was never returned before.
    pub(super) fn count(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// 32 unpredictable bytes.
    pub(super) fn bytes(&self) -> [u8; 32] {
        let tag = hmac::sign(&self.key, &self.count().to_be_bytes());
        let mut bytes = [0; 32];
        for (byte, fresh) in bytes.iter_mut().zip(tag.as_ref()) {
            *byte = *fresh;
        }
        bytes
    }

    /// 43 characters of base64url.
    pub(super) fn word(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes())
    }

    pub(super) fn access_token(&self) -> String {
        format!("ory_at_{}.{}", self.word(), self.word())
    }

    pub(super) fn refresh_token(&self) -> String {
        format!("ory_rt_{}.{}", self.word(), self.word())
    }

    /// A version 4 UUID.
    pub(super) fn uuid(&self) -> String {
        let mut bytes = [0; 16];
        for (byte, fresh) in bytes.iter_mut().zip(self.bytes()) {
            *byte = fresh;
        }
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// A client secret: 26 characters of the alphabet that the server uses.
    pub(super) fn client_secret(&self) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
        self.bytes()
            .iter()
            .take(26)
            .filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()))
            .map(|byte| char::from(*byte))
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::RandomIds;

    #[test]
    fn ids_have_the_servers_form_and_never_repeat() {
        let ids = RandomIds::new().unwrap();
        assert_ne!(ids.word(), ids.word());
        assert_eq!(ids.client_secret().len(), 26);
        assert_eq!(ids.access_token().len(), "ory_at_".len() + 43 + 1 + 43);
        let uuid = ids.uuid();
        assert_eq!((uuid.len(), uuid.chars().nth(14)), (36, Some('4')));
    }
}
