//! Reading documents: the traps of both languages, places, limits.
