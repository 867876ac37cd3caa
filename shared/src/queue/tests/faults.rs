//! A server that goes, comes back empty, is emptied, or is not fit to be a queue.

use std::time::{Duration, Instant};

use super::server::{Server, prefix};
use super::*;
use crate::queue::{Cause, Commit, Event, Failure, Fingerprint, QueueError};

async fn epoch_change(events: &mut tokio::sync::broadcast::Receiver<Event>) -> u64 {
    let wait = async {
        loop {
            if let Ok(Event::EpochChanged { epoch }) = events.recv().await {
                return epoch;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("the queue notices")
}

#[tokio::test]
async fn an_emptied_server_is_noticed_and_planned_again() {
    let server = Server::start();
    let queue = RedisQueue::connect(&server.url, &prefix()).await.unwrap();
    let mut events = queue.subscribe();
    let before = queue.epoch().await.unwrap();
    queue.plan(plan("o-1", 0, 2)).await.unwrap();
    let old = claimed(&queue, "w-1").await;
    server.command(&["FLUSHALL"]).await;
    server.command(&["SCRIPT", "FLUSH"]).await;
    assert_ne!(epoch_change(&mut events).await, before);
    assert_eq!(queue.commit(&old, 1).await.unwrap(), Commit::Stale);
    assert!(queue.claim(&worker("w-1")).await.unwrap().is_none());
    queue.plan(plan("o-1", 0, 2)).await.unwrap();
    let new = claimed(&queue, "w-1").await;
    assert_eq!((new.task, new.token.counter), (old.task, old.token.counter));
    assert_eq!(queue.commit(&old, 1).await.unwrap(), Commit::Stale, "its fence is of another time");
    assert!(matches!(queue.commit(&new, 1).await.unwrap(), Commit::Done { .. }));
}

#[tokio::test]
async fn a_restarted_server_is_an_ordinary_event() {
    let mut server = Server::start();
    let queue = RedisQueue::connect(&server.url, &prefix()).await.unwrap();
    let mut events = queue.subscribe();
    let before = queue.epoch().await.unwrap();
    queue.plan(plan("o-1", 0, 2)).await.unwrap();
    let claim = claimed(&queue, "w-1").await;
    server.stop();
    for _ in 0..3 {
        let begun = Instant::now();
        let error = queue.commit(&claim, 1).await.unwrap_err();
        assert!(matches!(error, QueueError::Unreachable(_)), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
    let detached = queue.detached().await.unwrap();
    assert!(detached.heartbeat(&worker("w-1"), &[]).await.is_err());
    server.start_again();
    assert_ne!(epoch_change(&mut events).await, before);
    detached.heartbeat(&worker("w-1"), &[]).await.unwrap();
    queue.plan(plan("o-1", 0, 2)).await.unwrap();
    claimed(&queue, "w-1").await;
}

#[tokio::test]
async fn a_restart_is_noticed_though_nothing_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    let mut server = Server::with(&["--appendonly", "yes", "--appendfsync", "always", "--dir", &path]);
    let queue = RedisQueue::connect(&server.url, &prefix()).await.unwrap();
    let mut events = queue.subscribe();
    let before = queue.epoch().await.unwrap();
    queue.plan(plan("o-1", 0, 2)).await.unwrap();
    let old = claimed(&queue, "w-1").await;
    server.stop();
    server.start_again();
    assert_ne!(epoch_change(&mut events).await, before);
    assert_eq!(queue.orders().await.unwrap(), vec![order("o-1")]);
    let planned = queue.plan(plan("o-1", 0, 2)).await.unwrap();
    assert!(planned.fresh, "what was before the restart counts for nothing");
    assert_eq!(queue.commit(&old, 1).await.unwrap(), Commit::Stale);
}

#[tokio::test]
async fn unfit_servers_are_refused() {
    let check = async |options: &[&str], reason: &str| {
        let server = Server::with(options);
        let error = RedisQueue::connect(&server.url, &prefix()).await.unwrap_err();
        assert!(matches!(&error, QueueError::Unfit(why) if why.contains(reason)), "{error}");
        assert!(RedisQueue::check(&server.url).await.is_err());
    };
    check(&["--maxmemory-policy", "allkeys-lru"], "allkeys-lru").await;
    check(&["--requirepass", "secret"], "password").await;
    let server = Server::with(&["--requirepass", "secret"]);
    let wrong = server.url.replace("redis://", "redis://:wrong@");
    let error = RedisQueue::connect(&wrong, &prefix()).await.unwrap_err();
    assert!(matches!(&error, QueueError::Unfit(why) if why.contains("password")), "{error}");
    assert!(!format!("{error:?}").contains("wrong@"), "{error:?}");
    let right = server.url.replace("redis://", "redis://:secret@");
    RedisQueue::connect(&right, &prefix()).await.unwrap();
    for bad in ["", "a b", "a{b}", &"x".repeat(65)] {
        assert!(matches!(RedisQueue::connect(&right, bad).await, Err(QueueError::Unfit(_))), "{bad}");
    }
    for bad in ["http://localhost", "", "redis://:secret@host:port:port"] {
        let error = RedisQueue::check(bad).await.unwrap_err();
        assert!(!crate::error::chain(&error).contains("secret"), "{error}");
    }
    let nobody = RedisQueue::connect("redis://127.0.0.1:1/", &prefix()).await.unwrap_err();
    assert!(matches!(nobody, QueueError::Unreachable(_)), "{nobody}");
}

#[tokio::test]
async fn a_full_server_refuses_work_but_not_cancelling() {
    let server = Server::start();
    let queue = RedisQueue::connect(&server.url, &prefix()).await.unwrap();
    queue.plan(plan("o-1", 0, 2)).await.unwrap();
    server.command(&["CONFIG", "SET", "maxmemory", "1"]).await;
    let error = queue.plan(plan("o-2", 0, 2)).await.unwrap_err();
    assert!(matches!(error, QueueError::Full(_)), "{error:?}");
    queue.cancel(&order("o-1")).await.unwrap();
    queue.forget(&order("o-1")).await.unwrap();
    assert!(queue.read(&order("o-1")).await.unwrap().is_none());
}

#[tokio::test]
async fn retries_are_due_when_they_were_asked_for() {
    let server = Server::start();
    let queue = RedisQueue::connect(&server.url, &prefix()).await.unwrap();
    queue.plan(plan("o-1", 0, 1)).await.unwrap();
    let claim = claimed(&queue, "w-1").await;
    let failure = Failure {
        cause: Cause::Error,
        fingerprint: Fingerprint::new("x"),
        retry_after: Duration::from_millis(1_500),
    };
    queue.fail(&claim, &failure).await.unwrap();
    let begun = Instant::now();
    while queue.claim(&worker("w-1")).await.unwrap().is_none() {
        queue.sweep().await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(1_480) && took < Duration::from_millis(2_500), "{took:?}");
}
