//! The commands: one file each, holding its options, its examples and what it does.

use crate::answer::Answer;
use crate::args::{Command, Global};
use crate::failure::Outcome;

pub(crate) mod completions;
pub(crate) mod count;
pub(crate) mod customer_register;
pub(crate) mod delivery;
pub(crate) mod demo;
pub(crate) mod keys;
pub(crate) mod linkage;
pub(crate) mod order;
pub(crate) mod permit;
pub(crate) mod recipient;
pub(crate) mod register;
pub(crate) mod retention;
pub(crate) mod scheduler;
pub(crate) mod settings;
pub(crate) mod snapshot;
pub(crate) mod subscription;
pub(crate) mod worker;

/// Runs a command to its answer.
///
/// # Errors
/// Whatever the command fails with.
pub(crate) fn run(global: &Global, command: Command) -> Outcome<Answer> {
    match command {
        Command::Demo(demo) => demo.run(global),
        Command::Register(register) => register.run(global),
        Command::Snapshot(snapshot) => snapshot.run(global),
        Command::Count(count) => count.run(global),
        Command::Dedup(dedup) => dedup.run(global),
        Command::Link(link) => link.run(global),
        Command::CustomerRegister(register) => register.run(global),
        Command::Order(order) => order.run(global),
        Command::Subscription(subscription) => subscription.run(global),
        Command::Recipient(recipient) => recipient.run(global),
        Command::Permit(permit) => permit.run(global),
        Command::Delivery(delivery) => delivery.run(global),
        Command::Keys(keys) => keys.run(global),
        Command::Retention(retention) => retention.run(global),
        Command::Scheduler(scheduler) => scheduler.run(global),
        Command::Worker(worker) => worker.run(global),
        Command::Settings(settings) => settings.run(global),
        Command::Completions(completions) => completions.run(),
    }
}
