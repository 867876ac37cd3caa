//! How tasks may end, and how a worker takes it.

use super::*;

#[tokio::test]
async fn panics_refusals_and_aborts_are_told_apart() {
    let queue = queue();
    let handler = script(|claim, _| {
        Box::pin(async move {
            match (claim.task, claim.attempt) {
                (0, 1) => panic!("on purpose"),
                (1, _) => Outcome::Refused,
                (2, _) => Outcome::Abort { fingerprint: Fingerprint::new("broken") },
                (3, 1) => Outcome::Retry { after: Duration::ZERO, fingerprint: Fingerprint::new("away") },
                _ => Outcome::Done { core_ms: 1 },
            }
        })
    });
    plan(&queue, 5).await;
    let worker = Worker::start(&queue, &handler, options());
    until(&queue, |order| order.stages[&0].done == 3 && order.stages[&0].dead == 2).await;
    worker.stop().await;
}

#[tokio::test]
async fn cancelling_reaches_a_running_task() {
    let queue = queue();
    let (told, stopped) = oneshot::channel();
    let told = Mutex::new(Some(told));
    let handler = script(move |_, context| {
        let told = told.lock().unwrap().take();
        Box::pin(async move {
            context.progress(500);
            while !context.cancelled() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            if let Some(told) = told {
                told.send(context.stop()).unwrap();
            }
            Outcome::Cancelled
        })
    });
    plan(&queue, 1).await;
    let worker = Worker::start(&queue, &handler, options());
    until(&queue, |order| order.stages[&0].running == 1).await;
    until(&queue, |order| order.stages[&0].permille == 500).await;
    queue.cancel(&"o-1".parse().unwrap()).await.unwrap();
    let stop = tokio::time::timeout(Duration::from_secs(5), stopped).await.unwrap().unwrap();
    assert_eq!(stop, Some(Stop::Cancelled));
    until(&queue, |order| order.stages[&0].running == 0).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_task_that_takes_too_long_is_timed_out() {
    let queue = queue();
    let handler = script(|claim, _| {
        Box::pin(async move {
            if claim.attempt == 1 {
                std::future::pending::<()>().await;
            }
            Outcome::Done { core_ms: 1 }
        })
    });
    plan(&queue, 1).await;
    let options = WorkerOptions { task_timeout: Duration::from_millis(50), ..options() };
    let worker = Worker::start(&queue, &handler, options);
    until(&queue, |order| order.stages[&0].retrying == 1).await;
    let state = queue.read(&"o-1".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(state.stages[&0].past[&0].timeouts, 1);
    until(&queue, |order| order.stages[&0].done == 1).await;
    worker.stop().await;
}
