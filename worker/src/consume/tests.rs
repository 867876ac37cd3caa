//! Workers on the embedded queue.
