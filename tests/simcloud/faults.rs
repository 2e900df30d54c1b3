//! Which fault strikes a call, and what kind it is.

use std::io;

use crate::answer::Failure;
use crate::cloud::Twist;
use crate::state::{Counters, Fault};

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The API fails, and nothing is done.
    Fails(Failure),
    /// Nothing is done, and the tool never ends.
    Hang,
    /// All is well after a while.
    Slow,
    KillParentBefore,
    KillParentAfter,
    /// It is done; then whoever called is told to end, and gets no answer.
    InterruptParent,
    /// It is done, and the tool's own repetition finds what it finds.
    LostAnswer,
    /// It is done once, and the tool fails as on a 500.
    LostAnswerOnce,
    /// It is done once, and the tool's own repetition is told that the machine is busy.
    LostAnswerBusy,
    /// It is done twice, and all seems well.
    Duplicate,
    Garbage,
    Truncated,
    /// The middle third of the output is zeros.
    Overwritten,
    Empty,
    NonUtf8,
    PartialList,
    HideNew,
    Errored,
}

impl Kind {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "401" => Self::Fails(Failure::Status(401)),
            "403" => Self::Fails(Failure::Status(403)),
            "429" => Self::Fails(Failure::Status(429)),
            "500" => Self::Fails(Failure::Status(500)),
            "503" => Self::Fails(Failure::Status(503)),
            "502-html" => Self::Fails(Failure::Html502),
            "cut" => Self::Fails(Failure::Cut),
            "empty-body" => Self::Fails(Failure::EmptyBody),
            "refused" => Self::Fails(Failure::Refused),
            "hang" => Self::Hang,
            "slow" => Self::Slow,
            "kill-parent-before" => Self::KillParentBefore,
            "kill-parent-after" => Self::KillParentAfter,
            "interrupt-parent" => Self::InterruptParent,
            "lost-answer" => Self::LostAnswer,
            "lost-answer-once" => Self::LostAnswerOnce,
            "lost-answer-busy" => Self::LostAnswerBusy,
            "duplicate" => Self::Duplicate,
            "garbage-stdout" => Self::Garbage,
            "truncated-stdout" => Self::Truncated,
            "overwritten-stdout" => Self::Overwritten,
            "empty-stdout" => Self::Empty,
            "non-utf8" => Self::NonUtf8,
            "partial-list" => Self::PartialList,
            "hide-new" => Self::HideNew,
            "errored" => Self::Errored,
            _ => return None,
        })
    }

    /// How it distorts what the tool sees or does.
    pub fn twist(self, ms: u64) -> Twist {
        Twist {
            hide_new_ms: if self == Self::HideNew { ms } else { 0 },
            partial: self == Self::PartialList,
            errored: self == Self::Errored,
            never_busy: false,
        }
    }
}

/// Whether `part` is in the call and begins where a word does: the name of a temporary folder may have any letters in it.
fn is_said(call: &str, part: &str) -> bool {
    let mut places = call.match_indices(part);
    places.any(|(at, _)| {
        let before = call.get(..at).and_then(|text| text.chars().next_back());
        let is_inside = |it: char| it.is_alphanumeric();
        !(before.is_some_and(is_inside) && part.starts_with(is_inside))
    })
}

/// The fault that strikes this call, if any. Every fault that matches is counted; the first that is due strikes.
pub fn choose(
    faults: &[Fault],
    counters: &mut Counters,
    tool: &str,
    argv: &[String],
) -> io::Result<Option<(Fault, Kind)>> {
    let joined = argv.join(" ");
    let mut chosen = None;
    for fault in faults {
        let kind = Kind::parse(&fault.kind)
            .ok_or_else(|| io::Error::other(format!("unknown kind of fault: {:?}", fault.kind)))?;
        // `vultr` and `vultr-cli` are one tool.
        let short = |name: &str| name.trim_end_matches("-cli").to_owned();
        let this_tool =
            matches!(fault.tool.as_str(), "" | "*") || short(&fault.tool) == short(tool);
        if !this_tool || !fault.argv.iter().all(|part| is_said(&joined, part)) {
            continue;
        }
        let (matched, struck) = counters
            .faults
            .entry(serde_json::to_string(fault)?)
            .or_default();
        *matched += 1;
        let begun = if fault.call > 0 {
            counters.calls == fault.call
        } else {
            *matched >= fault.nth.max(1)
        };
        if chosen.is_none() && begun && (fault.times == 0 || *struck < fault.times) {
            *struck += 1;
            chosen = Some((fault.clone(), kind));
        }
    }
    Ok(chosen)
}
