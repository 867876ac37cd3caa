//! What a commit promises under races, repetition and damage.

use super::*;
use crate::store::Folder;

struct Bench {
    _home: tempfile::TempDir,
    objects: Folder,
    key: OrderKey,
    order: OrderId,
}

fn bench() -> Bench {
    let home = tempfile::tempdir().unwrap();
    let objects = Folder::new(home.path());
    Bench { _home: home, objects, key: OrderKey::from_bytes([5; 32]), order: "o-1".parse().unwrap() }
}

impl Bench {
    fn task(&self, task: u32) -> TaskName<'_> {
        TaskName { order: &self.order, stage: "select", task }
    }

    fn commit(&self, task: u32, content: &[u8]) -> Committed {
        commit_partial(&self.objects, &self.key, &self.task(task), "w-1", content).unwrap()
    }

    fn read(&self, task: u32) -> Result<Vec<u8>, StoreError> {
        read_partial(&self.objects, &self.key, &self.task(task))
    }

    fn data_count(&self) -> usize {
        self.objects.list(&layout::all_data(&self.order), "", 100).unwrap().len()
    }
}

#[test]
fn the_first_partial_wins_and_equal_ones_are_welcome() {
    for bytes in [0, 10, WITHIN_BYTES_MAX, WITHIN_BYTES_MAX + 1] {
        let bench = bench();
        let content = vec![1_u8; bytes];
        assert!(matches!(bench.read(3), Err(StoreError::Missing { .. })));
        assert_eq!(bench.commit(3, &content), Committed::First);
        assert_eq!(bench.commit(3, &content), Committed::SameAsBefore);
        let other = vec![2_u8; bytes + 1];
        assert!(matches!(bench.commit(3, &other), Committed::Conflict(_)));
        assert_eq!(bench.read(3).unwrap(), content, "{bytes}");
        assert_eq!(bench.data_count(), usize::from(bytes > WITHIN_BYTES_MAX));
        assert_eq!(bench.commit(0, &content), Committed::First);
        assert_eq!(committed_tasks(&bench.objects, &bench.order, "select").unwrap(), [0, 3]);
        assert_eq!(committed_tasks(&bench.objects, &bench.order, "sel").unwrap(), [0; 0]);
    }
}

#[test]
fn racing_attempts_commit_once() {
    let bench = bench();
    let content = vec![9_u8; WITHIN_BYTES_MAX + 1];
    let firsts = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..8).map(|_| scope.spawn(|| bench.commit(0, &content))).collect();
        let outcomes: Vec<_> = racers.into_iter().map(|racer| racer.join().unwrap()).collect();
        assert!(outcomes.iter().all(|outcome| !matches!(outcome, Committed::Conflict(_))));
        outcomes.iter().filter(|outcome| **outcome == Committed::First).count()
    });
    assert_eq!(firsts, 1);
    assert_eq!(bench.data_count(), 1, "losers leave nothing");
    assert_eq!(bench.read(0).unwrap(), content);
}

#[test]
fn a_partial_of_another_task_or_a_damaged_one_is_refused() {
    let bench = bench();
    assert_eq!(bench.commit(0, b"content"), Committed::First);
    let bytes = bench.objects.get(&bench.task(0).commit()).unwrap();
    bench.objects.put_data(&bench.task(1).commit(), &bytes).unwrap();
    assert!(matches!(bench.read(1), Err(StoreError::Damaged { .. })));
    for cut in [0, 1, 2, 20, bytes.len() - 1] {
        bench.objects.put_data(&bench.task(0).commit(), &bytes[..cut]).unwrap();
        assert!(matches!(bench.read(0), Err(StoreError::Damaged { .. })), "{cut}");
    }
}
