//! A bucket in memory, and what it must refuse.

use std::io::{Read as _, Write as _};

use object_store::memory::InMemory;

use super::super::conformance;
use super::{Bucket, Objects as _};

#[test]
fn a_bucket_is_a_store() {
    conformance::check(&Bucket::over(InMemory::new()).unwrap());
}

#[test]
fn large_objects_travel_in_parts() {
    let bucket = Bucket::over(InMemory::new()).unwrap();
    let content: Vec<u8> = (0..20_000_000_u32).map(|at| at.to_le_bytes()[1]).collect();
    let mut writer = bucket.create_data("a/large").unwrap();
    for piece in content.chunks(1_234_567) {
        writer.write_all(piece).unwrap();
    }
    assert!(!bucket.exists("a/large").unwrap());
    assert_eq!(writer.finish().unwrap(), 20_000_000);
    let mut back = Vec::new();
    bucket.open("a/large").unwrap().read_to_end(&mut back).unwrap();
    assert!(back == content);
}

#[tokio::test]
async fn a_bucket_answers_on_threads_of_a_runtime() {
    conformance::check(&Bucket::over(InMemory::new()).unwrap());
}
