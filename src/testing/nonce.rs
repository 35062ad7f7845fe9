//! Proof nonces: an expiry time, encrypted and bound to one access token; nothing is stored, so a nonce can be used again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

use super::random_ids::RandomIds;

pub(super) struct NonceKey(LessSafeKey);

/// The reason why a nonce is refused.
#[derive(Debug, PartialEq)]
pub(super) enum NonceFault {
    /// From another server, or for another access token.
    Invalid,
    Expired,
}

impl NonceKey {
    pub(super) fn new(ids: &RandomIds) -> std::io::Result<Self> {
        UnboundKey::new(&CHACHA20_POLY1305, &ids.bytes())
            .map(|key| Self(LessSafeKey::new(key)))
            .map_err(|_| std::io::Error::other("cannot make a nonce key"))
    }

    pub(super) fn issue(&self, ids: &RandomIds, access_token: &str, expires_at: i64) -> String {
        let mut unique = [0; 12];
        for (byte, count) in unique.iter_mut().zip(ids.count().to_be_bytes()) {
            *byte = count;
        }
        let mut sealed = expires_at.to_be_bytes().to_vec();
        let aad = Aad::from(access_token.as_bytes());
        // Fails only for messages of many gigabytes; an unreadable nonce would then be refused later.
        let _ = self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(unique), aad, &mut sealed);
        URL_SAFE_NO_PAD.encode([unique.as_slice(), &sealed].concat())
    }

    pub(super) fn check(&self, nonce: &str, access_token: &str, now: i64) -> Result<(), NonceFault> {
        let blob = URL_SAFE_NO_PAD.decode(nonce).map_err(|_| NonceFault::Invalid)?;
        let (unique, sealed) = blob.split_at_checked(12).ok_or(NonceFault::Invalid)?;
        let unique = Nonce::try_assume_unique_for_key(unique).map_err(|_| NonceFault::Invalid)?;
        let mut sealed = sealed.to_vec();
        let opened = self
            .0
            .open_in_place(unique, Aad::from(access_token.as_bytes()), &mut sealed)
            .map_err(|_| NonceFault::Invalid)?;
        let expires_at = <[u8; 8]>::try_from(&*opened).map_err(|_| NonceFault::Invalid)?;
        if now > i64::from_be_bytes(expires_at) { Err(NonceFault::Expired) } else { Ok(()) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::random_ids::RandomIds;
    use super::{NonceFault, NonceKey};

    #[test]
    fn a_nonce_opens_for_its_own_token_until_it_expires() {
        let ids = RandomIds::new().unwrap();
        let key = NonceKey::new(&ids).unwrap();
        let nonce = key.issue(&ids, "a", 100);
        assert_eq!(key.check(&nonce, "a", 100), Ok(()));
        assert_eq!(key.check(&nonce, "a", 101), Err(NonceFault::Expired));
        assert_eq!(key.check(&nonce, "b", 100), Err(NonceFault::Invalid));
        assert_eq!(key.check("AAAA", "a", 100), Err(NonceFault::Invalid));
    }
}
