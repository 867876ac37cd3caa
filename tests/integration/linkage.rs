//! `poimuri dedup` and `poimuri link`: what they find, and what becomes of a result over time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use poimuri_tests::program;
use serde_json::Value;
use tempfile::TempDir;

use crate::lists::{Record, members, records};

const PEOPLE: u64 = 3_000;

/// A folder with lists in it.
pub(crate) struct Lists(TempDir);

impl Lists {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    pub(crate) fn run(&self, arguments: &str) -> program::Ended {
        program::run(self.0.path(), arguments.split(' '))
    }

    #[track_caller]
    pub(crate) fn json(&self, arguments: &str) -> Value {
        self.run(&format!("{arguments} --json")).json()
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    /// The rows of a file of a result, the heading aside.
    pub(crate) fn rows(&self, file: &str) -> Vec<Vec<String>> {
        self.text(file).lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    /// The cluster of each record.
    pub(crate) fn clusters(&self, folder: &str) -> BTreeMap<String, String> {
        let rows = self.rows(&Path::new(folder).join("clusters.csv").to_string_lossy());
        rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
    }
}

/// Pairs that are together: of the same person, and of others.
fn judged(clusters: &BTreeMap<String, String>, of: &[&Record]) -> (usize, usize) {
    let mut by_cluster: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    of.iter().for_each(|record| by_cluster.entry(&clusters[&record.key]).or_default().push(record.person));
    let several = by_cluster.values().filter(|persons| persons.len() > 1);
    let (right, wrong): (Vec<_>, Vec<_>) =
        several.partition(|persons| persons.iter().all(|person| *person == persons[0]));
    (right.len(), wrong.len())
}

#[test]
fn the_same_person_is_found_in_one_list_and_in_two() {
    let (lists, (first, second)) = (Lists::new(), records(PEOPLE));
    lists.file("members.csv", members(&first));
    lists.file("guests.csv", members(&second));
    let told = lists.json("dedup members.csv --id number --out result");
    let twins = first.iter().filter(|record| record.person % 9 == 0).count() / 2;
    let (right, wrong) = judged(&lists.clusters("result"), &first.iter().collect::<Vec<_>>());
    assert!(right * 100 >= twins * 97 && wrong * 100 <= twins, "{right} and {wrong} wrong of {twins}");
    assert_eq!(told["counts"]["records"].as_u64(), Some(first.len() as u64));
    assert!(told["threshold"].as_f64().is_some_and(|threshold| threshold > 0.0 && threshold < 1.0));
    let linked = lists.rows("result/pairs.csv").iter().filter(|pair| pair[4] == "true").count();
    assert_eq!(told["counts"]["linked_pairs"].as_u64(), Some(linked as u64));
    for file in ["review.csv", "report.html", "model.toml", "state.bin"] {
        assert!(lists.0.path().join("result").join(file).exists(), "{file}");
    }

    let told = lists.json("link members.csv guests.csv --id number --out linked --partners one-to-one");
    assert_eq!(told["counts"]["partners"], "one-to-one");
    let linked: Vec<Vec<String>> =
        lists.rows("linked/pairs.csv").into_iter().filter(|pair| pair[4] == "true").collect();
    let is_once = |column: usize| {
        let different: BTreeSet<&str> = linked.iter().map(|pair| pair[column].as_str()).collect();
        different.len() == linked.len()
    };
    assert!(is_once(0) && is_once(1));
    let person: BTreeMap<&str, u64> =
        first.iter().chain(&second).map(|record| (record.key.as_str(), record.person)).collect();
    let right = linked.iter().filter(|pair| person[pair[0].as_str()] == person[pair[1].as_str()]).count();
    assert!(right >= 290 && right * 100 >= linked.len() * 97, "{right} of {}", linked.len());
}

#[test]
fn a_result_is_extended_without_comparing_old_pairs_again() {
    let (lists, (first, _)) = (Lists::new(), records(PEOPLE));
    let old = first.len() * 2 / 3;
    lists.file("old.csv", members(&first[..old]));
    lists.file("all.csv", members(&first));
    let begun = lists.json("dedup old.csv --id number --out result");
    let before = lists.clusters("result");

    // Nothing has changed: nothing is compared, and nothing changes.
    let same = lists.json("dedup old.csv --id number --out same --extend result");
    assert_eq!(same["counts"]["compared"].as_u64(), Some(0), "{same}");
    assert_eq!(same["extended"]["unchanged"].as_u64(), Some(old as u64));
    assert_eq!(lists.clusters("same"), before);
    assert_eq!(same["threshold"], begun["threshold"]);

    let told = lists.json("dedup all.csv --id number --out more --extend result");
    assert_eq!(told["extended"]["new"].as_u64(), Some((first.len() - old) as u64), "{told}");
    let (all, old_pairs) = (first.len() * (first.len() - 1) / 2, old * (old - 1) / 2);
    assert!(told["counts"]["compared"].as_u64().unwrap() <= (all - old_pairs) as u64, "{told}");
    let after = lists.clusters("more");
    let (right, wrong) = judged(&after, &first.iter().collect::<Vec<_>>());
    assert!(right >= 150 && wrong <= 2, "{right} and {wrong} wrong");
    let kept = before.iter().filter(|(id, cluster)| after[*id] == **cluster).count();
    assert!(kept * 1_000 >= before.len() * 995, "{kept} of {}", before.len());

    // The order of rows changes nothing, nor does it where the result is written.
    let mut shuffled = first;
    shuffled.sort_by_key(|record| record.person * 7_919 % 1_009);
    shuffled[5..].reverse();
    lists.file("all.csv", members(&shuffled));
    lists.json("dedup all.csv --id number --out result --extend result");
    assert_eq!(lists.clusters("result"), after);

    // A record that changed is compared anew, one that is gone is left out.
    let text = members(&shuffled[1..]).replacen("Koulukatu", "Uusikatu", 1);
    lists.file("all.csv", text);
    let told = lists.json("dedup all.csv --id number --out result --extend result");
    assert_eq!((told["extended"]["changed"].as_u64(), told["extended"]["gone"].as_u64()), (Some(1), Some(1)));
}

#[test]
fn what_a_reviewer_judged_goes_before_every_weight_and_is_kept() {
    let (lists, (first, _)) = (Lists::new(), records(PEOPLE));
    lists.file("list.csv", members(&first));
    lists.json("dedup list.csv --id number --out result");
    let linked = lists.rows("result/pairs.csv").into_iter().find(|pair| pair[4] == "true").unwrap();
    let clusters = lists.clusters("result");
    let alone: Vec<&str> = clusters
        .keys()
        .map(String::as_str)
        .filter(|id| clusters.values().filter(|cluster| **cluster == clusters[*id]).count() == 1)
        .take(2)
        .collect();
    let review = format!(
        "id_a,id_b,weight,same\n{},{},1,no\n{},{},0,yes\nnobody,{},0,yes\n",
        linked[0], linked[1], alone[0], alone[1], alone[0]
    );
    lists.file("review.csv", &review);
    let told = lists.json("dedup list.csv --id number --out result --extend result --review review.csv");
    let check = |folder: &str| {
        let clusters = lists.clusters(folder);
        assert_ne!(clusters[&linked[0]], clusters[&linked[1]]);
        assert_eq!(clusters[alone[0]], clusters[alone[1]]);
    };
    check("result");
    assert_eq!(told["judgements"]["set_aside"].as_u64(), Some(1), "{told}");
    let pairs = lists.rows("result/pairs.csv");
    let forced = |pair: &&Vec<String>| alone.iter().all(|id| pair[..2].contains(&(*id).to_owned()));
    assert_eq!(pairs.iter().find(forced).map(|pair| pair[4].as_str()), Some("true"));
    // Judgements are kept; a first run heeds them, too.
    lists.json("dedup list.csv --id number --out later --extend result");
    check("later");
    lists.json("dedup list.csv --id number --out again --review review.csv");
    check("again");

    lists.file("review.csv", format!("{review}{},{},1,yes\n", linked[1], linked[0]));
    let ended = lists.run("dedup list.csv --id number --out result --review review.csv");
    assert_eq!(ended.code, 3);
    assert!(ended.said().contains("line 5: the pair was judged otherwise on line 2"), "{}", ended.said());
    let torn =
        format!("id_a,id_b,same\n{0},{1},yes\n{1},{2},yes\n{0},{2},no\n", alone[0], alone[1], linked[0]);
    lists.file("review.csv", torn);
    let ended = lists.run("dedup list.csv --id number --out result --review review.csv");
    assert_eq!(ended.code, 3);
    assert!(ended.said().contains("judgements contradict each other"), "{}", ended.said());
}

#[test]
fn a_folder_that_is_no_result_cannot_be_extended() {
    let (lists, (first, _)) = (Lists::new(), records(100));
    lists.file("list.csv", members(&first));
    let ended = lists.run("dedup list.csv --id number --out result --extend nowhere");
    assert!(ended.code != 0 && ended.said().contains("nowhere"), "{}", ended.said());
    lists.json("dedup list.csv --id number --out result");
    let state = lists.0.path().join("result/state.bin");
    let bytes = fs::read(&state).unwrap();
    fs::write(&state, &bytes[..bytes.len() / 2]).unwrap();
    let ended = lists.run("dedup list.csv --id number --out result --extend result");
    assert_eq!(ended.code, 3, "{}", ended.said());
    assert!(ended.said().contains("state.bin"), "{}", ended.said());
}
