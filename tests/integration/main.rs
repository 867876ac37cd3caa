//! Tests of the whole program from outside, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod api;
mod criteria_refusals;
mod customers;
mod damage;
mod deduplication;
mod deduplication_faults;
mod deduplication_refusals;
mod determinism;
mod faults;
mod full_store;
mod generations;
mod linkage;
mod linkage_lists;
mod linkage_pairs;
mod linkage_report;
mod linkage_strange;
mod lists;
mod looks;
mod one_process;
mod own_register;
mod queue;
mod refusals;
mod repeated_questions;
mod retention;
mod set_aside;
mod subscription;
mod subscription_api;
mod subscription_clients;
mod subscription_faults;
mod subscription_guards;
mod subscription_histories;
mod subscription_members;
mod subscription_persons;
mod subscription_refusals;
mod tidy;
mod update;
mod update_faults;
mod update_refusals;
mod workbooks;
