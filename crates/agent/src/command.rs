//! Commands, under a time limit.

use std::{
    io::{self, Read as _},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};

/// No command that is run here takes longer on a machine that works.
const PATIENCE: Duration = Duration::from_secs(20);
/// More output than any machine gives.
const MOST_OUTPUT: u64 = 64 << 20;
/// Where commands are looked for, whatever the caller's own path is.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// Why a command gave nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("cannot run `{0}`: {1}")]
    Start(String, io::Error),
    #[error("`{0}` has not ended after {1:?}")]
    TooLong(String, Duration),
    #[error("`{0}` ended with {1}")]
    Failed(String, String),
}

/// Runs a command and gives what it wrote. Its words are English, its time is limited, and it inherits nothing.
pub(crate) fn run(command: &[&str]) -> Result<String, CommandError> {
    run_within(command, PATIENCE)
}

fn run_within(command: &[&str], patience: Duration) -> Result<String, CommandError> {
    let name = command.join(" ");
    let cannot = |error| CommandError::Start(name.clone(), error);
    let Some((program, arguments)) = command.split_first() else { return Ok(String::new()) };
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs([("PATH", PATH), ("LC_ALL", "C")])
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // A group of its own, so that all that it started ends with it.
        .process_group(0)
        .spawn()
        .map_err(cannot)?;
    let Some(stdout) = child.stdout.take() else { return Ok(String::new()) };
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let mut output = Vec::new();
        let read = stdout.take(MOST_OUTPUT).read_to_end(&mut output);
        // Nobody listens any more when the time was over.
        let _ = sender.send(read.map(|_| output));
    });
    let Ok(output) = receiver.recv_timeout(patience) else {
        end(&mut child);
        return Err(CommandError::TooLong(name, patience));
    };
    let output = output.map_err(cannot)?;
    let status = child.wait().map_err(cannot)?;
    if !status.success() {
        return Err(CommandError::Failed(name, status.to_string()));
    }
    Ok(String::from_utf8_lossy(&output).into_owned())
}

fn end(child: &mut Child) {
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_has_a_fixed_path_and_language() {
        assert_eq!(run(&["sh", "-c", "echo $PATH $LC_ALL $HOME"]).unwrap(), format!("{PATH} C\n"));
    }

    #[test]
    fn a_command_that_hangs_is_ended_with_all_that_it_started() {
        let soon = Duration::from_millis(100);
        let error = run_within(&["sh", "-c", "sleep 100 & sleep 100"], soon).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c sleep 100 & sleep 100` has not ended after 100ms");
    }

    #[test]
    fn a_failure_is_told_with_the_command() {
        assert_eq!(
            run(&["sh", "-c", "exit 3"]).unwrap_err().to_string(),
            "`sh -c exit 3` ended with exit status: 3"
        );
        assert!(
            run(&["no-such-command"]).unwrap_err().to_string().starts_with("cannot run `no-such-command`: ")
        );
    }
}
