//! Plans of every road: each shard, part and share in exactly one task.

use super::*;

#[test]
fn tasks_cover_every_shard_once() {
    let check = |rows: &[u64], per_task: u64, expected: &[u32]| {
        let plan = plan(Road::Extraction, false, rows, per_task);
        assert_eq!(plan.shard_bounds, expected, "{rows:?} by {per_task}");
        let covered: Vec<u32> =
            (0..plan.task_count(Stage::Select)).flat_map(|task| plan.shards(task).unwrap()).collect();
        assert_eq!(covered, (0..u32::try_from(rows.len()).unwrap()).collect::<Vec<_>>());
    };
    check(&[10, 10, 10, 10], 20, &[0, 2, 4]);
    check(&[10, 10, 10, 10], 1, &[0, 1, 2, 3, 4]);
    check(&[10, 10, 10, 10], 1000, &[0, 4]);
    check(&[50, 1, 1, 50], 20, &[0, 1, 3, 4]);
    check(&[0, 0, 5], 5, &[0, 3]);
    check(&[7], 5, &[0, 1]);
}

#[test]
fn an_own_register_is_prepared_first() {
    let with = plan(Road::Extraction, true, &[1], 1);
    assert_eq!(with.stages.first(), Some(&Stage::Prepare));
    assert_eq!(with.index_of(Stage::Deliver), Some(4));
    assert_eq!(with.total_tasks(), 5);
    let count = plan(Road::Count, false, &[1, 1], 1);
    assert_eq!(count.stages, [Stage::Select, Stage::Tally]);
    assert_eq!(count.shards(2), None);
}

#[test]
fn an_update_is_split_by_parts_and_by_shards() {
    let check = |is_named: bool, stages: &[Stage], expected: &[u32]| {
        let update = plan(Road::Update { parts: 3, is_named }, true, &[1, 1], 1);
        assert_eq!(update.stages, stages);
        let tasks: Vec<u32> = update.stages.iter().map(|stage| update.task_count(*stage)).collect();
        assert_eq!(tasks, expected);
    };
    let [prepare, deliver] = [Stage::Prepare, Stage::Deliver];
    check(false, &[prepare, Stage::Match, Stage::Resolve, deliver], &[3, 3, 3, 1]);
    check(true, &[prepare, Stage::Match, Stage::Resolve, Stage::Approximate, deliver], &[3, 3, 3, 2, 1]);
}

#[test]
fn a_deduplication_is_split_by_parts_columns_looks_and_shares() {
    let check = |records: u64, expected: [u32; 8]| {
        let plan =
            plan(Road::Deduplication { parts: 3, columns: 5, records, has_model: false }, true, &[1, 1], 1);
        let tasks: Vec<u32> = plan.stages.iter().map(|stage| plan.task_count(*stage)).collect();
        assert_eq!(tasks, expected, "{records}");
    };
    check(1, [3, 1, 1, 4, 1, 4, 1, 1]);
    check(50_000, [3, 1, 5, 4, 1, 4, 1, 1]);
    check(1_000_000, [3, 1, 5, 8, 1, 8, 1, 1]);
    check(u64::MAX, [3, 1, 5, 8, 1, 128, 1, 1]);
}
