//! Small things the program keeps for itself, as bytes: the one file that knows bincode.
//!
//! Every encoding begins with a version byte, so that another format can take
//! over without guessing.

use std::io::Write;

use serde::Serialize;
use serde::de::DeserializeOwned;

const VERSION: u8 = 1;

/// Bytes that are not an encoding this program can read.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// No bytes at all.
    #[error("encoding is empty")]
    Empty,
    /// Written by another version of the codec.
    #[error("encoding has version {0}, this program reads version {VERSION}")]
    Version(u8),
    /// The bytes do not hold the wanted type, or hold more than it.
    #[error("encoding is damaged")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The value cannot be encoded.
    #[error("value cannot be encoded")]
    Encode(#[source] bincode::error::EncodeError),
}

/// Encodes a value.
///
/// # Errors
/// [`CodecError::Encode`] if the type cannot be represented.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, CodecError> {
    let mut bytes = Vec::new();
    encode_into(value, &mut bytes)?;
    Ok(bytes)
}

/// Encodes a value straight into a file or a buffer.
///
/// # Errors
/// [`CodecError::Encode`] if the type cannot be represented or the writer fails.
pub fn encode_into<T: Serialize>(value: &T, to: &mut impl Write) -> Result<(), CodecError> {
    bincode::serde::encode_into_std_write((VERSION, value), to, bincode::config::standard())
        .map_err(CodecError::Encode)?;
    Ok(())
}

/// Decodes a value that fills the bytes exactly.
///
/// # Errors
/// Any other [`CodecError`].
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let (version, body) = bytes.split_first().ok_or(CodecError::Empty)?;
    if *version != VERSION {
        return Err(CodecError::Version(*version));
    }
    let (value, read) = bincode::serde::decode_from_slice(body, bincode::config::standard())
        .map_err(|error| CodecError::Damaged(Box::new(error)))?;
    if read == body.len() { Ok(value) } else { Err(CodecError::Damaged("bytes left over".into())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        let value = (7_u32, String::from("select"), vec![1_u64, 2, 3]);
        let bytes = encode(&value).unwrap();
        assert_eq!(decode::<(u32, String, Vec<u64>)>(&bytes).unwrap(), value);
    }

    #[test]
    fn damage_is_refused() {
        let bytes = encode(&(1_u32, 2_u32)).unwrap();
        assert!(matches!(decode::<(u32, u32)>(&[]), Err(CodecError::Empty)));
        assert!(matches!(decode::<(u32, u32)>(&[9, 1, 2]), Err(CodecError::Version(9))));
        assert!(matches!(decode::<(u32, u32)>(&bytes[..2]), Err(CodecError::Damaged(_))));
        assert!(matches!(decode::<u32>(&bytes), Err(CodecError::Damaged(_))));
    }
}
