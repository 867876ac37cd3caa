//! Server-sent events out of a stream of bytes. Pure.

/// The longest event that is kept, bytes; a longer one is an error of the server.
const EVENT_BYTES_MAX: usize = 4 << 20;

/// Collects bytes and gives the data of whole events.
#[derive(Debug, Default)]
pub(crate) struct Events {
    buffer: Vec<u8>,
}

impl Events {
    /// Takes the next bytes. False if an event grows beyond all bounds.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> bool {
        self.buffer.extend(bytes.iter().filter(|byte| **byte != b'\r'));
        self.buffer.len() <= EVENT_BYTES_MAX
    }

    /// The data of the next whole event; comments and events without data are skipped.
    pub(crate) fn next(&mut self) -> Option<String> {
        loop {
            let end = self.buffer.windows(2).position(|pair| pair == b"\n\n")?;
            let event: Vec<u8> = self.buffer.drain(..end + 2).collect();
            let text = String::from_utf8_lossy(&event);
            let data: Vec<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix("data:"))
                .map(|line| line.strip_prefix(' ').unwrap_or(line))
                .collect();
            if !data.is_empty() {
                return Some(data.join("\n"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_however_the_bytes_are_cut() {
        let stream =
            ": keep alive\n\nevent: progress\r\ndata: {\"a\":1}\r\n\r\ndata: x\ndata: y\n\ndata: cut";
        for size in 1..stream.len() {
            let (mut events, mut found) = (Events::default(), Vec::new());
            for piece in stream.as_bytes().chunks(size) {
                assert!(events.push(piece));
                found.extend(std::iter::from_fn(|| events.next()));
            }
            assert_eq!(found, ["{\"a\":1}", "x\ny"], "pieces of {size}");
        }
    }

    #[test]
    fn an_endless_event_is_noticed() {
        assert!(!Events::default().push(&vec![b'x'; EVENT_BYTES_MAX + 1]));
    }
}
