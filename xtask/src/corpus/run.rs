//! Runs [`Measure`](super::Measure) in a child process, for so long and no longer.

use std::{
    io::{self, Read},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{RecvTimeoutError, sync_channel},
    thread,
    time::Duration,
};

use super::{Outcome, measure::Answer};

/// What comes of a document; none for what is no description.
pub fn document(path: &Path, limit: Duration) -> io::Result<Option<Outcome>> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("measure")
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdout = child.stdout.take();
    let (done, waiting) = sync_channel::<()>(1);
    let watch = thread::spawn(move || {
        let late = waiting.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
        if late {
            // It may have ended in this moment.
            let _ = child.kill();
        }
        child.wait().map(|status| (status, late))
    });
    let mut text = String::new();
    if let Some(stdout) = &mut stdout {
        stdout.read_to_string(&mut text)?;
    }
    let _ = done.send(());
    let (status, late) = watch.join().map_err(|_| io::Error::other("the watch panicked"))??;
    let failed = |error: String| Ok(Some(Outcome::Failed { error }));
    if late {
        return failed(format!("not done after {} s", limit.as_secs()));
    }
    if !status.success() {
        return failed(format!("the process ended with {status}"));
    }
    match serde_json::from_str(&text)? {
        Answer::Measured(measured) => Ok(Some(Outcome::Loaded(measured))),
        Answer::NoDescription => Ok(None),
        Answer::Failed(error) => failed(error),
    }
}
