//! One connection to the server, made again whenever it broke.

use std::fmt;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ErrorKind, IntoConnectionInfo as _, RedisError,
    RedisResult, ServerErrorKind,
};
use tokio::sync::Mutex;

use crate::queue::QueueError;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(2);
/// How long an answer may take. A dead connection is noticed by it.
const ANSWER: Duration = Duration::from_secs(5);
/// The least pause between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);
/// Commands that may be under way; more wait their turn.
const UNDER_WAY: usize = 1024;

pub(super) struct Link {
    pub(super) client: Client,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connection: Option<MultiplexedConnection>,
    /// Tells a broken connection from the one that replaced it.
    generation: u64,
    failed: Option<Instant>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password.
        f.debug_struct("Link").finish_non_exhaustive()
    }
}

impl Link {
    /// Does not connect yet.
    pub(super) fn new(client: Client) -> Self {
        Self { client, state: Mutex::default() }
    }

    /// # Errors
    /// If the address makes no sense.
    pub(super) fn client(url: &str) -> Result<Client, QueueError> {
        let info = url.into_connection_info().map_err(unreadable)?;
        let remote = matches!(info.addr(), ConnectionAddr::Tcp(..) | ConnectionAddr::TcpTls { .. });
        let settings = info.tcp_settings().clone().set_nodelay(true).set_user_timeout(ANSWER);
        let info = if remote { info.set_tcp_settings(settings) } else { info };
        Client::open(info).map_err(unreadable)
    }

    async fn connection(&self) -> Result<(MultiplexedConnection, u64), QueueError> {
        let mut state = self.state.lock().await;
        if let Some(connection) = &state.connection {
            return Ok((connection.clone(), state.generation));
        }
        if state.failed.is_some_and(|failed| failed.elapsed() < PAUSE) {
            return Err(QueueError::Unreachable("the last attempt to connect just failed".into()));
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(ANSWER))
            .set_pipeline_buffer_size(UNDER_WAY);
        match self.client.get_multiplexed_async_connection_with_config(&config).await {
            Ok(connection) => {
                state.generation += 1;
                state.failed = None;
                state.connection = Some(connection.clone());
                Ok((connection, state.generation))
            }
            Err(error) => {
                state.failed = Some(Instant::now());
                Err(judged("connect", error))
            }
        }
    }

    /// Asks over the connection; gives the connection up if it turns out to be broken.
    ///
    /// # Errors
    /// [`QueueError::Unreachable`] and what the server refuses.
    pub(super) async fn ask<T, F: Future<Output = RedisResult<T>>>(
        &self,
        call: &'static str,
        command: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, QueueError> {
        let (connection, generation) = self.connection().await?;
        let answer = command(connection).await;
        if let Err(error) = &answer
            && (error.is_unrecoverable_error() || error.is_timeout())
        {
            let mut state = self.state.lock().await;
            if state.generation == generation {
                state.connection = None;
            }
        }
        answer.map_err(|error| judged(call, error))
    }
}

/// The parser's message may repeat the address and its password.
fn unreadable(_: RedisError) -> QueueError {
    QueueError::Unfit("the address is not one of redis://, rediss:// or unix://".to_owned())
}

/// Whose move it is.
pub(super) fn judged(call: &'static str, error: RedisError) -> QueueError {
    let kind = error.kind();
    if kind == ErrorKind::AuthenticationFailed {
        return QueueError::Unfit("user name or password is wrong".to_owned());
    }
    if kind == ErrorKind::Server(ServerErrorKind::NoPerm) {
        return QueueError::Unfit("the user may not do what a queue needs".to_owned());
    }
    let passing = [ServerErrorKind::BusyLoading, ServerErrorKind::MasterDown, ServerErrorKind::ReadOnly];
    if kind == ErrorKind::Io || passing.into_iter().any(|one| kind == ErrorKind::Server(one)) {
        return QueueError::Unreachable(Box::new(error));
    }
    match error.code() {
        Some("WRONGPASS") => QueueError::Unfit("user name or password is wrong".to_owned()),
        Some("NOAUTH") => QueueError::Unfit("it wants a password".to_owned()),
        Some("OOM") => QueueError::Full("the server is out of memory"),
        Some("MISCONF") => QueueError::Full("the server cannot write to its disk"),
        Some("BUSY" | "TRYAGAIN" | "CLUSTERDOWN") => QueueError::Unreachable(Box::new(error)),
        _ if error.is_unrecoverable_error() || error.is_timeout() || error.is_connection_dropped() => {
            QueueError::Unreachable(Box::new(error))
        }
        _ => QueueError::Answer { call, source: Some(Box::new(error)) },
    }
}
