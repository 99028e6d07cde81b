//! Which of the faults in this copy is chosen: the one whose number is in `CLIENTC_MUTANT`.
//!
//! With `record:FILE` none is chosen, and the byte of each fault that is reached is set in that file. The file is mapped
//! into memory, so that it is whole however the program ends.

#![allow(unsafe_code, missing_docs)]

use std::os::fd::AsRawFd as _;

static mut CHOSEN: u32 = 0;
static mut REACHED: *mut u8 = std::ptr::null_mut();

/// Whether a fault is chosen. It is constant so that constant functions can have faults.
#[inline]
pub const fn is_on(fault: u32) -> bool {
    // SAFETY: both are written once, before `main`, and the file has a byte for each fault.
    unsafe {
        if !REACHED.is_null() {
            *REACHED.add(fault as usize) = 1;
        }
        CHOSEN == fault
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = choose;

extern "C" fn choose() {
    let Ok(text) = std::env::var("CLIENTC_MUTANT") else { return };
    // SAFETY: no other thread runs yet.
    unsafe {
        match text.strip_prefix("record:") {
            Some(path) => REACHED = map(path),
            None => CHOSEN = text.parse().expect("CLIENTC_MUTANT is a number"),
        }
    }
}

fn map(path: &str) -> *mut u8 {
    const READ_AND_WRITE: i32 = 3;
    const SHARED: i32 = 1;
    unsafe extern "C" {
        fn mmap(at: *mut u8, length: usize, protection: i32, flags: i32, file: i32, offset: i64) -> *mut u8;
    }
    let file = std::fs::OpenOptions::new().read(true).write(true).open(path).expect("the file can be opened");
    let length = file.metadata().expect("the file has a length").len() as usize;
    // SAFETY: nothing else in this process uses what is mapped.
    let mapped = unsafe { mmap(std::ptr::null_mut(), length, READ_AND_WRITE, SHARED, file.as_raw_fd(), 0) };
    assert!(mapped as isize != -1, "the file cannot be mapped");
    mapped
}
