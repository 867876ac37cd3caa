//! Where the columns of an Arrow IPC file lie, from its footer and the head of its record batch alone.

use std::ops::Range;

use arrow_ipc::{root_as_footer, root_as_message};
use arrow_schema::{DataType, Schema};

use crate::snapshot::format::Kind;

/// A column and its buffers.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) name: String,
    pub(super) kind: DataType,
    pub(super) null_count: usize,
    /// Buffers in the order of Arrow: validity, then values; of lists and texts, more.
    pub(super) buffers: Vec<Range<usize>>,
}

/// What a file holds.
pub(super) struct Layout {
    pub(super) rows: usize,
    pub(super) columns: Vec<Placed>,
    pub(super) metadata: Vec<(String, String)>,
}

/// Nodes and buffers of a column, as the format of Arrow lists them.
fn count(kind: &DataType) -> Option<(usize, usize)> {
    let known = |wanted: &[Kind]| wanted.iter().any(|wanted| wanted.data_type() == *kind);
    if known(&[Kind::U8, Kind::U16, Kind::U32, Kind::U64, Kind::I32, Kind::Date]) {
        Some((1, 2))
    } else if known(&[Kind::Text]) {
        Some((1, 3))
    } else {
        // Of lists only those of numbers are part of the format.
        matches!(kind, DataType::List(item) if item.data_type().is_primitive()).then_some((2, 4))
    }
}

pub(super) fn layout(bytes: &[u8]) -> Result<Layout, &'static str> {
    const MAGIC: &[u8] = b"ARROW1";
    let tail = bytes.len().checked_sub(10).ok_or("it is too short for an Arrow file")?;
    if !bytes.starts_with(MAGIC) || !bytes.ends_with(MAGIC) {
        return Err("it is not an Arrow file");
    }
    let length = bytes[tail..tail + 4].try_into().map_or(0, u32::from_le_bytes);
    let length = usize::try_from(length).ok().ok_or("its footer is too long")?;
    let start = tail.checked_sub(length).ok_or("its footer is too long")?;
    let footer = root_as_footer(&bytes[start..tail]).ok().ok_or("its footer cannot be read")?;
    let schema = footer.schema().ok_or("it has no schema")?;
    let metadata = schema.custom_metadata().into_iter().flatten();
    let metadata = metadata.filter_map(|pair| Some((pair.key()?.to_owned(), pair.value()?.to_owned())));
    let metadata = metadata.collect();
    let schema = arrow_ipc::convert::try_fb_to_schema(schema).ok().ok_or("its schema cannot be read")?;
    let blocks = footer.recordBatches().ok_or("it has no record batch")?;
    if blocks.len() != 1 {
        return Err("it does not have exactly one record batch");
    }
    let block = blocks.get(0);
    let head = usize::try_from(block.offset()).ok().ok_or("its record batch is misplaced")?;
    let head_length = usize::try_from(block.metaDataLength()).ok().ok_or("its record batch is misplaced")?;
    let body = head.checked_add(head_length).filter(|body| *body <= start && head_length >= 8);
    let body = body.ok_or("its record batch is misplaced")?;
    let message = root_as_message(&bytes[head + 8..body]).ok().ok_or("its record batch cannot be read")?;
    let batch = message.header_as_record_batch().ok_or("its record batch is none")?;
    if batch.compression().is_some() {
        return Err("it is compressed");
    }
    let columns = place(&schema, &batch, body..start)?;
    let rows = usize::try_from(batch.length()).ok().ok_or("its number of rows is negative")?;
    Ok(Layout { rows, columns, metadata })
}

fn place(
    schema: &Schema,
    batch: &arrow_ipc::RecordBatch<'_>,
    body: Range<usize>,
) -> Result<Vec<Placed>, &'static str> {
    let nodes = batch.nodes().ok_or("its record batch has no columns")?;
    let buffers = batch.buffers().ok_or("its record batch has no columns")?;
    let (mut node, mut buffer) = (0, 0);
    let mut columns = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let kind = field.data_type().clone();
        let (own_nodes, own_buffers) = count(&kind).ok_or("a column has an unknown type")?;
        if node + own_nodes > nodes.len() || buffer + own_buffers > buffers.len() {
            return Err("its record batch has too few columns");
        }
        let null_count = usize::try_from(nodes.get(node).null_count()).ok().ok_or("a count is negative")?;
        let mut ranges = Vec::with_capacity(own_buffers);
        for index in buffer..buffer + own_buffers {
            let part = buffers.get(index);
            let offset = usize::try_from(part.offset()).ok().ok_or("a column is misplaced")?;
            let length = usize::try_from(part.length()).ok().ok_or("a column is misplaced")?;
            let start = body.start.checked_add(offset).ok_or("a column is misplaced")?;
            let end = start.checked_add(length).filter(|end| *end <= body.end);
            ranges.push(start..end.ok_or("a column is misplaced")?);
        }
        columns.push(Placed { name: field.name().clone(), kind, null_count, buffers: ranges });
        (node, buffer) = (node + own_nodes, buffer + own_buffers);
    }
    Ok(columns)
}
