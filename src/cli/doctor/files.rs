//! The files of apigw itself: where they are, whether they can be used, and who else can read them.

use std::path::Path;

use crate::cli::Cli;
use crate::cli::checks::{failed, passed, warned};
use crate::config::{Config, Paths, Secrets};
use crate::domain::{Auth, Check, Connection, Problem, ProblemKind};
use crate::text;

/// Looks at them; `config` is what came of reading the config file.
pub fn checks(cli: &Cli, config: &Result<Config, Problem>) -> Vec<Check> {
    let paths = match Paths::find(cli.general.config.as_deref()) {
        Ok(paths) => paths,
        Err(problem) => return vec![failed("Home directory", problem)],
    };
    let mut checks = vec![config_file(&paths.config, config)];
    checks.extend(changeable(&paths.config));
    let connections = config.as_ref().map_or(&[][..], |config| &config.connections);
    checks.push(secrets(&paths.credentials, config.is_ok().then_some(connections)));
    checks.push(passed("Cache", existing(&paths.cache_dir, "made when there is something to keep")));
    checks.push(match cli.log.file() {
        Some(file) => passed("Log", file.display().to_string()),
        None => passed("Log", "off; --log FILE writes one"),
    });
    checks
}

fn config_file(path: &Path, config: &Result<Config, Problem>) -> Check {
    const WHAT: &str = "Config file";
    match config {
        Ok(config) => {
            let connections = text::plural(config.connections.len(), "connection");
            let absent = format!("{connections}; `apigw connection add` makes it");
            let found = format!("{}, {connections}", path.display());
            passed(WHAT, if path.exists() { found } else { existing(path, &absent) })
        }
        Err(problem) => failed(WHAT, problem.clone()),
    }
}

fn existing(path: &Path, absent: &str) -> String {
    if path.exists() {
        path.display().to_string()
    } else {
        format!("{}, not there yet: {absent}", path.display())
    }
}

/// A config file that others can write decides for its owner whose role is assumed.
#[cfg(unix)]
fn changeable(path: &Path) -> Option<Check> {
    use std::os::unix::fs::PermissionsExt;

    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o022 != 0).then(|| {
        let what = format!("Others can change {} (mode {mode:o})", path.display());
        let problem = Problem::new(ProblemKind::Local, what, "It says which API is written to, and as whom.");
        warned("Config file's mode", problem.advise(format!("Run: chmod go-w {}", path.display())))
    })
}

#[cfg(not(unix))]
fn changeable(_: &Path) -> Option<Check> {
    None
}

/// `connections` are those of the config file, where it could be read.
fn secrets(path: &Path, connections: Option<&[Connection]>) -> Check {
    const WHAT: &str = "Secrets";
    let secrets = match Secrets::load(path) {
        Ok(secrets) => secrets,
        Err(problem) => return failed(WHAT, problem),
    };
    let Some(connections) = connections else {
        return passed(WHAT, existing(path, "no access key is kept"));
    };
    let signs = |nickname: &str| {
        let mut of_name = connections.iter().filter(|connection| connection.nickname == nickname);
        of_name.any(|connection| matches!(connection.auth, Auth::AccessKey { .. }))
    };
    let leftovers: Vec<&str> = secrets.nicknames().filter(|nickname| !signs(nickname)).collect();
    if !leftovers.is_empty() {
        let what = format!("{} keeps secrets that no connection uses", path.display());
        let problem =
            Problem::new(ProblemKind::Local, what, format!("They are of {}.", leftovers.join(", ")));
        return warned(
            WHAT,
            problem.advise("Delete their tables, and the keys at AWS if nobody else uses them."),
        );
    }
    match secrets.nicknames().count() {
        0 => passed(WHAT, existing(path, "no access key is kept")),
        kept => passed(WHAT, format!("{}, {}", path.display(), text::plural(kept, "access key"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples;
    use crate::domain::Outcome;

    #[cfg(unix)]
    #[test]
    fn secrets_are_for_their_owner_and_of_connections() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.toml");
        let connections = samples::connections();
        assert!(matches!(secrets(&path, Some(&connections)).outcome, Outcome::Passed(_)));
        std::fs::write(&path, "[gone]\nsecret_access_key = \"hunter2-hunter2\"\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let Outcome::Warned(problem) = secrets(&path, Some(&connections)).outcome else { panic!() };
        assert!(problem.why.contains("gone") && !format!("{problem:?}").contains("hunter2"));
        assert!(matches!(secrets(&path, None).outcome, Outcome::Passed(_)), "whose they are cannot be told");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(secrets(&path, Some(&connections)).outcome, Outcome::Failed(_)));
    }

    #[cfg(unix)]
    #[test]
    fn a_config_file_that_others_can_change_is_told() {
        use std::os::unix::fs::PermissionsExt;

        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, told) in [(0o600, false), (0o644, false), (0o664, true), (0o602, true)] {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(changeable(file.path()).is_some(), told, "{mode:o}");
        }
    }
}
