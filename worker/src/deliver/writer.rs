//! Writing a delivery.

use std::io::Write as _;

use age::x25519;
use poimuri_shared::delivery::{Manifest, PartFile, VERSION};
use poimuri_shared::ids::OrderId;
use poimuri_shared::order::Format;
use poimuri_shared::store::{Objects, Put, layout, unique};
use sha2::{Digest as _, Sha256};

use super::body::Body;
use super::error::DeliverError;
use super::field::Field;
use super::fixed;
use super::part::{self, Passed};
use super::rows::{self, Room};
use super::terms::{DeliverySummary, Limits, Meta};

/// Rows are handed to a file in pieces of at most this many bytes, so that it can say when it is full.
const PUSH_BYTES_MAX: u64 = 8 << 20;

struct OpenPart {
    object: String,
    body: Body,
    rows: u64,
    bytes: u64,
}

/// Takes canonical rows, makes a delivery. Dropped before [`DeliveryWriter::finish`], it
/// leaves no delivery, at most parts that nothing names.
pub struct DeliveryWriter<'a> {
    objects: &'a dyn Objects,
    order: &'a OrderId,
    format: Format,
    fields: Vec<Field>,
    recipient: x25519::Recipient,
    limits: Limits,
    attempt: String,
    digest: Sha256,
    rows: u64,
    cut_values: u64,
    open: Option<OpenPart>,
    done: Vec<PartFile>,
}

impl std::fmt::Debug for DeliveryWriter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeliveryWriter")
            .field("order", &self.order)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<'a> DeliveryWriter<'a> {
    /// Begins the delivery of an order, encrypted to an age X25519 public key (`age1…`).
    ///
    /// # Errors
    /// [`DeliverError::RecipientKey`].
    pub fn new(
        objects: &'a dyn Objects,
        order: &'a OrderId,
        format: Format,
        fields: Vec<Field>,
        recipient_key: &str,
        limits: Limits,
    ) -> Result<Self, DeliverError> {
        let recipient = recipient_key.parse().ok().ok_or(DeliverError::RecipientKey)?;
        Ok(Self {
            objects,
            order,
            format,
            fields,
            recipient,
            limits,
            attempt: unique(),
            digest: Sha256::new(),
            rows: 0,
            cut_values: 0,
            open: None,
            done: Vec::new(),
        })
    }

    /// Adds whole canonical rows: RFC 4180, UTF-8, CRLF, no header. How rows are spread over
    /// calls changes nothing.
    ///
    /// # Errors
    /// [`DeliverError::Row`] for what is no such row, or any error of writing. The delivery
    /// cannot go on then.
    pub fn push_rows(&mut self, mut csv: &[u8]) -> Result<(), DeliverError> {
        self.digest.update(csv);
        while !csv.is_empty() {
            let room = self.room();
            let mut run = rows::run(csv, room)?;
            if run.rows == 0 {
                if self.open.as_ref().is_some_and(|part| part.rows > 0) {
                    self.close_part()?;
                    continue;
                }
                run = rows::run(csv, Room { bytes: u64::MAX, rows: 1 })?;
            }
            let (whole, rest) = csv.split_at(run.bytes);
            let first_row = self.rows + 1;
            let part = self.part()?;
            part.body.push(whole, first_row, &part.object)?;
            part.rows += run.rows;
            part.bytes += u64::try_from(run.bytes).unwrap_or(u64::MAX);
            self.rows += run.rows;
            csv = rest;
        }
        Ok(())
    }

    fn room(&self) -> Room {
        let (bytes, rows) = self.open.as_ref().map_or((0, 0), |part| (part.bytes, part.rows));
        if self.open.as_ref().is_some_and(|part| part.body.is_full()) {
            return Room { bytes: 0, rows: 0 };
        }
        Room {
            bytes: self.limits.part_bytes_max.saturating_sub(bytes).min(PUSH_BYTES_MAX),
            rows: self.limits.part_rows_max.max(1).saturating_sub(rows),
        }
    }

    fn object(&self, file: &str) -> String {
        layout::delivery_part(self.order, file, &self.attempt)
    }

    fn part(&mut self) -> Result<&mut OpenPart, DeliverError> {
        let part = match self.open.take() {
            Some(part) => part,
            None => {
                let object = self.object(&format!("part-{:06}", self.done.len() + 1));
                let sink = part::begin(self.objects, &object, &self.recipient)?;
                let body = Body::begin(self.format, &self.fields, sink, &object)?;
                OpenPart { object, body, rows: 0, bytes: 0 }
            }
        };
        Ok(self.open.insert(part))
    }

    fn close_part(&mut self) -> Result<(), DeliverError> {
        let Some(part) = self.open.take() else { return Ok(()) };
        let (sink, cut_values) = part.body.finish(&part.object)?;
        let (plain, sealed) = part::finish(&part.object, sink)?;
        self.cut_values += cut_values;
        self.note(&part.object, part.rows, plain, sealed);
        Ok(())
    }

    fn note(&mut self, object: &str, rows: u64, plain: Passed, sealed: Passed) {
        self.done.push(PartFile {
            name: String::new(),
            object: object.rsplit('/').next().unwrap_or(object).to_owned(),
            rows,
            plain_bytes: plain.bytes,
            plain_sha256: plain.sha256,
            sealed_bytes: sealed.bytes,
            sealed_sha256: sealed.sha256,
        });
    }

    /// Ends the delivery: the manifest makes it one. If another attempt came first, its
    /// delivery stays, must have the same digest, and is what is returned.
    ///
    /// # Errors
    /// [`DeliverError::Conflict`] if that delivery is another one; any error of writing.
    pub fn finish(mut self, meta: Meta) -> Result<DeliverySummary, DeliverError> {
        self.part()?;
        self.close_part()?;
        self.name_files();
        if self.format == Format::Fixed {
            self.write_layout()?;
        }
        let manifest = self.manifest(meta);
        let name = layout::delivery_manifest(self.order);
        match self.objects.put_new(&name, &manifest.to_bytes())? {
            Put::Created => Ok(DeliverySummary::of(manifest, false)),
            Put::Exists => {
                let before = Manifest::parse(&self.objects.get(&name)?)?;
                if (before.rows, &before.digest) != (manifest.rows, &manifest.digest) {
                    return Err(DeliverError::Conflict { order: self.order.to_string() });
                }
                for file in &manifest.files {
                    self.objects.delete(&format!("{}{}", layout::delivery(self.order), file.object))?;
                }
                Ok(DeliverySummary::of(before, true))
            }
        }
    }

    /// `<order>.csv` if one file holds everything, else `<order>-001.csv` and so on.
    fn name_files(&mut self) {
        let (order, extension) = (self.order.as_str(), self.format.extension());
        let width = self.done.len().to_string().len().max(3);
        let is_one = self.done.len() == 1;
        for (index, file) in self.done.iter_mut().enumerate() {
            file.name = if is_one {
                format!("{order}.{extension}")
            } else {
                format!("{order}-{:0width$}.{extension}", index + 1)
            };
        }
    }

    fn write_layout(&mut self) -> Result<(), DeliverError> {
        let object = self.object("layout");
        let mut sink = part::begin(self.objects, &object, &self.recipient)?;
        sink.write_all(&fixed::layout(&self.fields)).map_err(|error| DeliverError::write(&object, error))?;
        let (plain, sealed) = part::finish(&object, sink)?;
        self.note(&object, 0, plain, sealed);
        if let Some(file) = self.done.last_mut() {
            "layout.json".clone_into(&mut file.name);
        }
        Ok(())
    }

    fn manifest(&mut self, meta: Meta) -> Manifest {
        Manifest {
            version: VERSION,
            order: self.order.clone(),
            snapshot: meta.snapshot,
            permit: meta.permit,
            recipient: meta.recipient,
            recipient_key: self.recipient.to_string(),
            format: self.format,
            fields: self.fields.iter().map(|field| field.name.clone()).collect(),
            rows: self.rows,
            digest: hex::encode(self.digest.finalize_reset()),
            cut_values: self.cut_values,
            created: meta.created,
            files: std::mem::take(&mut self.done),
        }
    }
}
