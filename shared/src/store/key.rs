//! The key of one order, and what is derived from it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::seal::SealKey;

/// The 256-bit key of an order; its memory is wiped when dropped.
#[derive(Clone)]
pub struct OrderKey {
    bytes: Zeroizing<[u8; 32]>,
    seal: SealKey,
    digest: Zeroizing<[u8; 32]>,
}

impl OrderKey {
    /// The key of the given bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let seal = SealKey::new(&derive(&bytes, b"poimuri order seal 1"));
        let digest = derive(&bytes, b"poimuri order digest 1");
        Self { bytes, seal, digest }
    }

    /// A key nobody has seen before.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn generate() -> std::io::Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        super::fill_random(&mut *bytes)?;
        Ok(Self::from_bytes(*bytes))
    }

    /// The key that the order's objects are sealed with.
    #[must_use]
    pub fn seal_key(&self) -> &SealKey {
        &self.seal
    }

    /// A digest of content in its place, which says nothing to those without the key.
    #[must_use]
    pub fn digest(&self, name: &str, content: &[u8]) -> [u8; 32] {
        keyed(&self.digest, &[name.as_bytes(), &[0], content])
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl fmt::Debug for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderKey")
    }
}

/// A key for one purpose, from a key for many.
pub(super) fn derive(key: &[u8; 32], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(keyed(key, &[purpose]))
}

/// HMAC-SHA-256 over parts one after the other.
pub(super) fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new(&padded(key));
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// HMAC pads keys shorter than its block with zeros; doing it here needs no fallible call.
fn padded(key: &[u8; 32]) -> hmac::digest::Key<Hmac<Sha256>> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block[..32].copy_from_slice(key);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_hmac_sha_256() {
        // RFC 4231, test case 1, with its 20-byte key padded as HMAC does.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        assert_eq!(
            hex::encode(keyed(&key, &[b"Hi ", b"There"])),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }

    #[test]
    fn digests_depend_on_key_name_and_content() {
        let key = OrderKey::from_bytes([1; 32]);
        let digest = key.digest("a", b"x");
        assert_eq!(digest, key.digest("a", b"x"));
        assert_ne!(digest, key.digest("b", b"x"));
        assert_ne!(digest, key.digest("a", b"y"));
        assert_ne!(digest, OrderKey::from_bytes([2; 32]).digest("a", b"x"));
        assert_eq!(format!("{key:?}"), "OrderKey");
    }
}
