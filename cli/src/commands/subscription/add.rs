//! `subscription add`: accepts a subscription; its members are loaded by a scheduler, or by `subscription run`.

use std::path::PathBuf;

use clap::Args;
use poimuri_shared::order::RegisterSource;
use poimuri_shared::subscriptions;
use serde_json::json;

use super::Desk;
use crate::answer::Answer;
use crate::commands::order::beside;
use crate::desk::{RegisterFile, errors, store};
use crate::failure::Outcome;
use crate::input;
use crate::progress::Show;

const EXAMPLES: &str = "Examples:
  poimuri subscription add deploy/examples/subscriptions/customer-changes.toml
  poimuri subscription add subscription.toml --json";

/// Accept a subscription and begin to load its members
///
/// The file is an update order of kind `subscription` with a `rhythm`: `each-snapshot` or a cron expression in Finnish
/// time. Every row needs the customer's own key. A `register.file` is relative to the file.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Add {
    /// The subscription as TOML or JSON
    file: PathBuf,
}

impl Add {
    pub(super) fn run(self, desk: &Desk, show: Show) -> Outcome<Answer> {
        let (text, format) = input::document(&self.file)?;
        let parsed =
            subscriptions::read(&text, format).map_err(|refused| input::refused(&self.file, &refused))?;
        input::warn(show, &self.file, &parsed.warnings);
        let order = parsed.value.order;
        let register = match order.register.map(|register| register.source) {
            Some(RegisterSource::File(named)) => {
                let path = beside(&self.file, "register.file", &named.path)?;
                let file = RegisterFile { path: &path, sheet: named.sheet.as_deref() };
                Some(store::upload_unnamed(&desk.context, &order.customer, &file)?)
            }
            Some(RegisterSource::Id(_)) | None => None,
        };
        let accepted = desk
            .scheduler
            .subscribe(&desk.subscriptions, (&text, format), register.as_ref(), |_customer| true)
            .map_err(|error| errors::service(&error))?;
        let (id, first) = (&accepted.subscription.id, &accepted.order);
        let text = format!(
            "subscription {id} is accepted; order {first} loads its members\n\
             A scheduler carries it out by itself; without one:\n  poimuri subscription run {id}"
        );
        let rhythm = accepted.subscription.rhythm.to_string();
        Answer::new(&json!({ "id": id, "order": first, "rhythm": rhythm }), text)
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
