//! `order submit`: hands an order in.

use std::path::PathBuf;

use clap::Args;

use super::{OrderFile, Reach, follow};
use crate::answer::Answer;
use crate::args::Global;
use crate::context::{Context, block_on};
use crate::desk::{Desk, Handed};
use crate::failure::Outcome;

const EXAMPLES: &str = "Examples:
  poimuri order submit deploy/examples/oil-heated-houses.toml --watch
  poimuri order submit order.toml --idempotency-key campaign-17 --json
  poimuri order submit order.toml --scheduler http://127.0.0.1:8480";

/// Submit an order; a scheduler and workers carry it out
///
/// The order is checked against its permit, the code lists and the recipient before anything is stored; each thing
/// wrong is told by its line and field.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Submit {
    /// The order as TOML or JSON
    file: PathBuf,
    /// Follow the order until it ends, then print its receipt
    #[arg(long)]
    watch: bool,
    /// Seed of the sample, 64 hexadecimal digits. Default: drawn by the system. For operators; recorded
    #[arg(long, value_name = "HEX64")]
    seed: Option<String>,
    /// 0 to 255; the larger goes first among the orders of its customer. Default: 100
    #[arg(long, value_name = "N")]
    priority: Option<u8>,
    /// Submitting again with the same key gives the same order
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

impl Submit {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = self.reach.context(global)?;
        let file = OrderFile::read(&self.file, global.show())?;
        block_on(self.submit(global, &context, file))
    }

    async fn submit(self, global: &Global, context: &Context, file: OrderFile) -> Outcome<Answer> {
        let desk = Desk::open(context).await?;
        let mut registers = Vec::new();
        for register in file.registers() {
            registers.push(desk.upload(context, &file.customer, &register).await?);
        }
        let handed = Handed {
            registers,
            priority: self.priority,
            key: self.idempotency_key,
            ..file.handed(self.seed)
        };
        let accepted = desk.submit(handed).await?;
        for warning in &accepted.warnings {
            global.show().say(&format!("warning: {warning}"));
        }
        if self.watch {
            global.show().say(&format!("order {}", accepted.id));
            return follow::to_receipt(global, context, &desk, &accepted.id).await;
        }
        let known = if accepted.known { ", known by its key" } else { "" };
        let text =
            format!("order {} accepted{known}. Next:\n  poimuri order watch {}", accepted.id, accepted.id);
        Answer::new(&accepted, text)
    }
}
