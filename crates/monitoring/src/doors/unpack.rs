//! Bodies that come packed.

use std::io::Read as _;

use super::BadBody;

/// The most bytes of a body unpacked.
pub const MOST_BYTES: usize = 64 << 20;

/// The bytes of a Snappy block; its length is read before any memory is taken.
pub fn snappy(body: &[u8]) -> Result<Vec<u8>, BadBody> {
    let length = snap::raw::decompress_len(body).map_err(bad_snappy)?;
    if length > MOST_BYTES {
        return Err(BadBody::new(format!(
            "the body has {length} bytes unpacked, at most {MOST_BYTES} are allowed"
        )));
    }
    snap::raw::Decoder::new().decompress_vec(body).map_err(bad_snappy)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn bad_snappy(problem: snap::Error) -> BadBody {
    BadBody::new(format!("the body is no Snappy block: {problem}"))
}

/// The bytes of a gzip stream.
pub fn gzip(body: &[u8]) -> Result<Vec<u8>, BadBody> {
    let mut plain = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(body).take(MOST_BYTES as u64 + 1).read_to_end(&mut plain);
    read.map_err(|problem| BadBody::new(format!("the body is no gzip stream: {problem}")))?;
    if plain.len() > MOST_BYTES {
        return Err(BadBody::new(format!("the body has more than {MOST_BYTES} bytes unpacked")));
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn packed_bodies_come_back() {
        let packed = snap::raw::Encoder::new().compress_vec(b"up 1").unwrap();
        assert_eq!(snappy(&packed).unwrap(), b"up 1");
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"up 1").unwrap();
        assert_eq!(gzip(&packer.finish().unwrap()).unwrap(), b"up 1");
    }

    #[test]
    fn a_body_that_claims_to_be_huge_takes_no_memory() {
        assert!(snappy(&[0xff, 0xff, 0xff, 0xff, 0x0f, 0]).is_err());
        assert!(snappy(b"").is_err() && gzip(b"no").is_err());
    }
}
