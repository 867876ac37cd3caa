//! Whether a server may be our queue.

use std::collections::BTreeMap;

use crate::queue::QueueError;

/// The oldest version that knows the flags of our scripts.
const OLDEST: (u32, u32) = (7, 0);

/// What a server says of itself.
#[derive(Debug)]
pub(super) struct Info(BTreeMap<String, String>);

impl Info {
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once(':'));
        Self(pairs.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect())
    }

    /// Names one run of the server.
    pub(super) fn run(&self) -> &str {
        self.get("run_id").unwrap_or("")
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// # Errors
    /// [`QueueError::Unfit`] with what to change, or [`QueueError::Unreachable`] while it starts.
    pub(super) fn check(&self) -> Result<(), QueueError> {
        let unfit = |reason: String| Err(QueueError::Unfit(reason));
        let version = self.get("redis_version").unwrap_or("0");
        let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        if (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) < OLDEST {
            let (major, minor) = OLDEST;
            return unfit(format!("version {version} is older than {major}.{minor}"));
        }
        if self.get("loading") == Some("1") {
            return Err(QueueError::Unreachable("the server is still loading".into()));
        }
        match self.get("maxmemory_policy") {
            Some("noeviction") => {}
            Some(policy) => {
                return unfit(format!(
                    "its eviction policy is {policy}, so it would silently drop waiting tasks: \
                     set maxmemory-policy to noeviction"
                ));
            }
            None => {
                return unfit("it does not tell its eviction policy, which must be noeviction".to_owned());
            }
        }
        if self.get("role") == Some("slave") {
            return unfit("it is a replica: name the primary".to_owned());
        }
        if self.get("cluster_enabled") == Some("1") {
            return unfit("it is a node of a Redis Cluster, which needs a client of its own".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfit_servers_are_refused_with_a_reason() {
        let rows = [
            ("redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\nrole:master\r\n", ""),
            ("redis_version:10.1.0\r\nmaxmemory_policy:noeviction\r\n", ""),
            ("redis_version:6.2.14\r\nmaxmemory_policy:noeviction\r\n", "older than 7.0"),
            ("redis_version:7.0.15\r\nmaxmemory_policy:allkeys-lru\r\n", "allkeys-lru"),
            ("redis_version:7.0.15\r\n", "eviction policy"),
            ("redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\nrole:slave\r\n", "replica"),
            ("redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\ncluster_enabled:1\r\n", "Cluster"),
            ("redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\nloading:1\r\n", "unreachable"),
        ];
        for (info, reason) in rows {
            let said = Info::parse(info).check().map_or_else(|error| error.to_string(), |()| String::new());
            assert!(said.contains(reason) && said.is_empty() == reason.is_empty(), "{info}: {said}");
        }
    }
}
