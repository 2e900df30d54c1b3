//! Reading what a command prints while it still runs, line by line. It comes through pipes, so that a command waits for a
//! reader that is slower, and no more than a line of it is in memory.

use std::io::{PipeReader, PipeWriter, Read};
use std::time::Duration;

use bstr::ByteSlice;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// A line that is longer is handed on in pieces.
const LONGEST_LINE: usize = 1 << 20;

/// How much is read at a time, which is what a pipe holds unless its user has enlarged it.
const PIECE: usize = 64 << 10;

/// The most pieces that a pipe can hold (an ordinary user's is at most 1 MiB).
const MOST_PIECES: u32 = 16;

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

/// The streams of a command that somebody reads along.
pub(super) struct ReadingAlong<'a> {
    reader: Reader<'a>,
    pipes: Vec<Pipe>,
    buffer: Vec<u8>,
}

struct Pipe {
    stream: Stream,
    from: PipeReader,
    /// The beginning of a line whose end is not there yet.
    rest: Vec<u8>,
}

impl<'a> ReadingAlong<'a> {
    /// What hands `reader` the lines of each of `streams`, and for the command the end of each that it prints to.
    pub(super) fn of(
        streams: &[Stream],
        reader: Reader<'a>,
    ) -> std::io::Result<(Self, Vec<PipeWriter>)> {
        let (mut pipes, mut ends) = (Vec::new(), Vec::new());
        for stream in streams {
            let (from, to) = std::io::pipe()?;
            ends.push(to);
            pipes.push(Pipe {
                stream: *stream,
                from,
                rest: Vec::new(),
            });
        }
        let along = Self {
            reader,
            pipes,
            buffer: vec![0; PIECE],
        };
        Ok((along, ends))
    }

    /// Hands on what has come, or what comes within `patience`. Whether anything may come yet.
    pub(super) fn read(&mut self, patience: Duration) -> std::io::Result<bool> {
        let ready = ready(&self.pipes, patience)?;
        let mut has_ended = Vec::new();
        for (pipe, is_ready) in self.pipes.iter_mut().zip(ready) {
            let goes_on = !is_ready || pipe.read(&mut self.buffer, self.reader)?;
            has_ended.push(!goes_on);
        }
        let mut has_ended = has_ended.into_iter();
        self.pipes.retain(|_| !has_ended.next().unwrap_or(false));
        Ok(!self.pipes.is_empty())
    }

    /// Hands on all that has come from a command that has ended. What it started may go on printing; nobody waits for that.
    pub(super) fn finish(&mut self) -> std::io::Result<()> {
        for _ in 0..MOST_PIECES {
            self.read(Duration::ZERO)?;
        }
        for pipe in &mut self.pipes {
            pipe.hand_on_the_rest(self.reader);
        }
        Ok(())
    }
}

/// Which of `pipes` can be read from without waiting, after waiting for one at most for `patience`.
fn ready(pipes: &[Pipe], patience: Duration) -> std::io::Result<Vec<bool>> {
    let limit = Timespec::try_from(patience).map_err(std::io::Error::other)?;
    let mut asked: Vec<_> = pipes
        .iter()
        .map(|pipe| PollFd::new(&pipe.from, PollFlags::IN))
        .collect();
    match poll(&mut asked, Some(&limit)) {
        // A signal that ends nothing.
        Err(rustix::io::Errno::INTR) => return Ok(vec![false; pipes.len()]),
        outcome => outcome?,
    };
    Ok(asked.iter().map(|it| !it.revents().is_empty()).collect())
}

impl Pipe {
    /// Hands on what is there; whether more may come.
    fn read(&mut self, buffer: &mut [u8], reader: Reader<'_>) -> std::io::Result<bool> {
        let count = self.from.read(buffer)?;
        if count == 0 {
            self.hand_on_the_rest(reader);
            return Ok(false);
        }
        self.rest.extend(buffer.iter().take(count));
        let lines = self.rest.rfind_byte(b'\n').map_or(0, |end| end + 1);
        for line in self.rest.drain(..lines).as_slice().lines() {
            reader(self.stream, line);
        }
        if self.rest.len() >= LONGEST_LINE {
            self.hand_on_the_rest(reader);
        }
        Ok(true)
    }

    fn hand_on_the_rest(&mut self, reader: Reader<'_>) {
        if !self.rest.is_empty() {
            reader(self.stream, &self.rest);
            self.rest.clear();
        }
    }
}
