//! Parquet of several row groups, of every type, cut, and made to burst.

use std::sync::Arc;

use arrow_array::builder::StringViewBuilder;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};

use super::*;

fn written(columns: Vec<(&str, ArrayRef)>, properties: WriterPropertiesBuilder) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn plain() -> WriterPropertiesBuilder {
    WriterProperties::builder()
}

fn open(bytes: &[u8]) -> Result<Text, RegisterError> {
    Text::open(&Anywhere::set_aside(bytes, PARQUET_BYTES_MAX).unwrap().unwrap())
}

fn told(bytes: &[u8]) -> Result<String, RegisterError> {
    let mut text = String::new();
    open(bytes)?.read_to_string(&mut text).map_err(RegisterError::of_io)?;
    Ok(text)
}

fn fault(bytes: &[u8]) -> String {
    told(bytes).unwrap_err().to_string()
}

#[test]
fn parquet_is_read_as_a_table() {
    let bytes = written(
        vec![
            ("sukunimi", Arc::new(StringArray::from(vec![Some("Mäki;\"x\""), None]))),
            ("postinumero", Arc::new(Int64Array::from(vec![100, 33100]))),
            ("syntymäaika", Arc::new(Date32Array::from(vec![Some(0), None]))),
            ("kyllä", Arc::new(BooleanArray::from(vec![true, false]))),
            ("luku", Arc::new(Float64Array::from(vec![1.5, 2.0]))),
        ],
        plain(),
    );
    let expected = "\"sukunimi\";\"postinumero\";\"syntymäaika\";\"kyllä\";\"luku\"\n\
        \"Mäki;\"\"x\"\"\";\"100\";\"1970-01-01\";\"true\";\"1.5\"\n\"\";\"33100\";\"\";\"false\";\"2\"\n";
    assert_eq!(told(&bytes).unwrap(), expected);
    for cut in [4, 9, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(fault(&bytes[..cut]), "the Parquet file cannot be read: it is damaged", "{cut}");
    }
}

#[test]
fn whatever_byte_is_wrong_is_a_fault_or_another_value_and_never_more() {
    let names = StringArray::from(vec!["Mäki", "Laine", "Mäki"]);
    let numbers = Int64Array::from(vec![1, 2, 3]);
    let whole = written(vec![("nimi", Arc::new(names)), ("nro", Arc::new(numbers))], plain());
    let bytes = (0..whole.len()).map(|at| {
        let mut wrong = whole.clone();
        wrong[at] ^= 0x41;
        told(&wrong).map_or(0, |text| text.len())
    });
    assert!(bytes.max().is_some_and(|most| most < 1_000));
}

#[test]
fn row_groups_and_pages_of_any_size_give_the_same_rows() {
    let rows = 5_000;
    let names: StringArray =
        (0..rows).map(|row| (row % 7 > 0).then(|| format!("Nimi {}", row % 1_900))).collect();
    let numbers: Int64Array = (0..rows).collect();
    let write = |properties| {
        let (names, numbers): (ArrayRef, ArrayRef) = (Arc::new(names.clone()), Arc::new(numbers.clone()));
        written(vec![("nimi", names), ("nro", numbers)], properties)
    };
    let mut expected = "\"nimi\";\"nro\"\n".to_owned();
    for (name, number) in names.iter().zip(&numbers) {
        expected.push_str(&format!("\"{}\";\"{}\"\n", name.unwrap_or_default(), number.unwrap()));
    }
    let small = || plain().set_data_page_row_count_limit(100).set_write_batch_size(50);
    for properties in [
        plain(),
        small().set_max_row_group_row_count(Some(700)),
        small().set_dictionary_enabled(false).set_compression(Compression::SNAPPY),
        small().set_writer_version(parquet::file::properties::WriterVersion::PARQUET_2_0),
        plain().set_compression(Compression::ZSTD(ZstdLevel::default())).set_max_row_group_row_count(Some(1)),
    ] {
        assert_eq!(told(&write(properties)).unwrap(), expected);
    }
}

#[test]
fn what_is_no_table_is_refused() {
    let list = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>([Some([Some(1)])]);
    let nested = written(vec![("a", Arc::new(list))], plain());
    assert!(fault(&nested).contains("neither text, number, date nor yes or no"));
    let none = RecordBatch::try_new_with_options(
        Arc::new(Schema::empty()),
        Vec::new(),
        &arrow_array::RecordBatchOptions::new().with_row_count(Some(3)),
    );
    let mut writer = ArrowWriter::try_new(Vec::new(), Arc::new(Schema::empty()), None).unwrap();
    writer.write(&none.unwrap()).unwrap();
    assert!(fault(&writer.into_inner().unwrap()).contains("no columns"));
    let names: Vec<String> = (0..1_001).map(|index| format!("c{index}")).collect();
    let cell = || Arc::new(Int64Array::from(vec![1])) as ArrayRef;
    let wide = written(names.iter().map(|name| (name.as_str(), cell())).collect(), plain());
    assert!(matches!(told(&wide), Err(RegisterError::TooManyColumns)));
}

#[test]
fn pages_made_to_burst_are_refused_before_they_do() {
    // A page that says it has two gibibytes, whatever it holds.
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1_000));
    let properties = plain().set_dictionary_enabled(false).set_compression(Compression::SNAPPY);
    let mut bytes = written(vec![("nro", numbers)], properties);
    // Of its header only the bytes inflated are changed: five bytes for the two that are there, over what follows.
    assert_eq!(bytes[4..7], [0x15, 0, 0x15]);
    bytes[7..12].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff, 0x0f]);
    assert!(fault(&bytes).contains("more than 512 MiB; write it with smaller pages"), "{}", fault(&bytes));
}

#[test]
fn pages_that_hold_more_than_they_say_are_refused_before_they_burst() {
    use parquet::basic::{BrotliLevel, GzipLevel};
    use parquet::file::properties::WriterVersion;
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values((0..200_000).map(|_| 7)));
    let (gzip, brotli) = (GzipLevel::default(), BrotliLevel::default());
    for (packing, version) in [
        (Compression::GZIP(gzip), WriterVersion::PARQUET_1_0),
        (Compression::BROTLI(brotli), WriterVersion::PARQUET_1_0),
        (Compression::GZIP(gzip), WriterVersion::PARQUET_2_0),
    ] {
        let properties = plain()
            .set_dictionary_enabled(false)
            .set_encoding(parquet::basic::Encoding::PLAIN)
            .set_compression(packing)
            .set_writer_version(version);
        let mut bytes = written(vec![("nro", Arc::clone(&numbers))], properties);
        assert_eq!(told(&bytes).unwrap().lines().count(), 200_001, "{packing:?}");
        // Its header says that it has 256 Bytes, in as many digits as before.
        assert_eq!((bytes[4], bytes[6]), (0x15, 0x15));
        let digits = bytes[7..].iter().position(|byte| byte & 0x80 == 0).unwrap();
        bytes[7..7 + digits].fill(0x80);
        bytes[7 + digits - 1] = 0x84;
        bytes[7 + digits] = 0;
        assert!(fault(&bytes).contains("a page holds more than it says"), "{packing:?}: {}", fault(&bytes));
    }
}

#[test]
fn a_long_text_that_stands_in_many_rows_is_held_once_and_its_row_refused_by_its_line() {
    let text = "x".repeat(3 << 20);
    let mut names = StringViewBuilder::new().with_deduplicate_strings();
    (0..900).for_each(|_row| names.append_value(&text));
    let names =
        written(vec![("nimi", Arc::new(names.finish()))], plain().set_dictionary_page_size_limit(8 << 20));
    assert!(names.len() < 8 << 20, "{}", names.len());
    let mut read = open(&names).unwrap();
    let mut longest = 0;
    for _row in 0..900 {
        assert!(read.next().unwrap());
        longest = longest.max(read.bytes.len());
    }
    assert!(longest < 2 << 20, "{longest}");
    let table = crate::customer_register::Table::open(&names[..]).unwrap();
    let refused = table.each(|_row| Ok::<(), RegisterError>(()));
    assert!(matches!(refused, Err(RegisterError::LongLine(2))), "{refused:?}");
}
