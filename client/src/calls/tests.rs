//! The client against a server that plays back answers.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// Serves one answer for each connection; gives the requests as they came.
async fn playback(answers: Vec<String>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 16_384];
            let length = stream.read(&mut request).await.unwrap();
            requests.push(String::from_utf8_lossy(&request[..length]).into_owned());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        requests
    });
    (address, served)
}

fn answer(status: u16, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn stream(body: &str) -> String {
    format!("HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n{body}")
}

fn header<'a>(request: &'a str, name: &str) -> &'a str {
    let line = request.lines().find(|line| line.to_lowercase().starts_with(name));
    line.and_then(|line| line.split_once(": ")).map_or("", |(_, value)| value)
}

#[tokio::test]
async fn a_submission_is_sent_again_under_the_same_key() {
    let answers = vec![answer(503, r#"{"error":"stands by"}"#), answer(201, r#"{"id":"o-1","known":false}"#)];
    let (url, served) = playback(answers).await;
    let submission = Submission::toml("kind = \"count\"").priority(7).seed("ab".repeat(32));
    let submitted = Client::new(&url).unwrap().with_token("t").submit(&submission).await.unwrap();
    assert_eq!(submitted.id.as_str(), "o-1");
    assert_eq!(submitted.more["known"], false);
    let requests = served.await.unwrap();
    let keys: Vec<&str> = requests.iter().map(|request| header(request, "idempotency-key")).collect();
    assert!(!keys[0].is_empty() && keys[0] == keys[1], "{keys:?}");
    assert!(requests[0].starts_with(&format!("POST /v1/orders?seed={}&priority=7 ", "ab".repeat(32))));
    assert_eq!(header(&requests[0], "authorization"), "Bearer t");
    assert_eq!(header(&requests[0], "content-type"), "application/toml");
}

#[tokio::test]
async fn a_refusal_is_told_with_its_details_and_not_repeated() {
    let body = r#"{"error":"the order is refused","details":["permit: P-1 is not known"]}"#;
    let (url, served) = playback(vec![answer(422, body)]).await;
    let error = Client::new(&url).unwrap().submit(&Submission::json("{}")).await.unwrap_err();
    let ClientError::Refused { details, .. } = error else { panic!("{error}") };
    assert_eq!(details, ["permit: P-1 is not known"]);
    assert_eq!(served.await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_watch_goes_on_after_a_lost_connection() {
    let event = |state: &str| {
        format!(
            "event: progress\ndata: {{\"id\":\"o-1\",\"state\":\"{state}\",\"paused\":false,\"stages\":[],\"reason\":null}}\n\n"
        )
    };
    let (url, served) = playback(vec![stream(&event("running")), stream(&event("delivered"))]).await;
    let mut watch = Client::new(&url).unwrap().watch(&"o-1".parse().unwrap()).await.unwrap();
    let mut states = Vec::new();
    while let Some(progress) = watch.next().await.unwrap() {
        states.push(progress.state.name());
    }
    assert_eq!(states, ["running", "delivered"]);
    assert_eq!(served.await.unwrap().len(), 2);
}

#[tokio::test]
async fn wrong_addresses_and_seeds_do_not_leave_the_house() {
    for url in ["", "localhost:8480", "https://x", "ftp://x"] {
        assert!(matches!(Client::new(url), Err(ClientError::Address(_))), "{url}");
    }
    let client = Client::new("http://127.0.0.1:9").unwrap();
    let error = client.submit(&Submission::toml("").seed("1&priority=255")).await.unwrap_err();
    assert!(matches!(error, ClientError::Refused { .. }));
    assert!(client.list(1, None).await.unwrap_err().is_passing());
}
