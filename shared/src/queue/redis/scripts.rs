//! The scripts, each behind the prelude of its kind.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($prelude:literal: $($name:ident)*;)*) => {
        /// All scripts of the queue.
        #[derive(Debug)]
        pub(super) struct Scripts {
            $($(pub(super) $name: Script,)*)*
        }

        pub(super) static SCRIPTS: LazyLock<Scripts> = LazyLock::new(|| Scripts {
            $($($name: Script::new(concat!(
                include_str!(concat!("lua/", $prelude, ".lua")),
                include_str!(concat!("lua/", stringify!($name), ".lua")),
            )),)*)*
        });
    };
}

scripts! {
    "prelude_index": admit ready unready choose settle unlist unbusy heard lead epoch;
    "prelude_order": lay take beat commit fail release change erase revive sweep tally read;
}
