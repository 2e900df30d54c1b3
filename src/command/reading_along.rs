//! Reading what a command prints while it still runs, line by line.

use std::fs::File;
use std::os::unix::fs::FileExt;

use bstr::ByteSlice;

/// Where a command printed a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What is given each line.
pub(super) type Reader<'a> = &'a mut dyn FnMut(Stream, &[u8]);

/// The command's two files, and how far each has been read.
pub(super) struct ReadingAlong<'a> {
    reader: Reader<'a>,
    streams: [Tail<'a>; 2],
}

struct Tail<'a> {
    stream: Stream,
    file: &'a File,
    read_to: u64,
    /// The beginning of a line whose end is not there yet.
    rest: Vec<u8>,
}

impl<'a> ReadingAlong<'a> {
    pub(super) fn new(reader: Reader<'a>, stdout: &'a File, stderr: &'a File) -> Self {
        let tail = |stream, file| Tail {
            stream,
            file,
            read_to: 0,
            rest: Vec::new(),
        };
        Self {
            reader,
            streams: [tail(Stream::Stdout, stdout), tail(Stream::Stderr, stderr)],
        }
    }

    /// Hands on the lines that have come since the last time, and once the command `has_ended` what has no line end too.
    pub(super) fn read(&mut self, has_ended: bool) -> std::io::Result<()> {
        for tail in &mut self.streams {
            tail.read(has_ended, self.reader)?;
        }
        Ok(())
    }
}

impl Tail<'_> {
    fn read(&mut self, has_ended: bool, reader: Reader<'_>) -> std::io::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            // At a place of our own: the file's own place is where the command writes next.
            let count = self.file.read_at(&mut buffer, self.read_to)?;
            if count == 0 {
                break;
            }
            self.read_to += u64::try_from(count).unwrap_or_default();
            self.rest.extend(buffer.iter().take(count));
            let lines = self.rest.rfind_byte(b'\n').map_or(0, |end| end + 1);
            for line in self.rest.drain(..lines).as_slice().lines() {
                reader(self.stream, line);
            }
        }
        if has_ended && !self.rest.is_empty() {
            reader(self.stream, &std::mem::take(&mut self.rest));
        }
        Ok(())
    }
}
