//! `order explain --pair`: how a pair of records of a de-duplication came to its weight, from what the order left.
//!
//! What is shown is the customer's own. It is read from the store by whoever has it and its master keys, and is nowhere but in
//! the answer.

use std::sync::Arc;

use poimuri_shared::ids::OrderId;
use poimuri_shared::lifecycle::OrderState;
use poimuri_shared::order::Kind;
use poimuri_shared::orders::Orders;
use poimuri_shared::retention::Kept;
use poimuri_worker::opened::{Explained, Openings};
use poimuri_worker::stages::StageError;

use crate::answer::Answer;
use crate::commands::linkage::explain::{self, Told};
use crate::context::{Context, must_be_kept, store_failed};
use crate::failure::{Failure, Outcome};
use crate::house::environment;

const HINT: &str = "RECORD_A,RECORD_B are two records that the order compares, each named as in its result, such as \
    customers:10001: the list, a colon, and the key; the row where keys are missing or stand twice (known_by in the receipt)";

pub(super) fn explain(context: &Context, id: &OrderId, named: &[String]) -> Outcome<Answer> {
    context.must_exist()?;
    must_be_explainable(context, id)?;
    let openings = Openings::new(environment(context)?);
    let opened = openings.open(id).map_err(|error| failed(&error))?;
    let explaining = opened.explaining().map_err(|error| failed(&error))?;
    let pairs = explain::pairs(("--pair", HINT), named, |a, b| explaining.pair(a, b))?;
    let explained = explaining.explain(&pairs).map_err(|error| failed(&error))?;
    let told: Vec<Told<'_>> = explained.iter().map(told).collect();
    explain::answer(explaining.threshold_weight(), &told)
}

/// Refuses an order that left nothing to explain pairs by.
fn must_be_explainable(context: &Context, id: &OrderId) -> Outcome<()> {
    let orders = Orders::new(Arc::clone(&context.store));
    let accepted = orders.order(id).map_err(|error| store_failed(&error))?;
    let accepted = accepted.ok_or_else(|| Failure::not_found(format!("order {id} is not known")))?;
    if accepted.order.kind != Kind::Deduplication {
        return Err(Failure::refused(format!("order {id} is no de-duplication: it has no pairs")));
    }
    let end = orders.end(id).map_err(|error| store_failed(&error))?;
    if end.is_none_or(|end| end.state != OrderState::Delivered) {
        return Err(Failure::refused(format!("order {id} has not been delivered")));
    }
    must_be_kept(context, &Kept::Order(id.clone()))?;
    accepted.registers().try_for_each(|register| must_be_kept(context, &Kept::Register(register.clone())))
}

fn failed(error: &StageError) -> Failure {
    Failure::from_disposed(error, "read what the order left")
}

fn told(explained: &Explained) -> Told<'_> {
    let Explained { names: [a, b], weight, linked, judged, by_codes, brought, is_of_earlier, steps } =
        explained;
    Told {
        ids: [a, b],
        weight: *weight,
        linked: *linked,
        judged: *judged,
        by_codes: *by_codes,
        brought: brought.clone(),
        is_of_earlier: *is_of_earlier,
        steps: steps.clone(),
    }
}
