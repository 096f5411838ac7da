mod kennwort;
pub use kennwort::mint as kennwort;
