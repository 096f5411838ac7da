//! What single commands do, apart from the arguments that `main` reads.

pub mod flow;
