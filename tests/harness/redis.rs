//! A private Redis on a free port, that tests may kill, empty and start again.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use crate::wait::wait_for;

/// A port that is free, and that no other test of this process is given.
///
/// Ports lie below the range the system takes for outgoing connections, so that none of those can
/// come between asking and listening.
///
/// # Panics
/// If the machine has none.
#[must_use]
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id() % 200 * 100;
    let mut candidates = (0..20_000).map(|_| {
        let number = (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        u16::try_from(10_000 + number).unwrap()
    });
    candidates.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a port is free")
}

/// One Redis server without persistence; dropped, it ends.
#[derive(Debug)]
pub struct Redis {
    folder: TempDir,
    port: u16,
    options: Vec<String>,
    child: Option<Child>,
}

impl Redis {
    /// Starts a server that keeps everything.
    #[must_use]
    pub fn start() -> Self {
        Self::with(&["--maxmemory-policy", "noeviction"])
    }

    /// Starts a server with options of its own.
    ///
    /// # Panics
    /// If `redis-server` is not installed.
    #[must_use]
    pub fn with(options: &[&str]) -> Self {
        let mut redis = Self {
            folder: TempDir::new().unwrap(),
            port: free_port(),
            options: options.iter().map(|&option| option.to_owned()).collect(),
            child: None,
        };
        redis.restart();
        redis
    }

    /// Address for the program.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Ends the server as `kill -9` does; nothing is saved.
    ///
    /// # Panics
    /// If the system refuses.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts the server empty, on the same port.
    ///
    /// # Panics
    /// If it does not answer within ten seconds.
    pub fn restart(&mut self) {
        self.kill();
        let child = Command::new("redis-server")
            .args([
                "--port",
                &self.port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .args(&self.options)
            .arg("--dir")
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        self.child = Some(child);
        wait_for("the private Redis", Duration::from_secs(10), || {
            std::net::TcpStream::connect(("127.0.0.1", self.port)).ok()
        });
    }

    /// A connection of the test's own.
    ///
    /// # Panics
    /// If the server is down.
    #[must_use]
    pub fn connection(&self) -> redis::Connection {
        redis::Client::open(self.url()).unwrap().get_connection().unwrap()
    }

    /// Removes every key.
    ///
    /// # Panics
    /// If the server is down.
    pub fn flush_all(&self) {
        redis::cmd("FLUSHALL").exec(&mut self.connection()).unwrap();
    }

    /// Every key and value as one text: what somebody who reads the server's memory would see.
    ///
    /// # Panics
    /// If the server is down.
    #[must_use]
    pub fn memory_as_text(&self) -> String {
        let mut connection = self.connection();
        let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut connection).unwrap();
        let mut text = String::new();
        for key in keys {
            let dump: Option<Vec<u8>> = redis::cmd("DUMP").arg(&key).query(&mut connection).unwrap();
            text.push_str(&key);
            text.push('\n');
            text.push_str(&String::from_utf8_lossy(&dump.unwrap_or_default()));
            text.push('\n');
        }
        text
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
