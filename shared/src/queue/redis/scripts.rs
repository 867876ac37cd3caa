//! The scripts, each behind the prelude of its kind.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($flags:literal $prelude:literal: $($name:ident)*;)*) => {
        /// All scripts of the queue.
        #[derive(Debug)]
        pub(super) struct Scripts {
            $($(pub(super) $name: Script,)*)*
        }

        pub(super) static SCRIPTS: LazyLock<Scripts> = LazyLock::new(|| Scripts {
            $($($name: Script::new(concat!(
                "#!lua flags=", $flags, "\n",
                include_str!(concat!("lua/", $prelude, ".lua")),
                include_str!(concat!("lua/", stringify!($name), ".lua")),
            )),)*)*
        });
    };
}

// Only what puts work in is refused by a server without memory.
scripts! {
    "" "prelude_index": admit;
    "" "prelude_order": lay;
    "allow-oom" "prelude_index": ready unready choose settle unlist unbusy heard lead epoch;
    "allow-oom" "prelude_order": take beat commit fail release change erase revive sweep tally read;
}
