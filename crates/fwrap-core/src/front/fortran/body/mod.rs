//! The execution part: what its statements do with dummy arguments.

mod expression;
mod names;
mod reader;
mod statement;
mod token;
mod transfer;

pub(super) use names::Names;
pub(super) use reader::BodyReader;
