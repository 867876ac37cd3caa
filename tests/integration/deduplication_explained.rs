//! How pairs of de-duplication orders came to their weights, told on the store.

use poimuri_tests::cluster::LIMIT;
use poimuri_tests::program::Ended;
use poimuri_tests::store::Store;
use poimuri_tests::wait::wait_for;
use serde_json::Value;

use crate::deduplication_again::{rows, with};
use crate::lists::{DEDUPLICATION, guests, members, prepared, records};

const PEOPLE: u64 = 1_500;

fn id(receipt: &Value) -> &str {
    receipt["order"].as_str().unwrap()
}

fn told(store: &Store, order: &str, pair: &str) -> Value {
    let answer = store.run(["order", "explain", order, "--pair", pair, "--json"]).json();
    answer["pairs"][0].clone()
}

#[track_caller]
fn refused(ended: &Ended, code: i32, words: &str) {
    assert_eq!(ended.code, code, "{}", ended.said());
    assert!(ended.said().contains(words) && !ended.said().contains("Secret"), "{}", ended.said());
}

/// The names of a pair's records as `--pair` takes them.
fn named(pair: &[String]) -> String {
    format!("{}:{},{}:{}", pair[0], pair[2], pair[3], pair[5])
}

/// Whether what is told of a pair is what its row of the result holds.
fn check(told: &Value, pair: &[String]) {
    let number = |text: &str| text.parse::<f64>().unwrap();
    assert_eq!(told["weight"].as_f64(), Some(number(&pair[6])), "{told} {pair:?}");
    assert_eq!(told["probability"].as_f64(), Some(number(&pair[7])));
    assert_eq!(told["linked"], pair[8] == "yes");
    let steps = told["steps"].as_array().unwrap();
    let own = steps.iter().filter(|step| step["level"] == "any two records" || !step["field"].is_null());
    let own: Vec<f64> = own.map(|step| step["weight"].as_f64().unwrap()).collect();
    let parts: Vec<f64> = pair[9..pair.len() - 1].iter().map(|part| number(part)).collect();
    assert_eq!(own, parts, "{told} {pair:?}");
    let sum: f64 = steps.iter().map(|step| step["weight"].as_f64().unwrap()).sum();
    assert!((sum - number(&pair[6])).abs() < 1e-6, "{told}");
}

#[test]
fn a_pair_is_told_as_the_result_has_it_and_keeps_its_weight_in_later_orders() {
    let store = prepared(PEOPLE);
    let (first, _) = records(PEOPLE);
    store.file("members.csv", members(&first[..first.len() / 2]));
    let before = store.receipt(&with("output = \"pairs\""), "2");
    let pairs = rows(&store, &before);
    let shown: Vec<&Vec<String>> = pairs.iter().step_by(pairs.len() / 12).collect();
    assert!(shown.iter().any(|pair| pair[8] == "yes"));
    for pair in &shown {
        check(&told(&store, id(&before), &named(pair)), pair);
    }
    let text = store.run(["order", "explain", id(&before), "--pair", &named(shown[0])]).stdout;
    for part in ["bits, probability", "any two records", "what others have in common too", "linked"] {
        assert!(text.contains(part), "{part}: {text}");
    }

    // Any two records may be named, also such as no rule brings together.
    let other = told(&store, id(&before), &format!("members:{},members:{}", first[0].key, first[9].key));
    assert!(other["weight"].as_f64().unwrap() < 0.0 && other["linked"] == false, "{other}");

    assert!(other["left_to_earlier"].is_null());
    store.file("members.csv", members(&first));
    let later = store.receipt(&with(&format!("output = \"pairs\", earlier = \"{}\"", id(&before))), "2");
    let (after, mut rarer) = (rows(&store, &later), 0);
    for pair in &shown {
        let same = after.iter().find(|other| (&other[2], &other[5]) == (&pair[2], &pair[5])).unwrap();
        let told = told(&store, id(&later), &named(pair));
        check(&told, same);
        assert_eq!(same[6], pair[6], "the weight it had");
        assert_eq!(told["left_to_earlier"], true, "{told}");
        let before = "values were as frequent as in the run that weighed it";
        rarer += usize::from(told["steps"].as_array().unwrap().iter().any(|step| step["level"] == before));
    }
    assert!(rarer > shown.len() / 2, "{rarer} of {}", shown.len());
}

#[test]
fn records_are_named_as_the_result_names_them_and_codes_and_judgements_are_told() {
    let store = prepared(100);
    let (first, second) = records(100);
    // Keys of guests stand twice: they are known by their rows.
    store.file("guests.csv", guests(&second).replace("\ng1;", "\ng0;"));
    let order = with("reviews = { file = \"judged.csv\" }").replace(", columns = { key = \"nro\" }", "");
    store.file(
        "judged.csv",
        format!(
            "list_a,row_a,customer_key_a,list_b,row_b,customer_key_b,same\nmembers,,{},guests,4,,no\n",
            first[2].key
        ),
    );
    let receipt = store.receipt(&order, "1");
    let run = |pair: &str| store.run(["order", "explain", id(&receipt), "--pair", pair, "--json"]);
    let told = run("members:m2, guests:4").json();
    assert_eq!(
        (&told["pairs"][0]["judged"], &told["pairs"][0]["id_b"]),
        (&"different".into(), &"guests:4".into())
    );
    for pair in
        ["members:m2,guests:g0", "members:m2,guests:0", "members:m2,guests:9999", "members:m2,members:m2"]
    {
        refused(&run(pair), 3, "pair 1 of --pair is no two records");
    }
    refused(&run("members:Secret,guests:1"), 3, "the row where keys are missing or stand twice");
    refused(&run("m2,g4"), 3, "no two records");

    let codes = "number,identity code,surname,first names\n1,131052-308T,Laine,Matti\n2,131052-308T,Niemi,Maija\n\
                 3,131052A308T,Laine,Matti\n4,,Laine,Matti\n";
    store.file("members.csv", codes);
    let alone = DEDUPLICATION
        .replace("  { name = \"guests\", file = \"guests.csv\", columns = { key = \"nro\" } },\n", "")
        .replace("\"newest\", ", "");
    let receipt = store.receipt(&alone, "1");
    let code = |pair: &str| {
        let told = store.run(["order", "explain", id(&receipt), "--pair", pair, "--json"]).json();
        (told["pairs"][0]["identity_codes"].clone(), told["pairs"][0]["linked"].as_bool().unwrap())
    };
    assert_eq!(code("1,2"), ("same".into(), true), "of a single list the key alone will do");
    assert_eq!(code("members:1,members:3"), ("different".into(), false));
    assert!(code("1,4").0.is_null());
    let text = store.run(["order", "explain", id(&receipt), "--pair", "1,2"]).stdout;
    assert!(text.contains("the same person by their identity codes, whatever the weight"), "{text}");
}

#[test]
fn what_cannot_be_explained_is_refused() {
    let store = prepared(300);
    let run = |order: &str, pair: &str| store.run(["order", "explain", order, "--pair", pair]);
    refused(&run("o-nothing", "members:m1,guests:g1"), 4, "order o-nothing is not known");
    let between = store.receipt(&with("compare = \"between\""), "1");
    refused(&run(id(&between), "members:m1,members:m2"), 3, "two records that the order compares");
    assert_eq!(run(id(&between), "guests:g1,members:m2").code, 0);

    let count = "kind = \"count\"\ncustomer = \"acme\"\n\
                 criteria = { all = [{ field = \"person.age\", between = [20, 60] }] }\n";
    let counted = store.receipt(count, "1");
    refused(&run(id(&counted), "members:m1,guests:g1"), 3, "is no de-duplication");

    store.file("members.csv", "number,surname,updated\n1,a,\n");
    store.file("guests.csv", "nro;sukunimi;päivitetty\n1;a;\n1;b;\n");
    store.file("order.toml", DEDUPLICATION);
    assert_eq!(store.run(["order", "run", "order.toml"]).code, 3);
    let open =
        store.orders().into_iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
    let refused_one = open.max().unwrap();
    refused(&run(&refused_one, "members:m1,guests:g1"), 3, "has not been delivered");

    wait_for("the erasure", LIMIT, || {
        store.run(["retention", "run", "--as-of", "2099-12-31"]).expect_done();
        let ended = run(id(&between), "guests:g1,members:m2");
        (ended.code == 4 && ended.said().contains("was erased under retention")).then_some(())
    });
}
