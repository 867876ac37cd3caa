//! The register itself: identity codes, building identifiers, code lists, source files, the synthetic register.
