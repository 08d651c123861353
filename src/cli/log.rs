//! `--log`: what apigw did, in a file that only its owner can read.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::choice::usage;
use crate::domain::{Problem, ProblemKind};

/// Flags of the log.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Log")]
pub struct LogFlags {
    /// Append to a log file, made for its owner alone
    #[arg(long, global = true, value_name = "FILE")]
    log: Option<PathBuf>,
    /// What to log: error, warn, info, debug or trace, for all or for parts
    #[arg(long, global = true, value_name = "FILTER", default_value = "info,apigw=debug")]
    log_level: String,
}

impl LogFlags {
    /// The file that is written, if any.
    pub fn file(&self) -> Option<&Path> {
        self.log.as_deref()
    }
}

/// Starts logging if it is asked for.
pub fn start(flags: &LogFlags) -> Result<(), Problem> {
    let Some(path) = &flags.log else {
        return Ok(());
    };
    let filter: EnvFilter = flags.log_level.parse().map_err(|error| {
        usage(format!("--log-level cannot be `{}`", flags.log_level), format!("{error}")).advise(
            "Write error, warn, info, debug or trace, or such words for single parts: info,apigw=trace",
        )
    })?;
    let file = open(path).map_err(|error| {
        Problem::new(
            ProblemKind::Local,
            format!("Cannot write the log {}", path.display()),
            error.to_string(),
        )
        .advise("Name a file in a folder that you may write to.")
    })?;
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .with_filter(filter.and(filter_fn(is_harmless)));
    let _ = tracing_subscriber::registry().with(layer).try_init();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "apigw starts");
    Ok(())
}

/// The libraries below us may log whole requests at debug, and the SDK what a credential process printed at any level: none of
/// it gets through, whatever the filter says. What the SDK did is in our own lines.
fn is_harmless(metadata: &Metadata) -> bool {
    let target = metadata.target();
    let ours = target == "apigw" || target.starts_with("apigw::");
    ours || (*metadata.level() <= Level::INFO && !target.starts_with("aws_"))
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_log_is_made_for_its_owner_alone_and_appended_to() {
        use std::io::Write;
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("apigw.log");
        for line in ["one", "two"] {
            writeln!(open(&path).unwrap(), "{line}").unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_library_cannot_log_its_requests() {
        use tracing::callsite::Identifier;
        use tracing::field::FieldSet;
        use tracing::metadata::Kind;

        struct Callsite;
        impl tracing::callsite::Callsite for Callsite {
            fn set_interest(&self, _: tracing::subscriber::Interest) {}
            fn metadata(&self) -> &Metadata<'_> {
                unreachable!("the filter asks the metadata it is given")
            }
        }
        static CALLSITE: Callsite = Callsite;
        let harmless = |target: &'static str, level| {
            let fields = FieldSet::new(&[], Identifier(&CALLSITE));
            is_harmless(&Metadata::new("", target, level, None, None, None, fields, Kind::EVENT))
        };
        assert!(harmless("apigw::aws", Level::TRACE));
        assert!(harmless("hyper", Level::INFO));
        assert!(!harmless("hyper", Level::DEBUG));
        assert!(!harmless("aws_config::credential_process", Level::ERROR));
        assert!(!harmless("apigw_else", Level::TRACE));
    }
}
