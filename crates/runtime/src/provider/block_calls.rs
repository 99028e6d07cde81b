//! Calls of tools in streams that number the blocks of the content.

use super::wire::Out;

/// The calls among the blocks of the content, in the order in which they began.
#[derive(Default)]
pub(super) struct BlockCalls(Vec<Call>);

struct Call {
    /// The number of its block.
    block: u64,
    has_arguments: bool,
}

impl BlockCalls {
    /// Begins a call in a block.
    pub(super) fn open(&mut self, block: u64, id: &str, name: &str, out: &mut Out) {
        out.call(self.0.len(), id, name);
        self.0.push(Call { block, has_arguments: false });
    }

    /// Adds to the arguments of the call in a block.
    pub(super) fn add(&mut self, block: u64, arguments: &str, out: &mut Out) {
        let Some(index) = self.0.iter().position(|call| call.block == block) else { return };
        self.0[index].has_arguments |= !arguments.is_empty();
        out.arguments(index, arguments);
    }

    /// Ends a block. A call without arguments has an empty object as its arguments, as in a whole answer.
    pub(super) fn close(&mut self, block: u64, out: &mut Out) {
        if self.0.iter().any(|call| call.block == block && !call.has_arguments) {
            self.add(block, "{}", out);
        }
    }
}
