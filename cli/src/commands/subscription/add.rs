//! `subscription add`: accepts a subscription; its members are loaded by a scheduler, or by `subscription run`.

use std::path::PathBuf;

use clap::Args;
use poimuri_shared::order::RegisterSource;
use poimuri_shared::subscriptions;

use crate::answer::Answer;
use crate::args::Global;
use crate::commands::order::{Reach, beside};
use crate::context::{Context, block_on};
use crate::desk::{Desk, Handed, RegisterFile};
use crate::failure::Outcome;
use crate::input;

const EXAMPLES: &str = "Examples:
  poimuri subscription add deploy/examples/subscriptions/customer-changes.toml
  poimuri subscription add subscription.toml --idempotency-key acme-changes --json
  poimuri subscription add subscription.toml --scheduler http://127.0.0.1:8480";

/// Accept a subscription and begin to load its members
///
/// The file is an update order of kind `subscription` with a `rhythm`: `each-snapshot` or a cron expression in Finnish
/// time. Every row needs the customer's own key. A `register.file` is relative to the file.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Add {
    /// The subscription as TOML or JSON
    file: PathBuf,
    /// Handing it in again with the same key gives the same subscription
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

impl Add {
    pub(super) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = self.reach.context(global)?;
        block_on(self.add(global, &context))
    }

    async fn add(self, global: &Global, context: &Context) -> Outcome<Answer> {
        let (text, format) = input::document(&self.file)?;
        let parsed =
            subscriptions::read(&text, format).map_err(|refused| input::refused(&self.file, &refused))?;
        input::warn(global.show(), &self.file, &parsed.warnings);
        let order = parsed.value.order;
        let named = match order.register.map(|register| (register.source, register.columns)) {
            Some((RegisterSource::File(named), columns)) => {
                let path = beside(&self.file, "register.file", &named.path)?;
                Some((path, named.sheet, columns))
            }
            Some((RegisterSource::Id(_), _)) | None => None,
        };
        let desk = Desk::open(context).await?;
        let mut registers = Vec::new();
        if let Some((path, sheet, columns)) = &named {
            let file = RegisterFile { path, sheet: sheet.as_deref(), columns };
            registers.push(desk.upload(context, &order.customer, &file).await?);
        }
        let key = self.idempotency_key;
        let handed = Handed { text, format, registers, seed: None, priority: None, key };
        let accepted = desk.subscribe(handed).await?;
        let (id, first) = (&accepted.id, &accepted.order);
        let known = if accepted.known { ", known by its key" } else { "" };
        let text = format!(
            "subscription {id} is accepted{known}; order {first} loads its members\n\
             A scheduler carries it out by itself; without one:\n  poimuri subscription run {id}"
        );
        Answer::new(&accepted, text)
    }
}

#[cfg(test)]
mod tests {
    use poimuri_shared::document::Format;

    use super::*;

    #[test]
    fn the_example_is_understood() {
        let text = include_bytes!("../../../../deploy/examples/subscriptions/customer-changes.toml");
        let parsed = subscriptions::read(text, Format::Toml).unwrap();
        assert_eq!((parsed.warnings.len(), parsed.value.rhythm.to_string().as_str()), (0, "0 6 * * MON"));
    }
}
