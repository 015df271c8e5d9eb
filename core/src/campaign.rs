//! Many calls: whom to call, when they may be called, and what became of each.
